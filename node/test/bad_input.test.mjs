// Every wrong use: the class of its error, its code, and what the message says.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  Api, Backoff, Call, FirstUseWindow, FixedWindow, Hints, KeyedRateLimiter, Layers, RateLimiter, Reservation,
  StrictWindow, TidegateError, parseRetryAfter, scanErrorBody, sleep, tryAcquireAll,
} from 'tidegate'

const HUGE = 2n ** 200n
const limiter = new RateLimiter({ limit: 5, interval: 'second', burst: 2 })
const window = new FixedWindow({ limit: 5, interval: 'second' })
const held = () => new RateLimiter({ limit: 5, interval: 'day' }).reserve()
const keyed = new KeyedRateLimiter({ limit: 5, interval: 'second', burst: 2, capacity: 4 })
const keyedOf = (options) => () => new KeyedRateLimiter({ limit: 5, interval: 1000, burst: 2, capacity: 4, ...options })
const backoff = new Backoff({ initial: 1, cap: 10 })
const api = Api.stackflow({ seed: 1 })
const of = (options) => () => new RateLimiter({ limit: 5, interval: 1000, burst: 2, ...options })
const windowOf = (options) => () => new FixedWindow({ limit: 5, interval: 1000, ...options })
const backoffOf = (options) => () => new Backoff({ initial: 1, cap: 10, ...options })
const call = (options, method = 'GET', path = '/a') => () => api.call(method, path, { key: 'alice', ...options })
const inFlight = () => {
  const sent = Api.stackflow({ seed: 1 }).call('GET', '/a', { key: 'alice' })
  sent.next({ now: 0, wall: 0 })
  return sent
}
const TYPE = [TypeError, 'ERR_INVALID_ARG_TYPE']
const OPTION = [TypeError, 'ERR_INVALID_ARG_VALUE']
const RANGE = [RangeError, 'ERR_OUT_OF_RANGE']
const row = (name) => [TidegateError, name]

