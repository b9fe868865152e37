// acquire() and sleep(): the only places where anything waits.

import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { FixedWindow, RateLimitError, RateLimiter, sleep } from 'tidegate'
import { ManualClock, followTimers } from 'tidegate/testing'

const empty = (interval) => {
  const limiter = new RateLimiter({ limit: 1, interval, burst: 1 })
  assert.equal(limiter.tryAcquire(), true)
  return limiter
}

test('what is there is taken without waiting', async () => {
  const limiter = new RateLimiter({ limit: 1, interval: 'day', burst: 3 })
  assert.equal(await limiter.acquire(), 0)
  assert.equal(await limiter.acquire({ cost: 2n, timeout: 0 }), 0)
  assert.equal(limiter.tryAcquire(), false)
})

test('what is not there is waited for, and taken', async (t) => {
  const clock = ManualClock.install()
  t.after(() => clock.uninstall())
  const limiter = empty(30)
  const waiting = limiter.acquire({ timeout: '10s' })
  await clock.advanceAsync(30)
  assert.equal(await waiting, 30)
  assert.equal(limiter.tryAcquire(), false)
})

test('a wait longer than the timeout is refused at once, and nothing is taken', async () => {
  const limiter = empty('hour')
  await assert.rejects(limiter.acquire({ timeout: '1s' }), (error) => {
    assert.ok(error instanceof RateLimitError && error instanceof Error)
    assert.deepEqual([error.name, error.code], ['RateLimitError', 'ERR_RATE_LIMITED'])
    assert.ok(error.retryAfter > 3_590_000 && error.retryAfter <= 3_600_000)
    assert.equal(BigInt(error.retryAfter), (error.retryAfterNs + 999_999n) / 1_000_000n)
    return true
  })
})

test('a signal ends the wait and leaves no listener behind', async () => {
  const controller = new AbortController()
  const waiting = empty('hour').acquire({ signal: controller.signal })
  assert.equal(getEventListeners(controller.signal, 'abort').length, 1)
  controller.abort(new Error('enough'))
  await assert.rejects(waiting, { message: 'enough' })
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
})

