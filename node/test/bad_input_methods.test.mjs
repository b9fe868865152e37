// Methods without their objects, and strange values. Each with the class of its error, its code, and what it says.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AdaptiveRate, AdaptiveThrottle, Advice, Api, Call, Dialect, Hints, KeyedRateLimiter, Layers, Policy, RateLimiter,
  RetryBudget, RetryThrottle, TidegateError, scanErrorBody,
} from 'tidegate'
import {
  TYPE, advice, api, backoff, breaker, held, keyed, limiter, policy, quota, rate, refused, throttle, window,
} from './bad_input.mjs'

refused([
  // Methods without their objects, and on others.
  ['a detached check', () => { const { check } = limiter; return check() }, [TypeError, 'ERR_INVALID_THIS'], /check\(\) was called without its limiter/],
  ['a borrowed peek', () => limiter.peek.call(window.constructor, 1), [TypeError, 'ERR_INVALID_THIS'], /peek/],
  ['a detached acquire', () => { const { acquire } = limiter; return acquire() }, [TypeError, 'ERR_INVALID_THIS'], /acquire/],
  ['a detached reserve', () => { const { reserve } = limiter; return reserve() }, [TypeError, 'ERR_INVALID_THIS'], /reserve\(\) was called without its RateLimiter/],
  ['a window\'s drain', () => RateLimiter.prototype.drain.call(window), [TypeError, 'ERR_INVALID_THIS'], /drain\(\) was called without its RateLimiter/],
  ['a detached settle', () => { const { settle } = held(); return settle(1) }, [TypeError, 'ERR_INVALID_THIS'], /Reservation/],
  ['a borrowed check of layers', () => Layers.prototype.check.call(limiter), [TypeError, 'ERR_INVALID_THIS'], /Layers/],
  ['a detached keyed check', () => { const { check } = keyed; return check('a') }, [TypeError, 'ERR_INVALID_THIS'], /KeyedRateLimiter/],
  ['a capacity of the prototype', () => KeyedRateLimiter.prototype.capacity, [TypeError, 'ERR_INVALID_THIS'], /KeyedRateLimiter/],
  ['a keyed limiter as a layer', () => RateLimiter.all(keyed), TYPE, /"limiter" must be/],
  ['a detached delay', () => { const { delay } = backoff; return delay(0) }, [TypeError, 'ERR_INVALID_THIS'], /Backoff/],
  ['a detached trySpend', () => { const { trySpend } = quota; return trySpend('failure') }, [TypeError, 'ERR_INVALID_THIS'], /RetryQuota/],
  ['tokens of the prototype', () => RetryThrottle.prototype.tokens, [TypeError, 'ERR_INVALID_THIS'], /RetryThrottle/],
  ['a borrowed deposit', () => RetryBudget.prototype.deposit.call(throttle), [TypeError, 'ERR_INVALID_THIS'], /RetryBudget/],
  ['a borrowed trySend', () => AdaptiveThrottle.prototype.trySend.call(rate), [TypeError, 'ERR_INVALID_THIS'], /AdaptiveThrottle/],
  ['a rate of the prototype', () => AdaptiveRate.prototype.rate, [TypeError, 'ERR_INVALID_THIS'], /AdaptiveRate/],
  ['a detached tryCall', () => { const { tryCall } = breaker; return tryCall() }, [TypeError, 'ERR_INVALID_THIS'], /CircuitBreaker/],
  ['advice of the prototype', () => Advice.prototype.retryAfter, [TypeError, 'ERR_INVALID_THIS'], /Advice/],
  ['a borrowed wait', () => Advice.prototype.wait.call(new Hints()), [TypeError, 'ERR_INVALID_THIS'], /Advice/],
  ['a detached admit', () => { const { admit } = api; return admit('GET', '/a', { key: 'a' }) }, [TypeError, 'ERR_INVALID_THIS'], /Api/],
  ['a detached explain', () => { const { explain } = policy; return explain() }, [TypeError, 'ERR_INVALID_THIS'], /explain\(\) was called without its Policy/],
  ['a borrowed toString', () => Policy.prototype.toString.call(api), [TypeError, 'ERR_INVALID_THIS'], /Policy/],
  ['a policy\'s name of nothing', () => Policy.prototype.name, [TypeError, 'ERR_INVALID_THIS'], /Policy/],
  ['a dialect\'s name of nothing', () => Dialect.prototype.name, [TypeError, 'ERR_INVALID_THIS'], /Dialect/],
  ['a policy of nothing', () => Api.prototype.policy, [TypeError, 'ERR_INVALID_THIS'], /Api/],
  ['a borrowed cacheTtl', () => Policy.prototype.cacheTtl.call({}, 'GET', '/'), [TypeError, 'ERR_INVALID_THIS'], /cacheTtl/],
  ['a borrowed hedge', () => Call.prototype.hedge.call(api), [TypeError, 'ERR_INVALID_THIS'], /Call/],
  ['a borrowed hints\' explain', () => Hints.prototype.explain.call(advice), [TypeError, 'ERR_INVALID_THIS'], /Hints/],
  ['a borrowed next', () => Call.prototype.next.call({}), [TypeError, 'ERR_INVALID_THIS'], /Call/],
  ['a borrowed call', () => api.call.call(null, 'GET', '/a', { key: 'a' }), [TypeError, 'ERR_INVALID_THIS'], /Api/],
  ['headers of the prototype', () => Hints.prototype.limit, [TypeError, 'ERR_INVALID_THIS'], /Hints/],
  ['a row that there is not', () => new TidegateError(99), [RangeError, undefined], /no error number 99/],
])

test('strange but harmless values crash nothing', () => {
  const proxy = new Proxy({}, { ownKeys: () => { throw new Error('trap') } })
  assert.throws(() => new RateLimiter(proxy), { message: 'trap' })
  assert.throws(() => new Hints({ get a() { throw new Error('getter') } }), { message: 'getter' })
  assert.equal(new Hints({ ['x'.repeat(100_000)]: 'y'.repeat(100_000), 'Retry-After': '\ud800\0' }).invalid, 1)
  const shrunk = new Uint8Array(new ArrayBuffer(8))
  structuredClone(shrunk.buffer, { transfer: [shrunk.buffer] })
  assert.throws(() => scanErrorBody(shrunk), TypeError)
})
