// Several limiters, all or nothing.

import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { FirstUseWindow, FixedWindow, Layers, RateLimitError, RateLimiter, StrictWindow, peekAll, tryAcquireAll } from 'tidegate'
import { ManualClock } from 'tidegate/testing'

const NOW = { now: 0n, wall: 1_716_134_437n * 1_000_000_000n } // 23 s before the minute's end
const bucket = (limit, burst = limit) => new RateLimiter({ limit, interval: 'second', burst })

test('a denial takes nothing, and names the layer with the longest wait', () => {
  const [requests, tokens, gateway] = [new FixedWindow({ limit: 2, interval: 'minute' }), bucket(100), bucket(5)]
  const ask = (cost) => tryAcquireAll([{ limiter: requests }, { limiter: tokens, cost }, { limiter: gateway }], NOW)
  assert.deepEqual(ask(60), {
    layer: 0, allowed: true, remaining: 1, resetAfter: 23_000, resetAfterNs: 23_000_000_000n, retryAfter: 0, retryAfterNs: 0n,
  })
  assert.deepEqual(ask(60n), { layer: 1, allowed: false, retryAfter: 200, retryAfterNs: 200_000_000n })
  assert.equal(requests.peek(0, { wall: NOW.wall }).remaining, 1)
  assert.equal(ask(30).layer, 0)
  assert.deepEqual(ask(40), { layer: 0, allowed: false, retryAfter: 23_000, retryAfterNs: 23_000_000_000n })
  assert.equal(gateway.peek(0, { now: 0n }).remaining, 3)
})

test('as one limiter, with costs or without', () => {
  const [one, other] = [bucket(3), bucket(10)]
  const both = RateLimiter.all(one, other)
  assert.ok(both instanceof Layers)
  assert.equal(both.check(undefined, NOW).remaining, 2)
  assert.equal(both.check([1, 8], NOW).layer, 0, 'of equals the first')
  assert.deepEqual(both.check([1, 2n], NOW), { layer: 1, allowed: false, retryAfter: 100, retryAfterNs: 100_000_000n })
  assert.equal(one.peek(0, { now: 0n }).remaining, 1)
  assert.deepEqual([both.tryAcquire([3, 1]), both.tryAcquire()], [true, false], 'the host is on long after 0')
})

test('peeking answers the same and takes nothing', () => {
  const [one, other] = [bucket(5), bucket(10)]
  for (let i = 0; i < 3; i += 1) assert.equal(RateLimiter.all(one, other).peek([3, 8], NOW).allowed, true)
  const layers = [{ limiter: one, cost: 3 }, { limiter: other, cost: 8 }]
  const peeked = peekAll(layers, NOW)
  assert.deepEqual(peeked, tryAcquireAll(layers, NOW))
  assert.deepEqual(peekAll(layers, NOW), { layer: 1, allowed: false, retryAfter: 600, retryAfterNs: 600_000_000n })
})

test('every kind can be a layer', () => {
  const window = { limit: 2, interval: 'minute' }
  const limiters = [bucket(5), new FixedWindow(window), new FirstUseWindow(window), new StrictWindow(window)]
  const all = RateLimiter.all(...limiters)
  assert.equal(all.check([1, 1, 1, 1], NOW).layer, 1)
  assert.deepEqual(all.check([1, 2, 1, 1], NOW).retryAfter, 23_000)
  assert.deepEqual(all.check([1, 1, 2, 1], NOW).layer, 2)
  assert.deepEqual(all.check([1, 1, 1, 2], NOW).layer, 3)
  assert.equal(all.check([1, 1, 1, 1], NOW).allowed, true)
})

test('eight are enough and one is too', () => {
  const eight = Array.from({ length: 8 }, () => bucket(1))
  assert.equal(RateLimiter.all(...eight).check(undefined, NOW).allowed, true)
  assert.equal(RateLimiter.all(...eight).check(undefined, NOW).allowed, false)
  assert.equal(RateLimiter.all(bucket(1)).tryAcquire(), true)
  assert.deepEqual([RateLimiter.all().check().remaining, tryAcquireAll([]).allowed], [Infinity, true])
})

test('a layer under a changed quota is asked under that', () => {
  const [one, other] = [bucket(3), bucket(9)]
  const both = RateLimiter.all(one, other)
  one.reconfigure({ limit: 6, interval: 'second', now: 0n })
  assert.equal(both.check([6, 1], NOW).allowed, true)
})

test('a cost that a layer can never hold names that layer', () => {
  const [one, other] = [bucket(3), bucket(9)]
  assert.throws(() => RateLimiter.all(other, one).check([4, 4], NOW), { name: 'RangeError', code: 'ERR_COST_TOO_HIGH', layer: 1 })
  assert.equal(other.peek(0, { now: 0n }).remaining, 9)
})

test('acquire waits for all of them', async (t) => {
  const clock = ManualClock.install()
  t.after(() => clock.uninstall())
  const [one, other] = [20, 50].map((limit) => bucket(limit, 1))
  const both = RateLimiter.all(one, other)
  assert.equal(await both.acquire(), 0)
  const waiting = both.acquire({ costs: [1, 1], timeout: '10s' })
  await clock.advanceAsync('1s')
  assert.equal(await waiting, 50)
  // Since then both have had time for another one.
  assert.deepEqual([one.drain(), other.drain()], [1, 1])
})

test('acquire is refused at once, and aborted cleanly', async () => {
  const [slow, fast] = [new RateLimiter({ limit: 1, interval: 'hour' }), bucket(5)]
  const both = RateLimiter.all(fast, slow)
  both.tryAcquire()
  await assert.rejects(both.acquire({ timeout: 1000 }), (error) => {
    assert.ok(error instanceof RateLimitError && error.retryAfter > 3_590_000)
    assert.equal(error.layer, 1)
    return true
  })
  const controller = new AbortController()
  const waiting = both.acquire({ signal: controller.signal })
  controller.abort(new Error('enough'))
  await assert.rejects(waiting, { message: 'enough' })
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
  assert.equal(fast.tryAcquire(4), true)
})