test('a signal that is not used is left clean', async () => {
  const { signal } = new AbortController()
  await empty(5).acquire({ signal })
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('a signal that is already aborted takes nothing', async () => {
  const limiter = new RateLimiter({ limit: 1, interval: 'day', burst: 1 })
  await assert.rejects(limiter.acquire({ signal: AbortSignal.abort() }), { name: 'AbortError' })
  assert.equal(limiter.tryAcquire(), true)
})

test('an impossible cost never waits', async () => {
  await assert.rejects(empty('hour').acquire({ cost: 2 }), { name: 'RangeError', code: 'ERR_COST_TOO_HIGH' })
})

test('an abort gives the reservation back', async () => {
  const limiter = empty('hour')
  const controller = new AbortController()
  const waiting = limiter.acquire({ signal: controller.signal })
  assert.ok(limiter.reserve().wait > 7_190_000)
  const last = new AbortController()
  const rejected = limiter.acquire({ signal: last.signal })
  last.abort()
  await assert.rejects(rejected, { name: 'AbortError' })
  const { wait } = limiter.reserve()
  assert.ok(wait > 10_790_000 && wait <= 10_800_000, `${wait}`)
  controller.abort()
  await assert.rejects(waiting, { name: 'AbortError' })
})

test('waiters are served in their order, never early, and under one timer', async (t) => {
  const timers = t.mock.method(globalThis, 'setTimeout')
  const start = performance.now()
  const limiter = new RateLimiter({ limit: 1, interval: 20, startEmpty: true })
  const served = []
  const controller = new AbortController()
  const waiting = Array.from({ length: 12 }, async (_, number) => {
    const aborted = number % 5 === 4
    const tokens = limiter.acquire({ signal: aborted ? controller.signal : undefined })
    if (aborted) return assert.rejects(tokens, { name: 'AbortError' })
    await tokens
    served.push(number)
    // A token comes every 20 ms; who waits behind an aborted one keeps the time that was told.
    const passed = performance.now() - start
    assert.ok(passed >= (number + 1) * 20, `${number} after ${passed} ms`)
  })
  assert.equal(timers.mock.callCount(), 1)
  controller.abort()
  await Promise.all(waiting)
  assert.deepEqual(served, [0, 1, 2, 3, 5, 6, 7, 8, 10, 11])
  // One after another: for each that is served, and once more for each that fired early.
  assert.ok(timers.mock.callCount() <= 20, `${timers.mock.callCount()}`)
})

test('nobody who comes later overtakes those who wait', async () => {
  const limiter = empty(40)
  const waiting = limiter.acquire()
  for (let left = true; left;) {
    assert.equal(limiter.tryAcquire(), false)
    left = await Promise.race([waiting.then(() => false), sleep(1).then(() => true)])
  }
})

test('who comes when the time has come, but nobody was woken yet, comes last', async () => {
  const limiter = empty(5)
  const served = []
  const waiting = [0, 1].map((number) => limiter.acquire().then(() => served.push(number)))
  // The event loop is busy until all three tokens are there.
  for (const end = performance.now() + 20; performance.now() < end;);
  assert.equal(await limiter.acquire().then((waited) => { served.push(2); return waited }), 0)
  assert.deepEqual(served, [0, 1, 2])
  await Promise.all(waiting)
})

test('who comes under a faster quota still comes after those who wait', async () => {
  const limiter = empty(100)
  const order = []
  const acquire = (name) => limiter.acquire().then(() => order.push(name))
  const slow = acquire('slow')
  limiter.reconfigure({ limit: 1, interval: 20, burst: 1, carry: 'reset' })
  await Promise.all([slow, acquire('next')])
  assert.deepEqual(order, ['slow', 'next'])
})

test('a wait longer than any timer is split, and nothing is left of it', async (t) => {
  const start = Date.now()
  let now = start
  t.mock.method(Date, 'now', () => now)
  const follows = followTimers()
  t.after(() => follows[Symbol.dispose]())
  const limiter = empty('60d')
  const delays = []
  const clear = t.mock.method(globalThis, 'clearTimeout')
  let wake
  t.mock.method(globalThis, 'setTimeout', (run, delay) => {
    delays.push(delay)
    wake = run
    return 7
  })
  const controller = new AbortController()
  const waiting = limiter.acquire({ signal: controller.signal })
  for (; delays.length < 3; wake()) now += 2 ** 31 - 1
  assert.deepEqual(delays, [2 ** 31 - 1, 2 ** 31 - 1, 60 * 86_400_000 - 2 * (2 ** 31 - 1)])
  controller.abort()
  await assert.rejects(waiting, { name: 'AbortError' })
  assert.deepEqual(clear.mock.calls.at(-1).arguments, [7])
})

test('nothing is waited for in vain', async () => {
  const window = new FixedWindow({ limit: 2, interval: 'hour' })
  assert.equal(await window.acquire({ cost: 0 }), 0)
  await assert.rejects(window.acquire({ cost: 3 }), { code: 'ERR_COST_TOO_HIGH' })
  await assert.rejects(new FixedWindow({ limit: 0, interval: 'hour' }).acquire(), { code: 'ERR_COST_TOO_HIGH' })
})

test('a window whose edge comes within the timeout is reached, however early timers are', async (t) => {
  const { setTimeout } = globalThis
  t.mock.method(globalThis, 'setTimeout', (run, delay) => setTimeout(run, delay - 5))
  for (let round = 0; round < 5; round += 1) {
    const window = new FixedWindow({ limit: 1, interval: 20 })
    while (!window.tryAcquire()) await new Promise(setImmediate)
    await window.acquire({ timeout: 20 })
  }
})

test('a sleep longer than any timer is split', async (t) => {
  const delays = []
  const start = Date.now()
  let now = start
  t.mock.method(Date, 'now', () => now)
  const follows = followTimers()
  t.after(() => follows[Symbol.dispose]())
  t.mock.method(globalThis, 'setTimeout', (wake, delay) => {
    delays.push(delay)
    // Up to a millisecond early, as timers are.
    now += delay - delays.length % 2
    queueMicrotask(wake)
  })
  await sleep(2 ** 31 - 1)
  await sleep('50d')
  assert.deepEqual(delays, [2 ** 31 - 1, 1, 2 ** 31 - 1, 2 ** 31 - 1, 50 * 86_400_000 - 2 * (2 ** 31 - 1) + 1, 1])
  assert.equal(now, start + 2 ** 31 - 1 + 50 * 86_400_000)
})

test('a sleep of nothing still yields, and an aborted one rejects', async () => {
  await sleep(0)
  await assert.rejects(sleep(1e6, { signal: AbortSignal.abort(new Error('no')) }), { message: 'no' })
})
