// Worker threads: each has the module for itself, and may end at any time.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

// A worker that ends by running out of work may wait for ever in Node 20 and others (nodejs/node#54918): its compiler,
// in the background, waits for the worker to collect, and the worker for its compiler. So ours are told to end.
const SOURCE = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { AdaptiveRate, Advice, Api, CircuitBreaker, Hints, KeyedRateLimiter, RateLimiter } = require(workerData.module)
  const limiter = new RateLimiter({ limit: 1, interval: 'day', burst: 1000 })
  const api = Api.stackflow()
  const waits = new RateLimiter({ limit: 1000, interval: 'second' })
  const keyed = new KeyedRateLimiter({ limit: 1, interval: 'day', burst: 1, capacity: 4096 })
  const rate = new AdaptiveRate()
  const breaker = CircuitBreaker.consecutive({ failures: 3, openFor: 1 })
  let allowed = 0
  for (let i = 0; i < 3000; i += 1) {
    if (limiter.tryAcquire()) allowed += 1
    keyed.tryAcquire('key' + i % 100)
    keyed.check(i % 100)
    waits.reserve()
    rate.answered(!rate.trySend().allowed)
    const { passage } = breaker.tryCall()
    if (passage) breaker.failed(passage)
    new Advice({ RateLimit: '"a";r=5' }).tightest()
    const call = api.call('GET', '/a', { key: 'worker' })
    if (call.next().kind === 'send') call.answered(200, new Hints({ 'X-RateLimit-Remaining': '5' }))
  }
  parentPort.postMessage(allowed)
  if (!workerData.forever) process.exit(0)
  for (;;) { limiter.tryAcquire(); keyed.tryAcquire('key'); waits.drain(); rate.answered(true); new Advice({ Age: 0 }) }
`
const module = fileURLToPath(new URL('../lib/index.cjs', import.meta.url))
const start = (forever) => new Worker(SOURCE, { eval: true, workerData: { module, forever } })

test('eight workers load it at once and decide by themselves', async () => {
  const allowed = await Promise.all(Array.from({ length: 8 }, async () => {
    const worker = start(false)
    const [[count]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')])
    return count
  }))
  assert.deepEqual(allowed, Array(8).fill(1000))
})

test('workers that are terminated in the middle of calls harm nobody', async () => {
  for (let round = 0; round < 5; round += 1) {
    const workers = Array.from({ length: 4 }, () => start(true))
    await Promise.all(workers.map((worker) => once(worker, 'message')))
    const codes = await Promise.all(workers.map((worker) => worker.terminate()))
    assert.deepEqual(codes, Array(4).fill(1))
  }
})

test('what is collected is freed', () => {
  const script = `
    const { AdaptiveRate, Advice, Api, RateLimiter } = require(${JSON.stringify(module)})
    const rest = () => new Promise((done) => setImmediate(done))
    ;(async () => {
      for (let i = 0; i < 2000; i += 1) {
        Api.stackflow().call('GET', '/a', { key: 'a' })
        for (let j = 0; j < 20; j += 1) {
          new RateLimiter({ limit: 1, interval: 1000 })
          new AdaptiveRate().rate
          new Advice().hints()
        }
        if (i % 20 === 0) { gc(); await rest() }
      }
      gc(); await rest(); gc(); await rest()
      console.log(Math.round(process.memoryUsage().rss / 2 ** 20))
    })()`
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '-e', script], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  // 2,000 of them together are more than 600 MB.
  assert.ok(Number(stdout) < 300, `${stdout.trim()} MB`)
})

test('twenty threads that end in any way, and modules that are loaded anew', () => {
  const script = fileURLToPath(new URL('worker_cycles.mjs', import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', script, '20'], { encoding: 'utf8' })
  assert.deepEqual([status, stderr, JSON.parse(stdout).cycles], [0, '', 20])
})

test('any number of waits heed one signal, and Node warns of none', () => {
  const script = `
    const { RateLimiter, RetryPolicy, sleep } = require(${JSON.stringify(module)})
    const controller = new AbortController()
    const { signal } = controller
    const limiter = new RateLimiter({ limit: 1, interval: 'day', burst: 1 })
    const all = Array.from({ length: 50 }, () => [limiter.acquire({ signal }), sleep('1d', { signal }), new RetryPolicy({ limiter }).run(() => {}, { signal })]).flat()
    controller.abort(new Error('over'))
    Promise.allSettled(all).then((ends) => console.log(ends.filter(({ reason }) => reason?.message === 'over').length))`
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' })
  // The first one was let in at once.
  assert.deepEqual([stdout.trim(), stderr], ['149', ''])
})
