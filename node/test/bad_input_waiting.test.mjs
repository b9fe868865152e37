// Wrong waits, and functions that wait. Each with the class of its error, its code, and what it says.

import { KeyedRateLimiter, RateLimiter, sleep } from 'tidegate'
import { OPTION, RANGE, TYPE, keyed, limiter, of, refused, row, window, windowOf } from './bad_input.mjs'

refused([
  // Waiting.
  ['a timeout below 0', () => limiter.acquire({ timeout: -1 }), row('TimeOutOfRange'), /not negative/],
  ['a timeout that is NaN', () => limiter.acquire({ timeout: NaN }), row('TimeOutOfRange'), /finite/],
  ['an infinite timeout', () => limiter.acquire({ timeout: Infinity }), row('TimeOutOfRange'), /finite/],
  ['a timeout that is null', () => limiter.acquire({ timeout: null }), TYPE, /"timeout"/],
  ['a signal that is none', () => limiter.acquire({ signal: {} }), TYPE, /"signal" must be an AbortSignal/],
  ['a cost in place of options', () => limiter.acquire(2), TYPE, /"options" must be an object, not 2/],
  ['a sleep below 0', () => sleep(-1), row('TimeOutOfRange'), /not negative/],
  ['an endless sleep', () => sleep(Infinity), row('TimeOutOfRange'), /finite/],
  ['a sleep of undefined', () => sleep(), TYPE, /"delay"/],
  // Functions that wait.
  ['nothing to run', () => limiter.run(), TYPE, /"fn" must be a function, not undefined/],
  ['nothing to wrap', () => limiter.wrap({}), TYPE, /"fn" must be a function, not an object/],
  ['a key of a limiter without keys', () => limiter.wrap(() => {}, { key: 'a' }), OPTION, /no option "key": the options are cost, timeout, signal/],
  ['a computed cost that is text', () => limiter.wrap(() => {}, { cost: () => 'many' })(), TYPE, /must be a number/],
  ['a computed cost that is too high', () => limiter.wrap(() => {}, { cost: () => 3 })(), [RangeError, 'ERR_COST_TOO_HIGH'], /ever hold/],
  ['a detached wrap', () => { const { wrap } = limiter; return wrap(() => {}) }, [TypeError, 'ERR_INVALID_THIS'], /wrap/],
  ['a wrapped function without a key', () => keyed.wrap(() => {}), TYPE, /"key" must be a key, or a function/],
  ['a computed key that is none', () => keyed.wrap(() => {}, { key: () => null })(), TYPE, /"key" must be a string/],
  ['a wait for a key that is none', () => keyed.acquire(), TYPE, /"key" must be a string/],
  ['a wait for half a key', () => keyed.acquire(0.5), RANGE, /"key"/],
  ['a wait for more than a key has', () => keyed.acquire('a', { cost: 3 }), [RangeError, 'ERR_COST_TOO_HIGH'], /ever hold/],
  ['a wait with a misspelt option', () => keyed.acquire('a', { costs: 3 }), OPTION, /no option "costs"/],
  ['a wait for a window that is negative', () => window.acquire({ timeout: -1 }), row('TimeOutOfRange'), /not negative/],
  ['a wait with a signal that is none', () => window.acquire({ signal: 'stop' }), TYPE, /"signal"/],
  ['too few computed costs', () => RateLimiter.all(limiter, window).wrap(() => {}, { costs: () => [1] })(), RANGE, /2 costs, one for each layer/],
  ['a quota of the prototype', () => RateLimiter.prototype.quota, [TypeError, 'ERR_INVALID_THIS'], /quota/],
  ['a keyed quota of the prototype', () => KeyedRateLimiter.prototype.quota, [TypeError, 'ERR_INVALID_THIS'], /KeyedRateLimiter/],
  ['unref as a number', of({ unref: 1 }), TYPE, /"unref" must be true or false, not 1/],
  ['a window\'s unref as text', windowOf({ unref: 'no' }), TYPE, /"unref"/],
  ['never more than the burst', () => RateLimiter.neverExceed({ limit: 5, interval: 'minute', burst: 5 }), row('BurstTooLarge'), /burst/],
  ['never more than one, without a burst below', () => RateLimiter.neverExceed({ limit: 1, interval: 'minute' }), row('BurstTooLarge'), /burst/],
  ['never more than text', () => RateLimiter.neverExceed({ limit: '5', interval: 'minute' }), TYPE, /"limit"/],
  ['a shared limiter without a name', () => RateLimiter.shared(undefined, { limit: 5, interval: 1000 }), TYPE, /"name" must be a string/],
  ['a shared limiter of another quota', () => { RateLimiter.shared('bad input', { limit: 5, interval: 1000 }); RateLimiter.shared('bad input', { limit: 6, interval: 1000 }) }, OPTION, /there is a shared limiter "bad input" of another quota/],
  ['a shared limiter that starts empty', () => RateLimiter.shared('bad input', { limit: 5, interval: 1000, startEmpty: true }), OPTION, /no option "startEmpty"/],
])
