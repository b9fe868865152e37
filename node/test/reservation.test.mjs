// Reservation: taken ahead of its time, and given back once.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RateLimitError, RateLimiter, Reservation } from 'tidegate'

const at = (now) => ({ now })
const bucket = (limit, burst = limit) => new RateLimiter({ limit, interval: 'second', burst })
const used = { name: 'Error', code: 'ERR_RESERVATION_USED' }

test('whoever reserves first waits least, and a longer wait than wanted takes nothing', () => {
  const limiter = bucket(1)
  const waits = [0, 1, 2].map(() => limiter.reserve({ timeout: '2s', now: 0 }).waitNs)
  assert.deepEqual(waits, [0n, 1_000_000_000n, 2_000_000_000n])
  for (const timeout of [{ timeout: 2999 }, { timeoutNs: 2_999_999_999n }]) {
    assert.throws(() => limiter.reserve({ ...timeout, now: 0 }), (error) => {
      assert.ok(error instanceof RateLimitError)
      assert.deepEqual([error.retryAfter, error.retryAfterNs], [3000, 3_000_000_000n])
      return true
    })
  }
  assert.equal(limiter.reserve({ timeoutNs: 3_000_000_000n, now: 0 }).wait, 3000)
})

test('it tells its tokens and its wait, rounded up and exactly', () => {
  const limiter = bucket(3)
  limiter.drain(at(0))
  const reservation = limiter.reserve({ cost: 2, now: 0 })
  assert.ok(reservation instanceof Reservation)
  assert.deepEqual({ ...reservation }, { tokens: 2, wait: 667, waitNs: 666_666_667n })
})

test('what nobody has built on is given back', () => {
  const limiter = bucket(1)
  const [, second, third] = [0, 1, 2].map(() => limiter.reserve({ now: 0 }))
  assert.equal(second.cancel(at(0)), 0)
  assert.equal(third.cancel(at(0)), 1)
  assert.equal(limiter.reserve({ now: 0 }).wait, 2000)
})

test('an estimate is corrected both ways', () => {
  const limiter = bucket(100)
  assert.equal(limiter.reserve({ cost: 60, now: 0 }).settle(50, at(0)), 10)
  assert.equal(limiter.reserve({ cost: 50n, now: 0 }).settle(80n, at(0)), 0)
  assert.equal(limiter.check(1, at(0)).retryAfter, 310)
})

test('once is once, whichever way', () => {
  const limiter = bucket(10)
  for (const first of ['cancel', 'settle']) {
    for (const second of ['cancel', 'settle']) {
      const reservation = limiter.reserve({ cost: 2, now: 0 })
      const use = { cancel: () => reservation.cancel(at(0)), settle: () => reservation.settle(0, at(0)) }
      assert.equal(use[first](), 2)
      assert.throws(use[second], used)
    }
  }
  assert.equal(limiter.drain(at(0)), 10)
})

test('a refused call does not use it up', () => {
  const limiter = bucket(10)
  const reservation = limiter.reserve({ cost: 2, now: 0 })
  assert.throws(() => reservation.settle(-1), { code: 'ERR_OUT_OF_RANGE' })
  assert.throws(() => reservation.settle(0, at(-1n)), { code: 'TimeOutOfRange' })
  assert.throws(() => reservation.cancel({ later: 1 }), { code: 'ERR_INVALID_ARG_VALUE' })
  assert.equal(reservation.cancel(at(0)), 2)
})

test('a restored state and a new quota take the reservations of the one before', () => {
  const limiter = new RateLimiter({ limit: 10, interval: 'second' })
  const [one, other] = [limiter.reserve({ cost: 4, now: 0 }), limiter.reserve({ cost: 3, now: 0 })]
  limiter.restore(limiter.snapshot(at(0)), { now: 0 })
  assert.equal(one.cancel(at(0)), 4)
  limiter.reconfigure({ limit: 20, interval: 'second', burst: 10, now: 0 })
  assert.equal(other.cancel(at(0)), 0, 'what it took is of another length under this quota')
  assert.equal(limiter.drain(at(0)), 7)
})

test('the end of a scope gives back what cannot have been used yet, and nothing else', () => {
  const limiter = new RateLimiter({ limit: 1, interval: 'hour', burst: 3 })
  const now = limiter.reserve({ cost: 3 })
  const later = limiter.reserve()
  const settled = limiter.reserve()
  assert.ok(now.wait === 0 && later.wait > 3_599_000 && settled.wait > 7_199_000)
  assert.equal(settled.settle(1), 0)
  for (const reservation of [now, later, settled]) reservation[Symbol.dispose]()
  assert.equal(now.settle(3), 0, 'its time had come: it was not given back')
  assert.throws(() => later.cancel(), used)
  later[Symbol.dispose]()
})
