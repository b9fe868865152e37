// RateLimiter and the windows, on explicit clocks.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FirstUseWindow, FixedWindow, RateLimiter, StrictWindow } from 'tidegate'

const SECOND = 1_000_000_000n

test('the wait of a denial is exact to the nanosecond', () => {
  const limiter = new RateLimiter({ limit: 5, interval: 'second', burst: 2 })
  assert.deepEqual(limiter.check(2, { now: 0n }), {
    allowed: true, remaining: 0, resetAfter: 400, resetAfterNs: 400_000_000n, retryAfter: 0, retryAfterNs: 0n,
  })
  assert.deepEqual(limiter.check(1, { now: 1n }), { allowed: false, retryAfter: 200, retryAfterNs: 199_999_999n })
  assert.equal(limiter.check(1, { now: 199_999_999n }).allowed, false)
  assert.equal(limiter.check(1, { now: 200_000_000n }).allowed, true)
})

test('peek answers as check would, and takes nothing', () => {
  const limiter = new RateLimiter({ limit: 5, interval: 'second', burst: 2 })
  for (let i = 0; i < 3; i += 1) assert.equal(limiter.peek(2, { now: 0 }).allowed, true)
  assert.equal(limiter.check(2, { now: 0 }).allowed, true)
  assert.equal(limiter.peek(0, { now: 0 }).remaining, 0)
})

test('milliseconds round up', () => {
  const limiter = new RateLimiter({ limit: 3, interval: 1000, burst: 1 })
  limiter.check(1, { now: 0 })
  const { retryAfter, retryAfterNs } = limiter.check(1, { now: 0 })
  assert.equal(retryAfterNs, 333_333_334n)
  assert.equal(retryAfter, 334)
})

test('tryAcquire answers booleans, by the clock of the host, and needs no receiver', () => {
  const { tryAcquire } = new RateLimiter({ limit: 1, interval: 'day', burst: 3 })
  assert.equal(tryAcquire(0), true)
  assert.equal(tryAcquire(), true)
  assert.equal(tryAcquire(undefined), true)
  assert.equal(tryAcquire(2), false)
  assert.equal(tryAcquire(1), true)
  assert.equal(tryAcquire(), false)
})

test('each limiter has its own tokens', () => {
  const [one, other] = [0, 1].map(() => new RateLimiter({ limit: 1, interval: 'day', burst: 1 }))
  assert.equal(one.tryAcquire(), true)
  assert.equal(one.tryAcquire(), false)
  assert.equal(other.tryAcquire(), true)
})

test('tryAcquire and check take from the same bucket', () => {
  const limiter = new RateLimiter({ limit: 1, interval: 'day', burst: 2 })
  assert.equal(limiter.tryAcquire(), true)
  assert.equal(limiter.check().remaining, 0)
  assert.equal(limiter.tryAcquire(), false)
  assert.equal(limiter.check().allowed, false)
})

test('the burst is the limit unless it is given', () => {
  const limiter = new RateLimiter({ limit: 7, interval: 'minute' })
  assert.equal(limiter.peek(0, { now: 0 }).remaining, 7)
})

test('an interval is a number, a name, a number of units, or nanoseconds', () => {
  const intervals = [
    [{ interval: 900_000 }, 900n * SECOND], [{ interval: '15m' }, 900n * SECOND], [{ interval: '0.25h' }, 900n * SECOND],
    [{ interval: 'second' }, SECOND], [{ interval: 'minute' }, 60n * SECOND], [{ interval: 'hour' }, 3600n * SECOND],
    [{ interval: 'day' }, 86_400n * SECOND], [{ interval: '1d' }, 86_400n * SECOND], [{ interval: '500ms' }, SECOND / 2n],
    [{ interval: 1.5 }, 1_500_000n], [{ intervalNs: 1_000_001n }, 1_000_001n], [{ intervalNs: 2_000_000 }, 2_000_000n],
  ]
  for (const [interval, nanos] of intervals) {
    const limiter = new RateLimiter({ limit: 1, burst: 1, ...interval })
    assert.equal(limiter.check(1, { now: 0 }).resetAfterNs, nanos, JSON.stringify(interval, (_, v) => String(v)))
  }
})

