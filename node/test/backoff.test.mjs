// Backoff: the numbers are those of every other language.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Backoff } from 'tidegate'

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

test('every jitter stays within the cap, and a seed is remembered', () => {
  for (const jitter of ['full', 'equal', 'additive']) {
    const options = { initial: 10, cap: 1000, jitter, spread: 100, seed: 42 }
    const [one, same] = [new Backoff(options), new Backoff(options)]
    for (let attempt = 0; attempt < 40; attempt += 1) {
      const delay = one.delayNs(attempt, { call: attempt })
      assert.ok(delay > 0n && delay <= 1_000_000_000n)
      assert.equal(delay, same.delayNs(attempt, { call: attempt }))
    }
  }
})

test('without a seed two backoffs differ', () => {
  const draw = () => new Backoff({ initial: '1h', cap: '1h' }).delayNs(0)
  assert.notEqual(draw(), draw())
})
