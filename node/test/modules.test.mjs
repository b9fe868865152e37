// Loading: import and require give one module, and where the addon is missing it is WebAssembly.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
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

/** The files of an entry, whatever its conditions. */
const filesOf = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry).flatMap(filesOf))

test('every file that an entry names is there', () => {
  for (const file of [manifest.main, manifest.module, manifest.types, ...filesOf(manifest.exports), ...filesOf(manifest.bin)]) {
    assert.ok(readFileSync(join(root, file)).length > 0, file)
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

/** What a copy of the package says of itself, under this `TIDEGATE_BACKEND`. */
const loaded = (folder, backend) => {
  const { TIDEGATE_BACKEND: _, ...env } = process.env
  const script = `
    const { RateLimiter, backend } = require(${JSON.stringify(folder)})
    const limiter = new RateLimiter({ limit: 1, interval: 'day', burst: 2 })
    console.log(backend, limiter.tryAcquire(), limiter.tryAcquire(), limiter.tryAcquire())`
  const run = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env: backend === undefined ? env : { ...env, TIDEGATE_BACKEND: backend } })
  return { ...run, stdout: run.stdout.trim() }
}
const addon = `tidegate.${process.platform}-${process.arch}.node`

test('without the addon it is WebAssembly, with one warning that names the command that builds it', (t) => {
  const { status, stdout, stderr } = loaded(copy(t))
  assert.deepEqual([status, stdout], [0, 'wasm true true false'])
  assert.match(stderr, /\[TIDEGATE_WASM\] Warning: there is no tidegate\.\w+-\w+\.node; no package @tidegate\/\w+-\w+ is installed: using WebAssembly.* build it with: {2}node .*build\.mjs/)
  assert.equal(stderr.match(/Warning:/g).length, 1)
})

test('TIDEGATE_BACKEND chooses, without a warning', (t) => {
  const folder = copy(t)
  copyFileSync(join(root, addon), join(folder, addon))
  for (const [chosen, backend] of [[undefined, 'native'], ['native', 'native'], ['wasm', 'wasm']]) {
    const { stdout, stderr } = loaded(folder, chosen)
    assert.deepEqual([stdout, stderr], [`${backend} true true false`, ''])
  }
})

test('who insists on the addon is told why there is none', (t) => {
  const { status, stderr } = loaded(copy(t), 'native')
  assert.notEqual(status, 0)
  assert.match(stderr, /there is no tidegate\.\w+-\w+\.node; no package @tidegate\/\w+-\w+ is installed; build it with: {2}node .*build\.mjs/)
  assert.match(stderr, /ERR_TIDEGATE_ADDON/)
})

test('a backend that is none is an error that names those that are', (t) => {
  for (const name of ['', 'Native', 'undefined ', 'toString']) {
    const { status, stderr } = loaded(copy(t), name)
    assert.notEqual(status, 0)
    assert.match(stderr, new RegExp(`TIDEGATE_BACKEND must be native or wasm, not '${name}'`))
  }
})

test('an addon that is none, or of another version, is passed over, and says so', (t) => {
  const folder = copy(t)
  writeFileSync(join(folder, addon), 'not a library')
  let { stdout, stderr } = loaded(folder)
  assert.equal(stdout, 'wasm true true false')
  assert.match(stderr, /could not be loaded \(.*\); no package .*: using WebAssembly/)
  copyFileSync(join(root, addon), join(folder, addon))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, version: '0.0.9' }))
  ;({ stdout, stderr } = loaded(folder))
  assert.equal(stdout, 'wasm true true false')
  assert.match(stderr, /node is of version .* and the package of 0\.0\.9/)
})

test('the package of the platform is the next one', (t) => {
  const folder = copy(t)
  const other = join(folder, 'node_modules/@tidegate', `${process.platform}-${process.arch}`)
  mkdirSync(other, { recursive: true })
  writeFileSync(join(other, 'package.json'), JSON.stringify({ main: addon }))
  copyFileSync(join(root, addon), join(other, addon))
  assert.deepEqual([loaded(folder).stdout, loaded(folder).stderr], ['native true true false', ''])
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