const wrong = [
  // The quota.
  ['no options', () => new RateLimiter(), TYPE, /"limit" must be a whole number/],
  ['options that are null', () => new RateLimiter(null), TYPE, /"options" must be an object, not null/],
  ['options that are a number', () => new RateLimiter(5), TYPE, /"options" must be an object, not 5/],
  ['options that are an array', () => new RateLimiter([5]), TYPE, /not an array/],
  ['a misspelt option', of({ intervall: 5 }), OPTION, /no option "intervall": the options are limit, interval/],
  ['no interval', of({ interval: undefined }), TYPE, /"interval" must be milliseconds/],
  ['two intervals', of({ intervalNs: 5n }), OPTION, /"interval" or "intervalNs", not both/],
  ['a limit in text', of({ limit: '5' }), TYPE, /"limit" must be a whole number .* not '5'/],
  ['a limit below 0', of({ limit: -1 }), RANGE, /"limit" .* not -1/],
  ['a fractional limit', of({ limit: 1.5 }), RANGE, /not 1.5/],
  ['a limit that is NaN', of({ limit: NaN }), RANGE, /not NaN/],
  ['an infinite limit', of({ limit: Infinity }), RANGE, /not Infinity/],
  ['a limit of 200 bits', of({ limit: HUGE }), RANGE, /a bigint of more than 30 digits/],
  ['a limit of 1e300', of({ limit: 1e300 }), RANGE, /"limit"/],
  ['a limit above 10⁹', of({ limit: 1_000_000_001, burst: 1 }), row('LimitTooHigh'), /at most 1,000,000,000/],
  ['a limit above one a nanosecond', of({ limit: 1_000_001, interval: 1 }), row('LimitTooHigh'), /one a nanosecond/],
  ['an interval of 0', of({ interval: 0 }), row('PeriodOutOfRange'), /from 1 ms to 366 days/],
  ['an interval below 0', of({ interval: -1 }), row('TimeOutOfRange'), /not negative/],
  ['an interval that is NaN', of({ interval: NaN }), row('TimeOutOfRange'), /finite/],
  ['an infinite interval', of({ interval: Infinity }), row('TimeOutOfRange'), /finite/],
  ['an interval of 367 days', of({ interval: '367d' }), row('PeriodOutOfRange'), /366 days/],
  ['an interval in other words', of({ interval: 'fortnight' }), RANGE, /'15m' and '500ms', not 'fortnight'/],
  ['an interval of nothing', of({ interval: '' }), RANGE, /not ''/],
  ['an interval named after a property', of({ interval: 'constructor' }), RANGE, /not 'constructor'/],
  ['an interval that is a bigint', of({ interval: 5n }), TYPE, /"interval" .* not 5n/],
  ['an exact interval with a fraction', of({ interval: undefined, intervalNs: 0.5 }), RANGE, /whole number of nanoseconds/],
  ['an exact interval below 0', of({ interval: undefined, intervalNs: -5n }), row('TimeOutOfRange'), /not negative/],
  ['an exact interval of 200 bits', of({ interval: undefined, intervalNs: HUGE }), row('TimeOutOfRange'), /584 years/],
  ['a burst of 0', of({ burst: 0 }), row('BurstZero'), /at least 1/],
  ['a burst of null', of({ burst: null }), TYPE, /"burst" .* not null/],
  ['a burst above 2³²', of({ burst: 2 ** 32 + 1 }), row('BurstTooLarge'), /4,294,967,296/],
  ['a burst that takes a century', of({ limit: 1, interval: 'day', burst: 60_000 }), row('BurstTooLarge'), /45 years/],
  ['a limiter without new', () => RateLimiter({ limit: 1, interval: 1 }), [TypeError, undefined], /without 'new'/],
  ['a window with a burst', windowOf({ burst: 1 }), OPTION, /no option "burst"/],
  ['a window above 10⁹', windowOf({ limit: 1_000_000_001 }), row('LimitTooHigh'), /1,000,000,000/],
  ['a window of half a millisecond', windowOf({ interval: 0.5 }), row('PeriodOutOfRange'), /1 ms/],
  ['a skew in text', windowOf({ skew: '2h' }), TYPE, /"skew" must be milliseconds, negative or not, not '2h'/],
  ['a skew that is NaN', windowOf({ skew: NaN }), RANGE, /"skew" must be less than 292 years/],
  ['a skew of three centuries', windowOf({ skew: -1e13 }), RANGE, /292 years/],
  ['an exact skew of 64 bits', windowOf({ skewNs: 2n ** 63n }), RANGE, /"skewNs" must be less than 292 years/],
  ['an exact skew with a fraction', windowOf({ skewNs: 0.5 }), RANGE, /"skewNs"/],
  ['two skews', windowOf({ skew: 1, skewNs: 1n }), OPTION, /"skew" or "skewNs", not both/],
  ['a first-use window with a skew', () => new FirstUseWindow({ limit: 5, interval: 1000, skew: 1 }), OPTION, /no option "skew"/],
  ['a first-use window above 10⁹', () => new FirstUseWindow({ limit: 1_000_000_001, interval: 1000 }), row('LimitTooHigh'), /1,000,000,000/],
  ['a strict window without a limit', () => new StrictWindow({ interval: 1000 }), TYPE, /"limit"/],
  ['a strict window of 0', () => new StrictWindow({ limit: 5, interval: 0 }), row('PeriodOutOfRange'), /1 ms/],
  ['a strict window on the wall clock', () => new StrictWindow({ limit: 5, interval: 1000 }).check(1, { wall: 0n }), OPTION, /the options are now/],
  ['segments of a bucket', () => Object.getOwnPropertyDescriptor(StrictWindow.prototype, 'segments').get.call(limiter), [TypeError, 'ERR_INVALID_THIS'], /StrictWindow/],
  // The cost.
  ['a cost above the burst', () => limiter.tryAcquire(3), [RangeError, 'ERR_COST_TOO_HIGH'], /more than the limiter can ever hold/],
  ['a cost of 2⁶⁴', () => limiter.tryAcquire(2 ** 64), [RangeError, 'ERR_COST_TOO_HIGH'], /ever hold/],
  ['a cost below 0', () => limiter.tryAcquire(-1), RANGE, /whole number from 0/],
  ['a fractional cost', () => limiter.tryAcquire(0.5), RANGE, /whole number/],
  ['a cost that is NaN', () => limiter.tryAcquire(NaN), RANGE, /whole number/],
  ['an infinite cost', () => limiter.tryAcquire(Infinity), RANGE, /whole number/],
  ['a cost in text', () => limiter.tryAcquire('1'), TYPE, /must be a number/],
  ['a cost that is null', () => limiter.tryAcquire(null), TYPE, /must be a number/],
  ['a cost that is an object', () => limiter.tryAcquire({ valueOf: () => 1 }), TYPE, /must be a number/],
  ['a cost that is a bigint', () => limiter.tryAcquire(1n), TYPE, /must be a number/],
  ['a cost that is a symbol', () => limiter.tryAcquire(Symbol('1')), TYPE, /must be a number/],
  ['a window\'s cost above its limit', () => window.tryAcquire(6), [RangeError, 'ERR_COST_TOO_HIGH'], /ever hold/],
  ['a checked cost above the burst', () => limiter.check(3), [RangeError, 'ERR_COST_TOO_HIGH'], /ever hold/],
  ['a peeked cost above the limit', () => window.peek(6), [RangeError, 'ERR_COST_TOO_HIGH'], /ever hold/],
  ['a checked cost of 2⁷⁰', () => limiter.check(2 ** 70), [RangeError, 'ERR_COST_TOO_HIGH'], /ever hold/],
  ['a checked cost of 65 bits', () => limiter.check(2n ** 64n), [RangeError, 'ERR_COST_TOO_HIGH'], /ever hold/],
  ['a checked cost that is NaN', () => limiter.check(NaN), RANGE, /"cost" .* not NaN/],
  ['a checked cost in text', () => limiter.check('1'), TYPE, /"cost" .* not '1'/],
  // Clocks.
  ['a clock below 0', () => limiter.check(1, { now: -1n }), row('TimeOutOfRange'), /not negative/],
  ['a clock above 2⁶⁴', () => limiter.check(1, { now: 2n ** 64n }), row('TimeOutOfRange'), /584 years/],
  ['a clock with a fraction', () => limiter.check(1, { now: 0.5 }), RANGE, /"now" must be a whole number of nanoseconds/],
  ['a clock that is NaN', () => limiter.check(1, { now: NaN }), RANGE, /not NaN/],
  ['a clock that is infinite', () => limiter.check(1, { now: Infinity }), RANGE, /not Infinity/],
  ['a clock in text', () => limiter.check(1, { now: '0' }), TYPE, /"now" must be nanoseconds/],
  ['a clock that is a Date', () => window.check(1, { wall: new Date(0) }), TYPE, /"wall" .* not an object/],
  ['a limiter on the wall clock', () => limiter.check(1, { wall: 0n }), OPTION, /no option "wall": the options are now/],
  ['a window on the monotonic clock', () => window.check(1, { now: 0n }), OPTION, /the options are wall/],
  ['a clock in place of clocks', () => limiter.check(1, 5n), TYPE, /"clocks" must be an object/],
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
  // A bucket's other operations.
  ['a start that is not a boolean', of({ startEmpty: 'yes' }), TYPE, /"startEmpty" must be true or false, not 'yes'/],
  ['a start before the clock', of({ startEmpty: true, now: -1n }), row('TimeOutOfRange'), /not negative/],
  ['up to a fraction', () => limiter.tryAcquireUpTo(0.5), RANGE, /"cost" .* not 0.5/],
  ['up to nothing told', () => limiter.tryAcquireUpTo(), TYPE, /"cost" .* not undefined/],
  ['up to some of nothing ever', () => of({ limit: 0, burst: 1 })().checkUpTo(1), [RangeError, 'ERR_COST_TOO_HIGH'], /ever hold/],
  ['a partial check on the wall clock', () => limiter.checkUpTo(1, { wall: 0n }), OPTION, /the options are now/],
  ['a reservation above the burst', () => limiter.reserve({ cost: 3 }), [RangeError, 'ERR_COST_TOO_HIGH'], /ever hold/],
  ['a reservation with two timeouts', () => limiter.reserve({ timeout: 1, timeoutNs: 1n }), OPTION, /"timeout" or "timeoutNs", not both/],
  ['a reservation with a signal', () => limiter.reserve({ signal: AbortSignal.abort() }), OPTION, /no option "signal": the options are cost, timeout/],
  ['a cost in place of reserve\'s options', () => limiter.reserve(1), TYPE, /"options" must be an object, not 1/],
  ['a reservation of one\'s own making', () => new Reservation(), [TypeError, 'ERR_ILLEGAL_CONSTRUCTOR'], /made by limiter.reserve/],
  ['a settlement of nothing told', () => held().settle(), TYPE, /"actual" .* not undefined/],
  ['a cost in place of cancel\'s clocks', () => held().cancel(1), TYPE, /"clocks" must be an object/],
  ['a refund without a time', () => limiter.refund(1), OPTION, /either "takenAtNs" or "age"/],
  ['a refund with two times', () => limiter.refund(1, { takenAtNs: 0, age: 1 }), OPTION, /either "takenAtNs" or "age"/],
  ['a refund of the future', () => limiter.refund(1, { age: -1 }), row('TimeOutOfRange'), /not negative/],
  ['a refund below 0', () => limiter.refund(-1, { age: 0 }), RANGE, /"cost"/],
  ['a drain of something', () => limiter.drain(1), TYPE, /"clocks" must be an object/],
  ['a pause of nothing told', () => limiter.pause(), TYPE, /"delay" must be milliseconds/],
  ['a pause below 0', () => limiter.pause(-1), row('TimeOutOfRange'), /not negative/],
  ['a pause that is a Date', () => limiter.pause(new Date()), TYPE, /not an object/],
  ['a pause until no time', () => limiter.pauseUntil(), TYPE, /"untilNs" must be nanoseconds/],
  ['a pause until a fraction', () => limiter.pauseUntil(0.5), RANGE, /"untilNs"/],
  ['nothing observed', () => limiter.observe(), TYPE, /"remaining"/],
  ['an observation without an end', () => limiter.observe({ remaining: 5 }), TYPE, /"resetAfter"/],
  ['an observed Hints', () => limiter.observe({ remaining: 5, reset: 1 }), OPTION, /no option "reset": the options are limit, remaining, resetAfter/],
  ['less than nothing left', () => limiter.observe({ remaining: -1, resetAfter: 1 }), RANGE, /"remaining"/],
  ['an unknown carry', () => limiter.reconfigure({ limit: 5, interval: 1000, carry: 'all' }), RANGE, /one of: keep, proportional, reset, not 'all'/],
  ['a carry that is true', () => limiter.reconfigure({ limit: 5, interval: 1000, carry: true }), TYPE, /"carry"/],
  ['a change to nothing', () => limiter.reconfigure(), TYPE, /"limit"/],
  ['a change to a burst of 0', () => limiter.reconfigure({ limit: 5, interval: 1000, burst: 0 }), row('BurstZero'), /at least 1/],
  ['no snapshot', () => RateLimiter.restore({ limit: 5, interval: 1000 }), TYPE, /"fullAfterNs"/],
  ['a snapshot that is text', () => RateLimiter.restore({ limit: 5, interval: 1000 }, '{}'), TYPE, /"snapshot" must be an object/],
  ['a snapshot in milliseconds', () => RateLimiter.restore({ limit: 5, interval: 1000 }, { fullAfterNs: '0.5' }), RANGE, /"fullAfterNs" .* not '0.5'/],
  ['a snapshot below 0', () => RateLimiter.restore({ limit: 5, interval: 1000 }, { fullAfterNs: -1n }), row('TimeOutOfRange'), /not negative/],
  ['a snapshot of 99 digits', () => RateLimiter.restore({ limit: 5, interval: 1000 }, { fullAfterNs: '9'.repeat(99) }), RANGE, /"fullAfterNs"/],
  ['a snapshot above 2⁶⁴', () => RateLimiter.restore({ limit: 5, interval: 1000 }, { fullAfterNs: '9'.repeat(20) }), row('TimeOutOfRange'), /584 years/],
  ['a restored start', () => RateLimiter.restore({ limit: 5, interval: 1000, startEmpty: true }, { fullAfterNs: '0' }), OPTION, /no option "startEmpty"/],
  ['a restored nothing', () => limiter.restore(), TYPE, /"fullAfterNs"/],
  ['a restored quota', () => limiter.restore({ limit: 5, fullAfterNs: '0' }), OPTION, /no option "limit": the options are remaining, fullAfterNs/],
  ['an age below 0', () => RateLimiter.restore({ limit: 5, interval: 1000 }, { fullAfterNs: '0' }, { age: -1 }), row('TimeOutOfRange'), /not negative/],
  // Layers.
  ['no layers', () => tryAcquireAll(), TYPE, /"layers" must be an array of \{ limiter, cost \}/],
  ['nine layers', () => RateLimiter.all(...Array.from({ length: 9 }, of())), RANGE, /"layers" must be at most 8 limiters, not 9/],
  ['a layer that is none', () => RateLimiter.all(limiter, backoff), TYPE, /"limiter" must be a RateLimiter or a window, not an object/],
  ['a bare limiter as a layer', () => tryAcquireAll([5]), TYPE, /"layer" must be an object, not 5/],
  ['a misspelt layer', () => tryAcquireAll([{ limiter, weight: 2 }]), OPTION, /no option "weight": the options are limiter, cost/],
  ['one limiter as two layers', () => RateLimiter.all(limiter, window, limiter), OPTION, /twice among the layers: give it once/],
  ['a layer\'s cost that is NaN', () => tryAcquireAll([{ limiter, cost: NaN }]), RANGE, /"cost"/],
  ['a layer\'s cost above its burst', () => tryAcquireAll([{ limiter: window }, { limiter, cost: 3 }]), [RangeError, 'ERR_COST_TOO_HIGH'], /ever hold/],
  ['too few costs', () => RateLimiter.all(limiter, window).check([1]), RANGE, /2 costs, one for each layer, not 1/],
  ['a cost for all layers', () => RateLimiter.all(limiter, window).tryAcquire(1), TYPE, /"costs" must be an array/],
  ['a layered clock below 0', () => RateLimiter.all(limiter, window).check([1, 1], { wall: -1n }), row('TimeOutOfRange'), /not negative/],
  ['layered options', () => RateLimiter.all(limiter, window).acquire({ cost: 1 }), OPTION, /the options are costs, timeout, signal/],
  // Keys.
  ['no room for keys', keyedOf({ capacity: undefined }), TYPE, /"capacity" must be a whole number/],
  ['less than no room', keyedOf({ capacity: -1 }), RANGE, /"capacity" .* not -1/],
  ['room for more than 2³² keys', keyedOf({ capacity: 2 ** 33 }), RANGE, /4294967296/],
  ['a keyed burst of 0', keyedOf({ burst: 0 }), row('BurstZero'), /at least 1/],
  ['keys without an interval', keyedOf({ interval: undefined }), TYPE, /"interval"/],
  ['an unknown policy', keyedOf({ whenFull: 'evict' }), RANGE, /one of: share, deny, allow, not 'evict'/],
  ['a policy of null', keyedOf({ whenFull: null }), TYPE, /"whenFull"/],
  ['a seed of 129 bits', keyedOf({ seed: 2n ** 128n }), RANGE, /"seed"/],
  ['a misspelt keyed option', keyedOf({ keys: 5 }), OPTION, /no option "keys": the options are limit, interval/],
  ['no key', () => keyed.tryAcquire(), TYPE, /the key must be a string, a Uint8Array that no other thread shares, a bigint, or a whole number/],
  ['a key that a worker may change', () => keyed.tryAcquire(new Uint8Array(new SharedArrayBuffer(4))), TYPE, /no other thread shares/],
  ['a key that is null', () => keyed.tryAcquire(null), TYPE, /the key must be/],
  ['a key that is an object', () => keyed.tryAcquire({ id: 1 }), TYPE, /the key must be/],
  ['a key of 16-bit numbers', () => keyed.tryAcquire(new Uint16Array(1)), TYPE, /the key must be/],
  ['a key without its view', () => keyed.tryAcquire(new ArrayBuffer(8)), TYPE, /the key must be/],
  ['a key that is a symbol', () => keyed.tryAcquire(Symbol('a')), TYPE, /the key must be/],
  ['a key below 0', () => keyed.tryAcquire(-1), RANGE, /whole and from 0 to 2\*\*53 - 1/],
  ['a fractional key', () => keyed.tryAcquire(0.5), RANGE, /whole/],
  ['a key that is NaN', () => keyed.tryAcquire(NaN), RANGE, /whole/],
  ['a key that is not safe', () => keyed.tryAcquire(2 ** 53), RANGE, /2\*\*53 - 1/],
  ['a key of 65 bits', () => keyed.tryAcquire(2n ** 64n), RANGE, /2\*\*64 - 1/],
  ['a bigint key below 0', () => keyed.tryAcquire(-1n), RANGE, /from 0/],
  ['a key\'s cost above the burst', () => keyed.tryAcquire('a', 3), [RangeError, 'ERR_COST_TOO_HIGH'], /ever hold/],
  ['a key\'s cost that is a bigint', () => keyed.tryAcquire('a', 1n), TYPE, /the cost must be a number/],
  ['a key\'s cost below 0', () => keyed.tryAcquire('a', -1), RANGE, /whole number from 0/],
  ['no checked key', () => keyed.check(), TYPE, /"key" must be a string, a Uint8Array, a bigint, or a whole number, not undefined/],
  ['a checked key that is a view', () => keyed.check(new DataView(new ArrayBuffer(8))), TYPE, /"key"/],
  ['a checked key that is not safe', () => keyed.peek(2 ** 53), RANGE, /"key" .* not 9007199254740992/],
  ['a checked key of 65 bits', () => keyed.check(2n ** 64n), RANGE, /"key"/],
  ['a checked key\'s cost above the burst', () => keyed.check('a', 3), [RangeError, 'ERR_COST_TOO_HIGH'], /ever hold/],
  ['a key\'s quota of nothing', () => keyed.check('a', 1, { quota: {} }), TYPE, /"limit"/],
  ['a key\'s quota that is a number', () => keyed.check('a', 1, { quota: 5 }), TYPE, /"quota" must be an object, not 5/],
  ['a quota among the options', () => keyed.check('a', 1, { limit: 5 }), OPTION, /the options are quota, now/],
  ['a plan with room', () => keyed.withQuota({ limit: 5, interval: 1000, capacity: 5 }), OPTION, /no option "capacity"/],
  ['a plan above 10⁹', () => keyed.withQuota({ limit: 1_000_000_001, interval: 1000, burst: 1 }), row('LimitTooHigh'), /at most/],
  ['occupied at no time', () => keyed.occupied({ now: -1n }), row('TimeOutOfRange'), /not negative/],
  ['occupants on the wall clock', () => keyed.occupants({ wall: 0n }), OPTION, /the options are now/],
  // Backoff.
  ['a backoff from 0', backoffOf({ initial: 0 }), row('BackoffOutOfRange'), /above 0/],
  ['a cap below the start', backoffOf({ cap: 0.5 }), row('BackoffOutOfRange'), /no longer than the cap/],
  ['a factor of 0', backoffOf({ factor: 0 }), row('BackoffOutOfRange'), /at least 1/],
  ['a factor of 2³²', backoffOf({ factor: 2 ** 32 }), row('BackoffOutOfRange'), /factor/],
  ['a fractional factor', backoffOf({ factor: 1.5 }), RANGE, /"factor"/],
  ['an unknown jitter', backoffOf({ jitter: 'some' }), row('UnknownJitter'), /none, full, equal, additive/],
  ['a jitter that is true', backoffOf({ jitter: true }), TYPE, /"jitter" must be a string, not true/],
  ['an additive jitter of nothing told', backoffOf({ jitter: 'additive' }), TYPE, /"spread"/],
  ['a spread above the cap', backoffOf({ jitter: 'additive', spread: 11 }), row('BackoffOutOfRange'), /a jitter within the cap/],
  ['no initial delay', () => new Backoff({ cap: 1 }), TYPE, /"initial"/],
  ['an attempt below 0', () => backoff.delay(-1), RANGE, /"attempt"/],
  ['an attempt of 2³²', () => backoff.delayNs(2 ** 32), RANGE, /4294967295/],
  ['no attempt', () => backoff.delay(), TYPE, /"attempt" .* not undefined/],
  ['a seed of 2⁶⁴', () => backoff.delay(0, { seed: 2n ** 64n }), RANGE, /"seed"/],
  ['a call below 0', () => backoff.delay(0, { call: -1n }), RANGE, /"call" .* not -1n/],
  // Headers and bodies.
  ['headers in text', () => new Hints('Retry-After: 5'), TYPE, /"headers" must be/],
  ['headers that are null', () => new Hints(null), TYPE, /not null/],
  ['flat headers', () => new Hints(['Retry-After', '5']), TYPE, /pairs of a name and a value/],
  ['a header that is an object', () => new Hints({ 'Retry-After': {} }), TYPE, /"header Retry-After" must be a string/],
  ['a header that is a bigint', () => new Hints([['Retry-After', 5n]]), TYPE, /not 5n/],
  ['a Retry-After that is a date object', () => parseRetryAfter(new Date()), TYPE, /a string/],
  ['a body that is an object', () => scanErrorBody({ error: 'no' }), TYPE, /"body" must be a string or bytes/],
  ['a body that is a number', () => scanErrorBody(5), TYPE, /not 5/],
  // The API.
  ['an unknown API', () => new Api('github'), row('UnknownApi'), /stackflow, velaflows/],
  ['no API', () => new Api(), TYPE, /"name" must be a string, not undefined/],
  ['a window of half a second', () => Api.stackflow({ window: 500 }), row('WindowOutOfRange'), /whole seconds/],
  ['a window of 0', () => Api.stackflow({ windowNs: 0n }), row('WindowOutOfRange'), /from 1 s/],
  ['a seed below 0', () => Api.stackflow({ seed: -1 }), RANGE, /"seed"/],
  ['an unknown method', call({}, 'get'), row('UnknownMethod'), /GET, HEAD/],
  ['a method that is null', call({}, null), TYPE, /"method"/],
  ['a relative path', call({}, 'GET', 'a'), row('PathInvalid'), /start with '\/'/],
  ['a path that is a URL', call({}, 'GET', new URL('http://localhost/')), TYPE, /"path" must be a string, not an object/],
  ['half a character', call({ key: '\ud800' }), row('NotText'), /UTF-8/],
  ['an empty key', call({ key: '' }), row('KeyEmpty'), /not be empty/],
  ['no key', call({ key: undefined }), TYPE, /"key" must be a string, not undefined/],
  ['an unknown role', call({ role: 'king' }), row('UnknownRole'), /role/],
  ['an idempotency key that is a number', call({ idempotencyKey: 5 }), TYPE, /"idempotencyKey"/],
  ['a call\'s timeout below 0', call({ timeout: -5 }), row('TimeOutOfRange'), /not negative/],
  ['a deadline in text', call({ deadlineNs: 'soon' }), TYPE, /"deadlineNs"/],
  ['a misspelt call option', call({ deadline: 5 }), OPTION, /no option "deadline"/],
  ['an admission without options', () => api.admit('GET', '/a'), TYPE, /"key"/],
  ['an admission before 1970', () => api.admit('GET', '/a', { key: 'a', wall: -1n }), row('TimeOutOfRange'), /not negative/],
  ['a call of one\'s own making', () => new Call(), [TypeError, 'ERR_ILLEGAL_CONSTRUCTOR'], /made by api.call/],
  ['an answer to nothing', () => call({})().answered(200, {}), row('OutOfOrder'), /no send is in flight/],
  ['a status of 99', () => inFlight().answered(99, {}), row('StatusOutOfRange'), /100 to 599/],
  ['a status of 66,000', () => inFlight().answered(66_000, {}), row('StatusOutOfRange'), /100 to 599/],
  ['a fractional status', () => inFlight().answered(200.5, {}), RANGE, /"status"/],
  ['a status in text', () => inFlight().answered('200', {}), TYPE, /"status"/],
  ['an answer without headers', () => inFlight().answered(200), TYPE, /"headers"/],
  ['an answer\'s body that is parsed', () => inFlight().answered(400, {}, { code: 'A' }), TYPE, /"body"/],
  ['an unknown failure', () => inFlight().failed('tired'), row('UnknownFailure'), /connect_refused/],
  ['a failure that is an error', () => inFlight().failed(new Error('reset')), TYPE, /"kind" must be a string, not an object/],
  ['a step at no time', () => inFlight().next({ now: null }), TYPE, /"now" .* not null/],
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
  ['a detached admit', () => { const { admit } = api; return admit('GET', '/a', { key: 'a' }) }, [TypeError, 'ERR_INVALID_THIS'], /Api/],
  ['a borrowed next', () => Call.prototype.next.call({}), [TypeError, 'ERR_INVALID_THIS'], /Call/],
  ['a borrowed call', () => api.call.call(null, 'GET', '/a', { key: 'a' }), [TypeError, 'ERR_INVALID_THIS'], /Api/],
  ['headers of the prototype', () => Hints.prototype.limit, [TypeError, 'ERR_INVALID_THIS'], /Hints/],
  ['a row that there is not', () => new TidegateError(99), [RangeError, undefined], /no error number 99/],
]

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
})

test('strange but harmless values crash nothing', () => {
  const proxy = new Proxy({}, { ownKeys: () => { throw new Error('trap') } })
  assert.throws(() => new RateLimiter(proxy), { message: 'trap' })
  assert.throws(() => new Hints({ get a() { throw new Error('getter') } }), { message: 'getter' })
  assert.equal(new Hints({ ['x'.repeat(100_000)]: 'y'.repeat(100_000), 'Retry-After': '\ud800\0' }).invalid, 1)
  const shrunk = new Uint8Array(new ArrayBuffer(8))
  structuredClone(shrunk.buffer, { transfer: [shrunk.buffer] })
  assert.throws(() => scanErrorBody(shrunk), TypeError)
})
