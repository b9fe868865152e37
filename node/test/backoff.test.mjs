// Backoff: the numbers are those of every other language.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Backoff, errors } from 'tidegate'

test('a draw is the same in every language', () => {
  const backoff = new Backoff({ initial: '1s', cap: 'minute', jitter: 'additive', spread: 1000 })
  // From conformance/traces/backoff_attempts.trace.
  assert.equal(backoff.delayNs(0, { seed: 7 }), 1_721_508_181n)
  assert.equal(backoff.delay(0, { seed: 7, call: 0n }), 1722)
  assert.equal(backoff.delayNs(6, { seed: 7n }), 59_915_677_510n)
})

test('without jitter it is the formula', () => {
  const backoff = new Backoff({ initial: 100, factor: 3, cap: 5000, jitter: 'none' })
  assert.deepEqual([0, 1, 2, 3, 4, 2 ** 32 - 1].map((n) => backoff.delay(n)), [100, 300, 900, 2700, 5000, 5000])
})

/** The first six delays in milliseconds. */
const six = (backoff) => [0, 1, 2, 3, 4, 5].map((n) => backoff.delay(n))

test('each kind grows as it says', () => {
  const jitter = 'none'
  assert.deepEqual(six(Backoff.constant({ delay: 100, jitter })), [100, 100, 100, 100, 100, 100])
  assert.deepEqual(six(Backoff.linear({ initial: 100, step: 50, cap: 300, jitter })), [100, 150, 200, 250, 300, 300])
  assert.deepEqual(six(Backoff.polynomial({ initial: 100, power: 2, cap: 2000, jitter })), [100, 400, 900, 1600, 2000, 2000])
  assert.deepEqual(six(Backoff.fibonacci({ initial: '100ms', cap: '700ms', jitter })), [100, 100, 200, 300, 500, 700])
  assert.deepEqual(six(Backoff.list({ delays: [50, '1s', 5], cap: '5s', jitter })), [50, 1000, 5, 5, 5, 5])
  assert.deepEqual(six(Backoff.list({ delaysNs: [50_000_000n, 1], capNs: 50_000_000, jitter })), [50, 1, 1, 1, 1, 1])
  assert.deepEqual(six(Backoff.fibonacci({ initial: 1, cap: 9, jitter, firstAtOnce: true })), [0, 1, 1, 2, 3, 5])
})

test('a factor is the decimal that was written', () => {
  const ns = (factor) => new Backoff({ initialNs: 1_000_000_000n, factor, cap: 'minute', jitter: 'none' }).delayNs(2)
  // In binary floating point 1.1 · 1.1 is more than 1.21.
  assert.equal(ns(1.1), 1_210_000_000n)
  assert.equal(ns(1.5), 2_250_000_000n)
  assert.equal(ns([3, 2n]), 2_250_000_000n)
  assert.equal(ns([4, 3]), 1_777_777_778n)
  assert.equal(ns(3n), 9_000_000_000n)
  assert.equal(ns(1), 1_000_000_000n)
})

test('a constant delay leaves a jitter no room, unless the cap is above it', () => {
  const most = (options) => Math.max(...Array.from({ length: 200 }, (_, call) => Backoff.constant({ delay: 1000, ...options }).delay(0, { seed: 1, call })))
  assert.ok(most({ jitter: 'above', spread: 0.5 }) <= 1000)
  assert.ok(most({ jitter: 'above', spread: 0.5, cap: 1500 }) > 1400)
})

test('a part spreads in proportion', () => {
  for (const [jitter, low, high] of [['around', 800, 1200], ['above', 1000, 1200]]) {
    const backoff = Backoff.constant({ delay: 1000, cap: 2000, jitter, spread: 0.2 })
    const delays = Array.from({ length: 500 }, (_, call) => backoff.delay(0, { seed: 1, call }))
    assert.ok(Math.min(...delays) >= low && Math.max(...delays) <= high, jitter)
    assert.ok(Math.max(...delays) - Math.min(...delays) > (high - low) * 0.9, jitter)
  }
})

test('every jitter that the table of errors names stays within the cap, and a seed is remembered', () => {
  const [, names] = /one of: (.*)$/.exec(errors.find(({ name }) => name === 'UnknownJitter').message)
  for (const jitter of names.split(', ')) {
    const isPart = jitter === 'around' || jitter === 'above'
    const options = { initial: 10, cap: 1000, jitter, spread: isPart ? 0.25 : 100, seed: 42 }
    const [one, same] = [new Backoff(options), new Backoff(options)]
    for (let attempt = 0; attempt < 40; attempt += 1) {
      const delay = one.delayNs(attempt, { call: attempt })
      assert.ok(delay > 0n && delay <= 1_000_000_000n, jitter)
      assert.equal(delay, same.delayNs(attempt, { call: attempt }))
    }
  }
})

test('without a seed two backoffs differ', () => {
  const draw = () => new Backoff({ initial: '1h', cap: '1h' }).delayNs(0)
  assert.notEqual(draw(), draw())
})
