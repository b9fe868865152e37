// The table of errors: the same rows in the core, in this module, and in its types.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { TidegateError, errors, failures, reasons } from 'tidegate'

const native = createRequire(import.meta.url)('../lib/native.cjs')
const types = readFileSync(new URL('../lib/index.d.ts', import.meta.url), 'utf8')

/** The names of a union of texts in the types. */
function union(name) {
  const [, body] = new RegExp(`export type ${name} =\\n((?: *(?:/\\*\\*.*\\*/|\\| '\\w+');?\\n)+)`).exec(types)
  return [...body.matchAll(/\| '(\w+)'/g)].map(([, text]) => text)
}

test('every row of the core is an error here', () => {
  assert.deepEqual(errors, native.errorRows())
  for (const { number, name, message } of errors) {
    const error = new TidegateError(number)
    assert.ok(error instanceof RangeError)
    assert.deepEqual([error.name, error.code, error.number, error.message], ['TidegateError', name, number, message])
    assert.match(String(error), /^TidegateError: /)
  }
  assert.deepEqual(errors.map(({ number }) => number), errors.map((_, index) => index + 1))
  assert.ok(Object.isFrozen(errors) && Object.isFrozen(errors[0]))
})

test('the types name the same rows', () => {
  assert.deepEqual(union('ErrorCode'), errors.map(({ name }) => name))
  for (const { number, name, message } of errors) {
    assert.ok(types.includes(`  /** ${number}: ${message}. */\n  | '${name}'`), name)
  }
})

test('the types name every word that a row lists', () => {
  for (const [row, type] of [
    ['UnknownApi', 'ApiName'], ['UnknownJitter', 'Jitter'], ['UnknownDialect', 'DialectName'], ['UnknownForm', 'Form'], ['UnknownCause', 'RetryCause'], ['UnknownMethod', 'Method'],
  ]) {
    const [, listed] = /one of: (.*)$/.exec(errors.find(({ name }) => name === row).message)
    const [, body] = new RegExp(`export type ${type} =([^;]*?)\\n\\n`).exec(types)
    assert.deepEqual([...body.matchAll(/'([\w-]+)'/g)].map(([, word]) => word), listed.split(', '), type)
  }
})

test('the types name the same reasons and failures', () => {
  assert.deepEqual(union('Reason'), reasons)
  assert.deepEqual(union('Failure'), failures)
})
