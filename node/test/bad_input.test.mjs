// Every wrong use: the class of its error, its code, and what the message says.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Api, Backoff, Call, FixedWindow, Hints, RateLimiter, TidegateError, parseRetryAfter, scanErrorBody, sleep } from 'tidegate'

const HUGE = 2n ** 200n
const limiter = new RateLimiter({ limit: 5, interval: 'second', burst: 2 })
const window = new FixedWindow({ limit: 5, interval: 'second' })
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
  // Backoff.
  ['a backoff from 0', backoffOf({ initial: 0 }), row('BackoffOutOfRange'), /above 0/],
  ['a cap below the start', backoffOf({ cap: 0.5 }), row('BackoffOutOfRange'), /no shorter/],
  ['a factor of 0', backoffOf({ factor: 0 }), row('BackoffOutOfRange'), /at least 1/],
  ['a factor of 2³²', backoffOf({ factor: 2 ** 32 }), row('BackoffOutOfRange'), /factor/],
  ['a fractional factor', backoffOf({ factor: 1.5 }), RANGE, /"factor"/],
  ['an unknown jitter', backoffOf({ jitter: 'some' }), row('UnknownJitter'), /none, full, equal, additive/],
  ['a jitter that is true', backoffOf({ jitter: true }), TYPE, /"jitter" must be a string, not true/],
  ['an additive jitter of nothing told', backoffOf({ jitter: 'additive' }), TYPE, /"spread"/],
  ['a spread above the cap', backoffOf({ jitter: 'additive', spread: 11 }), row('BackoffOutOfRange'), /additive/],
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
