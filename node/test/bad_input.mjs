// Right uses, of which the wrong ones in `bad_input_*.test.mjs` are variations, and how they are held to their errors.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AdaptiveRate, AdaptiveThrottle, Advice, Api, Backoff, CircuitBreaker, FixedWindow, KeyedRateLimiter, Policy,
  RateLimiter, RetryBudget, RetryQuota, RetryThrottle, TidegateError, announce,
} from 'tidegate'

export const HUGE = 2n ** 200n
export const limiter = new RateLimiter({ limit: 5, interval: 'second', burst: 2 })
export const window = new FixedWindow({ limit: 5, interval: 'second' })
export const held = () => new RateLimiter({ limit: 5, interval: 'day' }).reserve()
export const keyed = new KeyedRateLimiter({ limit: 5, interval: 'second', burst: 2, capacity: 4 })
export const keyedOf = (options) => () => new KeyedRateLimiter({ limit: 5, interval: 1000, burst: 2, capacity: 4, ...options })
export const backoff = new Backoff({ initial: 1, cap: 10 })
export const api = Api.stackflow({ seed: 1 })
export const policy = Policy.named('stackflow')
export const of = (options) => () => new RateLimiter({ limit: 5, interval: 1000, burst: 2, ...options })
export const windowOf = (options) => () => new FixedWindow({ limit: 5, interval: 1000, ...options })
export const backoffOf = (options) => () => new Backoff({ initial: 1, cap: 10, ...options })
export const listOf = (options) => () => Backoff.list({ delays: [1, 5], cap: 10, ...options })
export const quota = new RetryQuota()
export const throttle = new RetryThrottle({ maxTokens: 10, ratio: 0.1 })
export const budget = new RetryBudget()
export const sre = new AdaptiveThrottle()
export const rate = new AdaptiveRate()
export const breaker = CircuitBreaker.consecutive({ failures: 1, openFor: '1s' })
export const { passage } = breaker.tryCall()
export const throttleOf = (options) => () => new RetryThrottle({ maxTokens: 10, ratio: 0.1, ...options })
export const breakerOf = (options) => () => CircuitBreaker.ratio({ window: '10s', part: 0.5, least: 10, openFor: '1s', ...options })
export const advice = new Advice()
export const limit = { limit: 5, remaining: 5, resetAfter: 1000, window: 1000 }
export const announced = (options) => () => announce('x', [{ ...limit, ...options }])
export const call = (options, method = 'GET', path = '/a') => () => api.call(method, path, { key: 'alice', ...options })
export const inFlight = () => {
  const sent = Api.stackflow({ seed: 1 }).call('GET', '/a', { key: 'alice' })
  sent.next({ now: 0, wall: 0 })
  return sent
}
export const TYPE = [TypeError, 'ERR_INVALID_ARG_TYPE']
export const OPTION = [TypeError, 'ERR_INVALID_ARG_VALUE']
export const RANGE = [RangeError, 'ERR_OUT_OF_RANGE']
export const row = (name) => [TidegateError, name]

/** Each row is a title, a use, the class and the code of its error, and what its message says. */
export function refused(wrong) {
  for (const [title, use, [type, code], message] of wrong) {
    test(title, async () => {
      await assert.rejects(async () => use(), (error) => {
        assert.ok(error instanceof type, `${error.name}: ${error.message}`)
        assert.equal(error.code, code)
        assert.match(error.message, message)
        return true
      })
    })
  }

  test('nothing of this was counted', () => {
    assert.equal(limiter.peek(0, { now: 0n }).remaining, 2)
    assert.deepEqual([keyed.occupied(), keyed.overflowed, window.peek(0).remaining], [0, 0, 5])
    assert.equal(api.admit('GET', '/a', { key: 'alice', wall: 0n, now: 0n }).remaining, 299)
    assert.deepEqual([quota.tokens, throttle.tokens, budget.available(), sre.rejected(), breaker.state()], [500, 10, 10, 0, 'closed'])
    assert.deepEqual([rate.ratePico, advice.invalid, advice.allowances], [0n, 0, []])
  })
}
