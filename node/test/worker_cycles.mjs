// Starts and ends worker threads again and again, and loads the module anew as jest does. It must not crash, and
// its memory must not grow. `workers.test.mjs` runs a short slice; the whole of it is
//
//   npm run workers                       1,000 cycles
//   node --expose-gc test/worker_cycles.mjs CYCLES

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileFunction, createContext } from 'node:vm'
import { Worker } from 'node:worker_threads'

const require = createRequire(import.meta.url)
const lib = fileURLToPath(new URL('../lib', import.meta.url))

/** What a worker is doing when it ends: by itself, in a call, in a wait, in a loop of retries, or by the clock of a test. */
const ENDS = ['itself', 'calls', 'waits', 'retries', 'clock']
const SOURCE = `
  const { parentPort, workerData: { lib, end } } = require('node:worker_threads')
  const tidegate = require(lib + '/index.cjs')
  const { ManualClock } = require(lib + '/testing.cjs')
  const { CircuitBreaker, FixedWindow, KeyedRateLimiter, RateLimiter, RetryPolicy } = tidegate
  const shared = RateLimiter.shared('cycles', { limit: 1, interval: 'day', burst: 10_000 })
  const api = tidegate.Api.stackflow() // some 300 KB: what is not freed is seen
  const keyed = new KeyedRateLimiter({ limit: 1, interval: 'day', burst: 1, capacity: 1024 })
  const limiter = new RateLimiter({ limit: 1, interval: 'day', burst: 1 })
  const window = new FixedWindow({ limit: 1, interval: 'day' })
  const policy = new RetryPolicy({ attempts: Infinity, backoff: { initial: 1, cap: 2 }, budget: null, breaker: CircuitBreaker.consecutive({ failures: 1e9, openFor: 1 }) })
  for (const key of ['a', 5, 5n, new Uint8Array(3)]) keyed.tryAcquire(key)
  if (end === 'clock') ManualClock.install()
  shared.tryAcquire()
  limiter.acquire().then(() => limiter.acquire())
  window.acquire().then(() => window.acquire({ timeout: '1d' })).catch(() => {})
  const signal = new AbortController().signal
  if (end === 'waits') for (let i = 0; i < 100; i += 1) { limiter.acquire({ signal }); keyed.acquire('a', { timeout: '2d' }) }
  if (end === 'retries') for (let i = 0; i < 20; i += 1) policy.run(() => { throw new Error('down') }, { signal })
  parentPort.postMessage(end)
  if (end === 'calls' || end === 'clock') for (;;) { shared.tryAcquire(0); keyed.tryAcquire('b'); limiter.peek(); window.check(0); policy.begin().next(); api.admit('GET', '/a', { key: 'a' }) }
  if (end === 'itself') setTimeout(() => process.exit(0), 5)
`

async function cycle(number) {
  const end = ENDS[number % ENDS.length]
  const worker = new Worker(SOURCE, { eval: true, workerData: { lib, end } })
  const exit = once(worker, 'exit')
  const [message] = await once(worker, 'message')
  assert.equal(message, end)
  if (end !== 'itself') await worker.terminate()
  assert.deepEqual(await exit, [end === 'itself' ? 0 : 1])
}

/** What jest gives a context of Node's. */
const GLOBALS = {
  process, setTimeout, clearTimeout, setImmediate, queueMicrotask, performance, AbortController, AbortSignal, Buffer, TextEncoder, TextDecoder,
  URL, URLSearchParams, DOMException, crypto, fetch, Headers, Request, Response, structuredClone,
}

/** Loads a file as jest does: anew and in a context of its own, but for the addon, which a process loads once. */
function anew(file, context, registry = new Map()) {
  if (!file.endsWith('.cjs')) return require(file)
  if (registry.has(file)) return registry.get(file).exports
  const module = { exports: {} }
  registry.set(file, module)
  const parameters = ['module', 'exports', 'require', '__dirname']
  const load = compileFunction(readFileSync(file, 'utf8'), parameters, { filename: file, parsingContext: context })
  load(module, module.exports, (name) => anew(name.startsWith('.') ? join(dirname(file), name) : name, context, registry), dirname(file))
  return module.exports
}

/** Two of them use one addon, one after the other and beside each other. */
function twice() {
  const [first, second] = [0, 1].map(() => anew(join(lib, 'index.cjs'), createContext({ ...GLOBALS })))
  assert.notEqual(first.RateLimiter, second.RateLimiter)
  const limiter = new first.RateLimiter({ limit: 1, interval: 'day', burst: 2 })
  // A limiter of the one module is none of the other, and goes on.
  assert.throws(() => second.RateLimiter.prototype.drain.call(limiter), { code: 'ERR_INVALID_THIS' })
  assert.deepEqual([limiter.tryAcquire(), limiter.drain()], [true, 1])
  // Each has a memory of its own with WebAssembly.
  if (first.backend === 'wasm') return
  const shared = [first, second].map(({ RateLimiter }) => RateLimiter.shared('anew', { limit: 1, interval: 'day', burst: 10_000 }))
  const left = shared[0].peek(0).remaining
  assert.equal(shared[1].tryAcquireUpTo(3), Math.min(left, 3))
  assert.equal(shared[0].peek(0).remaining, Math.max(left - 3, 0))
}

async function rss() {
  for (let i = 0; i < 3; i += 1) {
    globalThis.gc?.()
    await new Promise((done) => setTimeout(done, 20))
  }
  return process.memoryUsage.rss()
}

const cycles = Number(process.argv[2] ?? 1000)
// Some memory is only taken once, by each kind of end.
const warm = Math.ceil(cycles / 5)
let before
for (let number = 0; number < cycles; number += 4) {
  await Promise.all([0, 1, 2, 3].map((more) => cycle(number + more)))
  twice()
  if (before === undefined && number >= warm) before = await rss()
  if (number % 100 === 0 && cycles >= 1000) console.error(`${number} of ${cycles}, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`)
}
const grown = (await rss() - before) / 2 ** 10
// A plateau, and not a line: a worker that left its limits behind would leave ten times as much.
if (cycles >= 1000) assert.ok(grown / (cycles - warm) < 64, `${grown} KiB`)
console.log(JSON.stringify({ cycles, kib_a_cycle: Number((grown / (cycles - warm)).toFixed(1)) }))
