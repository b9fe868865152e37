// The module where there is no Node: what browsers, Deno, Bun and Workers load.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as own from 'tidegate'
import { load } from 'tidegate/wasm'
import { run } from './traces.mjs'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const wasm = readFileSync(path('../lib/tidegate.wasm'))
/** Node, where the entry of browsers is taken. */
const browser = (...args) => spawnSync(process.execPath, ['--conditions=browser', ...args], { encoding: 'utf8', cwd: path('..') })

test('lib/web is what is made of the sources', () => {
  const { status, stderr } = spawnSync(process.execPath, [path('../scripts/library.mjs'), '--check'], { encoding: 'utf8' })
  assert.deepEqual([status, stderr], [0, ''])
})

test('nothing in it is of Node', () => {
  for (const name of readdirSync(path('../lib/web'))) {
    assert.doesNotMatch(readFileSync(path(`../lib/web/${name}`), 'utf8'), /from 'node:|require\(/, name)
  }
})

test('it has the same names, and decides by WebAssembly', () => {
  const { stdout } = browser('--input-type=module', '-e', `
    import * as tidegate from 'tidegate'
    console.log(JSON.stringify([tidegate.backend, Object.keys(tidegate)]))`)
  const [backend, names] = JSON.parse(stdout)
  assert.equal(backend, 'wasm')
  assert.deepEqual(names, Object.keys(own))
})

test('every step of every trace is the same', () => {
  const { digest, count } = run()
  assert.equal(browser('test/traces.mjs').stdout.trim(), `digest ${digest} steps ${count}`)
})

test('it is loaded of a module, bytes, an answer, or a place', async (t) => {
  const server = createServer((request, response) => {
    const [, type, status] = request.url.split('/')
    response.writeHead(Number(status), { 'content-type': `application/${type}` }).end(wasm)
  }).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const at = `http://127.0.0.1:${server.address().port}`
  const module = await WebAssembly.compile(wasm)
  const sources = [undefined, module, wasm, wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.length), new URL(`${at}/wasm/200`),
    `${at}/octet-stream/200`, fetch(`${at}/wasm/200`), new Response(wasm)]
  for (const source of sources) {
    const { RateLimiter, backend } = await load(source)
    const limiter = new RateLimiter({ limit: 1, interval: 'day', burst: 1 })
    assert.deepEqual([backend, limiter.tryAcquire(), limiter.tryAcquire()], ['wasm', true, false])
  }
  await assert.rejects(load(`${at}/wasm/404`), { code: 'ERR_TIDEGATE_WASM', message: `tidegate: ${at}/wasm/404 was answered with 404 Not Found` })
})

test('what is no source says what one is', async () => {
  for (const source of [null, 7, {}, [], true]) {
    await assert.rejects(load(source), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE', message: 'the source must be a WebAssembly.Module, bytes, a Response, or a URL' })
  }
  await assert.rejects(load(new Uint8Array(8)), { name: 'CompileError' })
})

test('an instance is apart from others', async () => {
  const module = await WebAssembly.compile(wasm)
  const [one, other] = [await load(module), await load(module)]
  assert.notEqual(one.RateLimiter, other.RateLimiter)
  assert.equal(new one.TidegateError(1) instanceof other.TidegateError, false)
})

test('where there are no files, that is said', async () => {
  const { Api, Policy } = await load()
  for (const read of [Api.fromFile, Policy.fromFile]) assert.throws(() => read('policy.json'), { code: 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM', message: /fetch the text/ })
})

test('memory that grows is seen, and arguments of any size are read', async () => {
  const { KeyedRateLimiter, Policy, PolicyError } = await load()
  const text = `{"name": "${'x'.repeat(5_000_000)}"}`
  assert.throws(() => Policy.fromJson(text), PolicyError)
  const keyed = new KeyedRateLimiter({ limit: 1, interval: 'day', burst: 1, capacity: 1_000_000 })
  const key = 'µ'.repeat(1_000_000)
  assert.deepEqual([keyed.tryAcquire(key), keyed.tryAcquire(key), keyed.tryAcquire(`${key}!`)], [true, false, true])
  assert.deepEqual([keyed.tryAcquire(new Uint8Array(3_000_000)), keyed.tryAcquire(new Uint8Array(3_000_000))], [true, false])
})