test('a limit of 0 denies everything, and a burst of 2³² is exact', () => {
  assert.throws(() => new RateLimiter({ limit: 0, interval: 'second' }).tryAcquire(), { code: 'ERR_COST_TOO_HIGH' })
  const large = new RateLimiter({ limit: 1_000_000_000, interval: 'second', burst: 2 ** 32 })
  assert.equal(large.check(1, { now: 0 }).remaining, 2 ** 32 - 1)
})

test('a window is aligned to the wall clock', () => {
  const window = new FixedWindow({ limit: 2, interval: 'minute' })
  const wall = 1_716_134_437n * SECOND // 23 s before the window ends
  assert.deepEqual(window.check(1, { wall }), {
    allowed: true, remaining: 1, resetAfter: 23_000, resetAfterNs: 23n * SECOND, retryAfter: 0, retryAfterNs: 0n,
  })
  assert.equal(window.peek(2, { wall }).retryAfter, 23_000)
  assert.equal(window.check(2, { wall: wall + 23n * SECOND }).allowed, true)
})

test('a window has the hot function too', () => {
  const { tryAcquire } = new FixedWindow({ limit: 1, interval: '366d' })
  assert.equal(tryAcquire(), true)
  assert.equal(tryAcquire(), false)
  assert.throws(() => tryAcquire(2), { name: 'RangeError', code: 'ERR_COST_TOO_HIGH' })
})

test('a class of one\'s own can extend the limiter', () => {
  class Counted extends RateLimiter {
    denied = 0
    allow() {
      const allowed = this.tryAcquire()
      if (!allowed) this.denied += 1
      return allowed
    }
  }
  const counted = new Counted({ limit: 1, interval: 'day', burst: 1 })
  assert.deepEqual([counted.allow(), counted.allow(), counted.denied], [true, false, 1])
})

test('a skew moves the edges, both ways', () => {
  const wall = 1_716_134_437n * SECOND // :37
  for (const [skew, left] of [[{}, 23], [{ skew: -5000 }, 18], [{ skewNs: -5n * SECOND }, 18], [{ skew: 5000 }, 28], [{ skew: 60_000 }, 23], [{ skewNs: 0 }, 23], [{ skew: -0 }, 23]]) {
    const window = new FixedWindow({ limit: 2, interval: 'minute', ...skew })
    assert.equal(window.check(2, { wall }).allowed, true)
    assert.equal(window.check(1, { wall }).retryAfter, left * 1000, JSON.stringify(left))
  }
})

test('a first-use window starts with the first request', () => {
  const window = new FirstUseWindow({ limit: 2, interval: 'minute' })
  const at = (seconds) => ({ wall: BigInt(seconds) * SECOND })
  assert.equal(window.peek(1, at(37)).resetAfter, 60_000)
  assert.equal(window.check(2, at(37)).allowed, true)
  assert.equal(window.check(1, at(96)).retryAfter, 1000)
  assert.equal(window.check(1, at(137)).resetAfter, 60_000)
  assert.deepEqual([window.tryAcquire(2), window.tryAcquire()], [true, false], 'the host is on long after 137 s')
})

test('a strict window holds wherever it is put', () => {
  const window = new StrictWindow({ limit: 100, interval: 'minute' })
  const at = (seconds) => ({ now: BigInt(seconds) * SECOND })
  assert.equal(window.segments, 12)
  assert.equal(window.check(100, at(59)).allowed, true)
  assert.equal(window.check(1, at(60)).retryAfter, 60_000)
  assert.equal(window.check(1, at(120)).allowed, true)
  const day = new StrictWindow({ limit: 1, interval: 'day' })
  assert.deepEqual([day.tryAcquire(0), day.tryAcquire(), day.tryAcquire()], [true, true, false])
})
