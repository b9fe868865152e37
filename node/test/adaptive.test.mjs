// A client that rejects its own requests, or slows down.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AdaptiveRate, AdaptiveThrottle } from 'tidegate'

test('a throttle rejects the part that the book has', () => {
  const throttle = new AdaptiveThrottle()
  for (let call = 0; call < 99; call += 1) throttle.trySend({ seed: 7, call, now: 0 })
  // None of 99 was accepted: 99 of 100 are rejected from now on.
  assert.deepEqual([throttle.rejected({ now: 0 }), throttle.rejectedMillionths({ now: 0 })], [0.99, 990_000])
  for (let i = 0; i < 50; i += 1) throttle.accepted({ now: 0n })
  assert.equal(throttle.rejected({ now: 0 }), 0)
})

test('it never rejects more than it is told to', () => {
  const throttle = new AdaptiveThrottle({ window: '1m', k: 1.1, most: 0.25 })
  for (let call = 0; call < 1000; call += 1) throttle.trySend({ seed: 7n, call, attempt: 1, now: 0 })
  assert.equal(throttle.rejectedMillionths({ now: 0 }), 250_000)
})

test('without a seed each send is drawn anew', () => {
  const throttle = new AdaptiveThrottle({ most: 0.5 })
  const drawn = new Set()
  // Half of them pass, so that a thousand alike would be no chance.
  for (let i = 0; i < 1000; i += 1) drawn.add(throttle.trySend())
  assert.deepEqual([...drawn].sort(), [false, true])
})

test('the same draw is the same decision', () => {
  const sent = () => {
    const throttle = new AdaptiveThrottle()
    return Array.from({ length: 100 }, (_, call) => throttle.trySend({ seed: 42, call, now: 0 })).join()
  }
  assert.equal(sent(), sent())
})

test('a refusal cuts the rate, and the wait is exact', () => {
  const rate = new AdaptiveRate({ now: 0 })
  assert.deepEqual(rate.trySend({ now: 0 }), { allowed: true, retryAfter: 0, retryAfterNs: 0n })
  rate.answered(true, { now: 0 })
  // The least rate is one in two seconds, and a tenth of a second of it has passed.
  assert.deepEqual([rate.rate, rate.ratePico], [0.5, 500_000_000_000n])
  assert.deepEqual(rate.trySend({ now: 100_000_000n }), { allowed: false, retryAfter: 1900, retryAfterNs: 1_900_000_000n })
  assert.deepEqual(rate.trySend({ now: 1_999_999_999n }), { allowed: false, retryAfter: 1, retryAfterNs: 1n })
  assert.equal(rate.trySend({ now: 2_000_000_000n }).allowed, true)
})

test('before an answer there is no rate, and nothing is held back', () => {
  const rate = new AdaptiveRate()
  assert.deepEqual([rate.rate, rate.measured, rate.measuredPico], [0, 0, 0n])
  for (let i = 0; i < 1000; i += 1) assert.equal(rate.trySend().allowed, true)
  rate.answered(false)
  assert.equal(rate.trySend().allowed, true)
})
