// A circuit breaker: closed, open, half open.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CircuitBreaker, Passage } from 'tidegate'

const SECOND = 1_000_000_000n
const pass = (breaker, now) => breaker.tryCall({ now }).passage

test('failures in turn open it, and a probe closes it', () => {
  const breaker = CircuitBreaker.consecutive({ failures: 2, openFor: '5s' })
  breaker.failed(pass(breaker, 0), { now: 0 })
  breaker.succeeded(pass(breaker, 0), { now: 0 })
  assert.equal(breaker.state({ now: 0 }), 'closed')
  for (let i = 0; i < 2; i += 1) breaker.failed(pass(breaker, 0), { now: 0 })
  assert.equal(breaker.state({ now: 0 }), 'open')
  assert.deepEqual(breaker.tryCall({ now: SECOND }), { allowed: false, retryAfter: 4000, retryAfterNs: 4n * SECOND })
  assert.equal(breaker.state({ now: 5n * SECOND }), 'half_open')
  const probe = breaker.tryCall({ now: 5n * SECOND })
  assert.ok(probe.allowed && probe.passage instanceof Passage)
  assert.deepEqual([probe.retryAfter, probe.retryAfterNs], [0, 0n])
  // One at a time.
  assert.equal(breaker.tryCall({ now: 5n * SECOND }).allowed, false)
  breaker.succeeded(probe.passage, { now: 6n * SECOND })
  assert.equal(breaker.state({ now: 6n * SECOND }), 'closed')
})

test('a part of a window\'s calls opens it', () => {
  const breaker = CircuitBreaker.ratio({ window: '10s', part: 0.5, least: 4, openFor: 1000, probes: 2n })
  for (const report of ['succeeded', 'succeeded', 'failed']) breaker[report](pass(breaker, 0), { now: 0 })
  assert.equal(breaker.state({ now: 0 }), 'closed')
  breaker.failed(pass(breaker, 0), { now: 0 })
  assert.equal(breaker.state({ now: 0 }), 'open')
  for (const state of ['half_open', 'closed']) {
    breaker.succeeded(pass(breaker, SECOND), { now: SECOND })
    assert.equal(breaker.state({ now: SECOND }), state)
  }
})

test('a probe that is cancelled lets another one go', () => {
  const breaker = CircuitBreaker.consecutive({ failures: 1, openForNs: SECOND })
  breaker.failed(pass(breaker, 0), { now: 0 })
  const probe = pass(breaker, SECOND)
  assert.equal(breaker.tryCall({ now: SECOND }).allowed, false)
  breaker.cancelled(probe)
  assert.equal(breaker.tryCall({ now: SECOND }).allowed, true)
})

test('what was sent before it opened says nothing afterwards', () => {
  const breaker = CircuitBreaker.consecutive({ failures: 1, openFor: '1s' })
  const [late, first] = [pass(breaker, 0), pass(breaker, 0)]
  breaker.failed(first, { now: 0 })
  breaker.succeeded(pass(breaker, SECOND), { now: SECOND })
  breaker.failed(late, { now: SECOND })
  assert.equal(breaker.state({ now: SECOND }), 'closed')
})

test('by the clock of the host', () => {
  const breaker = CircuitBreaker.consecutive({ failures: 1, openFor: '1h' })
  breaker.failed(breaker.tryCall().passage)
  assert.equal(breaker.state(), 'open')
  const { allowed, retryAfter } = breaker.tryCall()
  assert.ok(!allowed && retryAfter > 3_590_000 && retryAfter <= 3_600_000)
})
