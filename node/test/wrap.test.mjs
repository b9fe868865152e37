// run(), wrap(), quota, neverExceed() and shared(): what is built upon acquire().

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { FixedWindow, KeyedRateLimiter, RateLimitError, RateLimiter, StrictWindow, backend } from 'tidegate'
import { ManualClock } from 'tidegate/testing'

/** A clock for one test. */
const manual = (t) => {
  const clock = ManualClock.install({ now: 0n, wall: 0n })
  t.after(() => clock.uninstall())
  return clock
}

test('what runs begins when there is a token, and gives what it gives', async (t) => {
  const clock = manual(t)
  const limiter = new RateLimiter({ limit: 1, interval: 'second' })
  const order = []
  const running = [1, 2, 3].map((number) => limiter.run(async () => { order.push(number); return number * 10 }))
  await clock.advanceAsync(999)
  assert.deepEqual(order, [1])
  await clock.advanceAsync(1)
  assert.deepEqual(order, [1, 2])
  await clock.advanceAsync(1000)
  assert.deepEqual(await Promise.all(running), [10, 20, 30])
})

test('what runs is not begun when it would have to wait too long, or is aborted', async (t) => {
  const clock = manual(t)
  const limiter = new RateLimiter({ limit: 1, interval: 'second' })
  const never = t.mock.fn()
  await limiter.run(() => {})
  await assert.rejects(limiter.run(never, { timeout: 999 }), RateLimitError)
  await assert.rejects(limiter.run(never, { signal: AbortSignal.abort(new Error('no')) }), { message: 'no' })
  await assert.rejects(limiter.run(async () => { throw new Error('its own') }, { cost: 0 }), { message: 'its own' })
  assert.equal(never.mock.callCount(), 0)
  await clock.advanceAsync(1000)
  assert.equal(limiter.tryAcquire(), true)
})

test('a wrapped function keeps its name, its arguments and its this', async (t) => {
  const clock = manual(t)
  const limiter = new RateLimiter({ limit: 10, interval: 'second' })
  class Client {
    name = 'mine'
    send = limiter.wrap(async function send(tokens, text) { return `${this.name}: ${text}` }, { cost: (tokens) => tokens })
  }
  const client = new Client()
  assert.deepEqual([client.send.name, client.send.length], ['send', 2])
  assert.equal(await client.send(7, 'first'), 'mine: first')
  const second = client.send(7, 'second')
  // Four are missing.
  await clock.advanceAsync(399)
  assert.equal(limiter.peek(0).remaining, 0)
  let done = false
  second.then(() => { done = true })
  await clock.advanceAsync(0)
  assert.equal(done, false)
  await clock.advanceAsync(1)
  assert.equal(await second, 'mine: second')
})

test('windows, layers and keys have run and wrap too', async (t) => {
  const clock = manual(t)
  const window = new FixedWindow({ limit: 2, interval: 'minute' })
  const strict = new StrictWindow({ limit: 5, interval: 'minute' })
  assert.equal(await window.run(() => 1), 1)
  assert.equal(await window.wrap((a, b) => a + b)(1, 2), 3)
  const both = RateLimiter.all(window, strict)
  const late = both.wrap((cost) => cost, { costs: (cost) => [1, cost] })(3)
  await clock.advanceAsync(59_999)
  assert.equal(strict.peek(0).remaining, 5)
  await clock.advanceAsync(1)
  assert.equal(await late, 3)
  assert.equal(await both.run(() => 'ran', { costs: [1, 2] }), 'ran')
  assert.equal(strict.peek(0).remaining, 0)

  const keyed = new KeyedRateLimiter({ limit: 1, interval: 'second', capacity: 16 })
  const visit = keyed.wrap((user) => user.id, { key: (user) => user.id })
  assert.deepEqual(await Promise.all([visit({ id: 'a' }), visit({ id: 'b' })]), ['a', 'b'])
  const again = [visit({ id: 'a' }), keyed.run('b', () => 'ran')]
  await clock.advanceAsync(1000)
  assert.deepEqual(await Promise.all(again), ['a', 'ran'])
})

