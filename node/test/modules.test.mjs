// Loading: import and require give one module, and a missing addon says how to build it.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as esm from 'tidegate'

const root = fileURLToPath(new URL('..', import.meta.url))
const require = createRequire(import.meta.url)
const manifest = require('tidegate/package.json')

/** A copy of the package without its addon. */
function copy(t) {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const part of ['lib', 'scripts']) cpSync(join(root, part), join(folder, part), { recursive: true })
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'))
  return folder
}

const run = (...args) => spawnSync(process.execPath, args, { encoding: 'utf8' })

test('import and require give the same objects', () => {
  const cjs = require('tidegate')
  assert.deepEqual(Object.keys(esm).sort(), Object.keys(cjs).sort())
  for (const name of Object.keys(cjs)) assert.equal(esm[name], cjs[name], name)
})

test('so do the other entries', () => {
  for (const entry of Object.keys(manifest.exports).filter((name) => name !== '.' && name !== './package.json')) {
    const file = manifest.exports[entry].require ?? manifest.exports[entry]
    for (const name of [file.types, file.default]) assert.ok(readFileSync(join(root, name), 'utf8').length > 0)
  }
  const testing = require('tidegate/testing')
  assert.deepEqual(Object.keys(testing), ['ManualClock', 'followTimers'])
})

test('every export has a type, and the version is that of the workspace', () => {
  const types = readdirSync(join(root, 'lib')).filter((name) => name.endsWith('.d.ts')).map((name) => readFileSync(join(root, 'lib', name), 'utf8')).join('\n')
  for (const name of Object.keys(esm)) assert.match(types, new RegExp(`export (class|function|const) ${name}\\b`))
  assert.equal(esm.version, manifest.version)
  assert.match(readFileSync(join(root, '../Cargo.toml'), 'utf8'), new RegExp(`^version = "${manifest.version}"$`, 'm'))
})

test('what the manifest names is there, and nothing is needed at run time', () => {
  const { import: module, require: common } = manifest.exports['.']
  for (const file of [manifest.main, manifest.types, ...Object.values(module), ...Object.values(common)]) {
    assert.ok(readFileSync(join(root, file), 'utf8').length > 0)
  }
  assert.equal(manifest.dependencies, undefined)
})

test('without the addon it names the command that builds it', (t) => {
  const folder = copy(t)
  const { status, stderr } = run('-e', `require(${JSON.stringify(folder)})`)
  assert.notEqual(status, 0)
  assert.match(stderr, /there is no native addon for this platform \(tidegate\.\w+-\w+\.node\)\. Build it with:  node .*build\.mjs/)
  assert.match(stderr, /ERR_TIDEGATE_ADDON/)
})

test('an addon that is none, or of another version, says so', (t) => {
  const folder = copy(t)
  const addon = `tidegate.${process.platform}-${process.arch}.node`
  writeFileSync(join(folder, addon), 'not a library')
  assert.match(run('-e', `require(${JSON.stringify(folder)})`).stderr, /could not be loaded: .*Build it with:/)
  copyFileSync(join(root, addon), join(folder, addon))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, version: '0.0.9' }))
  assert.match(run('-e', `require(${JSON.stringify(folder)})`).stderr, /the native addon is of version .* and the package of 0\.0\.9/)
})

test('where there is nothing to build from, installing succeeds with one line', (t) => {
  const script = join(copy(t), 'scripts/build.mjs')
  const installed = run(script, '--if-needed')
  assert.deepEqual([installed.status, installed.stderr.trim().split('\n').length], [0, 1])
  assert.equal(run(script).status, 1)
})

test('without cargo, installing succeeds with one line, and building does not', () => {
  const script = join(root, 'scripts/build.mjs')
  const without = (...args) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', env: { ...process.env, PATH: '' } })
  const installed = without('--if-needed')
  assert.equal(installed.status, 0)
  assert.match(installed.stderr, /^tidegate: cargo was not found.*\n$/)
  assert.equal(without().status, 1)
})
