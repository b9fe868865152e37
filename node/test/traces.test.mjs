// Every conformance trace, and that the runner cannot pass by skipping.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { run } from './traces.mjs'

test('every step of every trace of the four folders', () => {
  const { digest, count } = run()
  assert.match(digest, /^[0-9a-f]{16}$/)
  assert.ok(count > 55_000)
})

test('every step of the traces of what stands around a call', () => {
  assert.ok(run(fileURLToPath(new URL('../../conformance/traces_around/', import.meta.url))).count > 14_000)
})

test('a wrong answer, an unknown verb, and a wrong end are seen', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-traces-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [text, message] of [
    ['limiter 5 1000000000 2 -> ok\nacquire 0 1 -> never\nend 2\n', /a\.trace:2: acquire 0 1 -> never\nexpected never\ngot {6}allow remaining 1/],
    ['nothing 1 -> ok\nend 1\n', /unknown verb nothing/],
    ['limiter 5 0 2 -> ok\nend 1\n', /got {6}error PeriodOutOfRange/],
    ['dialect klingon - - -> ok\nend 1\n', /got {6}unknown/],
    ['dialect github soon - -> ok\nend 1\n', /got {6}error UnknownReset/],
    ['budget_aws 500 2.0 -> ok\nspend tired -> cost 5 left 495\nend 2\n', /got {6}error UnknownCause/],
    ['policy - 0 {} -> ok\nend 1\n', /got {6}error PolicyInvalid 1 1 ""/],
    ['policy 1500000000 0 {"name":"a","categories":[{"name":"r","limits":[]}]} -> ok\nend 1\n', /got {6}error WindowOutOfRange/],
    ['budget_aws 500 3.0 -> ok\nend 1\n', /3\.0 is none of 2\.0, 2\.1/],
    ['hints\nend 1\n', /no answer/],
    ['# nothing\nend 1\n', /there are 0 steps/],
    ['end 0\nhints -> x\n', /a step after the end/],
    ['# nothing\n', /no end/],
  ]) {
    writeFileSync(join(folder, 'a.trace'), text)
    assert.throws(() => run(folder), { message })
  }
  writeFileSync(join(folder, 'a.trace'), '# FNV-1a of "ok\\n"\nlimiter 5 1000000000 2 -> ok\nend 1\n')
  assert.deepEqual(run(folder), { digest: '1a19f91921d9561f', count: 1 })
  assert.equal(run(folder, folder).count, 2)
})
