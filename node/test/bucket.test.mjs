// RateLimiter beyond taking, on explicit clocks. The numbers are those of the core's own examples.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RateLimiter } from 'tidegate'

const SECOND = 1_000_000_000n
const at = (now) => ({ now })
const bucket = (limit, burst = limit) => new RateLimiter({ limit, interval: 'second', burst })

test('an empty start waits for the first token', () => {
  const limiter = new RateLimiter({ limit: 4, interval: 'second', startEmpty: true, now: 5n * SECOND })
  assert.equal(limiter.check(1, at(5n * SECOND)).retryAfter, 250)
  assert.equal(limiter.check(4, at(6n * SECOND)).allowed, true)
  assert.equal(new RateLimiter({ limit: 1, interval: 'day', startEmpty: true }).tryAcquire(), false)
  assert.equal(new RateLimiter({ limit: 1, interval: 'day', startEmpty: false }).tryAcquire(), true)
})

test('as many as are there, and not one more', () => {
  const limiter = bucket(5)
  assert.equal(limiter.tryAcquireUpTo(3, at(0)), 3)
  assert.deepEqual(limiter.checkUpTo(3n, at(0)), {
    taken: 2, allowed: true, remaining: 0, resetAfter: 1000, resetAfterNs: SECOND, retryAfter: 0, retryAfterNs: 0n,
  })
  assert.deepEqual(limiter.checkUpTo(3, at(0)), { taken: 0, allowed: false, retryAfter: 200, retryAfterNs: 200_000_000n })
  assert.equal(limiter.tryAcquireUpTo(3, at(0)), 0)
})

test('drain takes everything and tells how much', () => {
  const limiter = bucket(5)
  assert.deepEqual([limiter.drain(at(0)), limiter.drain(at(0))], [5, 0])
  assert.equal(limiter.check(1, at(0)).retryAfter, 200)
})

test('a refund gives back what has not flowed back by itself', () => {
  for (const taken of [{ takenAtNs: 0 }, { age: 500 }, { age: '500ms' }, { ageNs: 500_000_000n }]) {
    const limiter = bucket(10)
    limiter.check(8, at(0))
    assert.equal(limiter.refund(8, { ...taken, now: 500_000_000n }), 3)
    assert.equal(limiter.peek(0, at(500_000_000n)).remaining, 10)
  }
})

test('a pause lasts as long as it was told, and none shortens another', () => {
  const limiter = bucket(5)
  limiter.pause('23s', at(0))
  assert.equal(limiter.check(1, at(0)).retryAfter, 23_000)
  // One that is not the longest costs a tick, here a nanosecond; one that is over costs nothing.
  limiter.pause(1000, at(0))
  limiter.pause(0, at(0))
  assert.equal(limiter.check(1, at(0)).retryAfterNs, 23n * SECOND + 1n)
  limiter.pauseUntil(30n * SECOND, at(0))
  limiter.pauseUntil(0, at(0))
  assert.equal(limiter.check(1, at(0)).retryAfterNs, 30n * SECOND)
  assert.equal(limiter.check(1, at(30n * SECOND)).remaining, 0)
})

test('what a server says slows down, and never grants', () => {
  const limiter = new RateLimiter({ limit: 60, interval: 'minute' })
  limiter.observe({ limit: 60, remaining: 2, resetAfter: '40s' }, at(0))
  assert.equal(limiter.peek(0, at(0)).remaining, 2)
  limiter.observe({ remaining: 50, resetAfterNs: 40n * SECOND }, at(0))
  assert.equal(limiter.peek(3, at(0)).retryAfter, 1000)
  assert.ok(limiter.peek(2, at(0)).allowed)
  limiter.observe({ limit: 60, remaining: 0, resetAfter: 40_000 }, at(0))
  assert.equal(limiter.check(1, at(0)).retryAfter, 40_000)
})

test('a quota changes at once, also for tryAcquire, and carries what was used', () => {
  for (const [carry, left] of [[undefined, 16], ['keep', 16], ['proportional', 12], ['reset', 20]]) {
    const limiter = bucket(10)
    const { tryAcquire } = limiter
    limiter.check(4, at(0))
    limiter.reconfigure({ limit: 20, interval: 'second', carry, now: 0 })
    assert.equal(limiter.tryAcquireUpTo(20, at(0)), left)
    assert.equal(tryAcquire(20), true, 'the host is on long after 0')
  }
})

test('a quota that is refused leaves the old one', () => {
  const limiter = bucket(10)
  assert.throws(() => limiter.reconfigure({ limit: 10, interval: 0, now: 0 }), { code: 'PeriodOutOfRange' })
  assert.equal(limiter.tryAcquireUpTo(20, at(0)), 10)
})

test('a snapshot is plain JSON, and exact', () => {
  const before = bucket(3)
  before.check(3, at(77))
  const snapshot = before.snapshot(at(77))
  assert.deepEqual(snapshot, { remaining: 0, fullAfterNs: '1000000000' })
  const restore = (taken, options) => RateLimiter.restore({ limit: 3, interval: 'second' }, taken, options)
  const later = { age: 400, now: 5n * SECOND }
  assert.equal(restore(JSON.parse(JSON.stringify(snapshot)), later).check(1, at(5n * SECOND)).remaining, 0)
  assert.equal(restore(snapshot, { ageNs: 333_333_333n, now: 5n * SECOND }).check(1, at(5n * SECOND)).retryAfterNs, 1n)
  assert.equal(restore({ fullAfterNs: SECOND }, { now: 0 }).check(1, at(0)).retryAfterNs, 333_333_334n)
  assert.equal(restore(snapshot).tryAcquire(3), false)
  assert.equal(restore(snapshot, { age: 'minute' }).tryAcquire(3), true)
})

test('a state is restored in the place of the old one, also for tryAcquire', () => {
  const limiter = bucket(10)
  const { tryAcquire } = limiter
  const full = limiter.snapshot(at(0))
  limiter.drain(at(0))
  const empty = limiter.snapshot(at(0))
  limiter.restore(full, at(0))
  assert.equal(limiter.check(10, at(0)).allowed, true)
  limiter.restore(empty, { age: 300, ...at(0) })
  assert.equal(limiter.drain(at(0)), 3)
  limiter.restore(empty)
  assert.equal(tryAcquire(10), false)
})

test('a year in a snapshot survives JSON to the nanosecond', () => {
  const limiter = new RateLimiter({ limit: 1, interval: '365d', burst: 20 })
  limiter.drain(at(1))
  const snapshot = JSON.parse(JSON.stringify(limiter.snapshot(at(2))))
  assert.equal(snapshot.fullAfterNs, String(20n * 365n * 86_400n * SECOND - 1n))
  const restored = RateLimiter.restore({ limit: 1, interval: '365d', burst: 20 }, snapshot, { now: 2 })
  assert.equal(restored.check(1, at(2)).retryAfterNs, limiter.check(1, at(2)).retryAfterNs)
})