test('a cost that is not one rejects, and nothing is begun', async () => {
  const limiter = new RateLimiter({ limit: 10, interval: 'second' })
  const never = limiter.wrap(assert.fail, { cost: () => 'many' })
  await assert.rejects(never(), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' })
  await assert.rejects(limiter.wrap(assert.fail, { cost: () => { throw new Error('thrown') } })(), { message: 'thrown' })
})

test('a quota is what a limiter can be made of', () => {
  for (const options of [{ limit: 300, interval: 60_000, burst: 50 }, { limit: 7, interval: 1.5, burst: 2 }, { limit: 0, interval: 1, burst: 0 }]) {
    const limiter = new RateLimiter(options)
    assert.deepEqual({ ...limiter.quota }, options)
    assert.deepEqual(new RateLimiter(limiter.quota).quota, limiter.quota)
  }
  const limiter = new RateLimiter({ limit: 5, interval: 'hour' })
  limiter.reconfigure({ limit: 10, interval: 'minute', burst: 3 })
  assert.deepEqual({ ...limiter.quota }, { limit: 10, interval: 60_000, burst: 3 })
  assert.deepEqual({ ...new FixedWindow({ limit: 5, interval: '15m' }).quota }, { limit: 5, interval: 900_000 })
  assert.deepEqual({ ...new StrictWindow({ limit: 5, intervalNs: 1_500_000n }).quota }, { limit: 5, interval: 1.5 })
  const keyed = new KeyedRateLimiter({ limit: 5, interval: 'second', capacity: 4 })
  assert.deepEqual({ ...keyed.withQuota({ limit: 9, interval: 'second', burst: 1 }).quota }, { limit: 9, interval: 1000, burst: 1 })
})

test('what is never exceeded is reached, wherever the minute begins', () => {
  const limiter = RateLimiter.neverExceed({ limit: 300, interval: 'minute', burst: 50 })
  assert.deepEqual({ ...limiter.quota }, { limit: 250, interval: 60_000, burst: 50 })
  const times = []
  for (let now = 0n; times.length < 900;) {
    const { allowed, retryAfterNs } = limiter.check(1, { now })
    if (allowed) times.push(now)
    else now += retryAfterNs
  }
  assert.equal(times[299] - times[0], 60_000_000_000n)
  for (let i = 300; i < 900; i += 1) assert.ok(times[i] - times[i - 300] > 60_000_000_000n)
  assert.deepEqual({ ...RateLimiter.neverExceed({ limit: 5, interval: 'minute' }).quota }, { limit: 4, interval: 60_000, burst: 1 })
})

test('a shared limiter is one for all threads, and stays when they end', { skip: backend === 'wasm' && 'in WebAssembly each thread has memory of its own' }, async () => {
  const options = { limit: 1, interval: 'day', burst: 1000 }
  const source = `
    const { parentPort, workerData } = require('node:worker_threads')
    const { RateLimiter } = require(workerData.module)
    const limiter = RateLimiter.shared('test', ${JSON.stringify(options)})
    let allowed = 0
    for (let i = 0; i < 300; i += 1) if (limiter.tryAcquire()) allowed += 1
    parentPort.postMessage(allowed)
    process.exit(0) // see workers.test.mjs
  `
  const module = fileURLToPath(new URL('../lib/index.cjs', import.meta.url))
  const allowed = await Promise.all(Array.from({ length: 3 }, async () => {
    const worker = new Worker(source, { eval: true, workerData: { module } })
    const [[count]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')])
    return count
  }))
  assert.deepEqual(allowed, [300, 300, 300])
  const limiter = RateLimiter.shared('test', options)
  assert.equal(limiter.drain(), 100)
  // Who starts later asks for what was first asked for, whatever it has become.
  limiter.reconfigure({ limit: 1, interval: 'day', burst: 1001 })
  assert.equal(RateLimiter.shared('test', options).drain(), 1)
  assert.equal(RateLimiter.shared('another', options).drain(), 1000)
})
