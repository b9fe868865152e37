// Made by scripts/library.mjs of the files in lib. Do not change it here.

const builtIn = {
  'node:fs': {
    readFileSync() {
      throw Object.assign(new Error('there are no files here: fetch the text of the policy, and give it to Policy.fromJson or Api.fromJson'), { code: 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM' })
    },
  },
  'node:crypto': { randomUUID: () => crypto.randomUUID() },
}

const files = {
  'errors.cjs': (module, use, core) => {
const native = core
const errors = Object.freeze(native.errorRows().map((row) => Object.freeze(row)))
const POLICY_INVALID = errors.find((row) => row.name === 'PolicyInvalid').number
class TidegateError extends RangeError {
  constructor(number) {
    const row = errors.find((row) => row.number === number)
    if (!row) throw new RangeError(`there is no error number ${String(number)}`)
    super(row.message)
    this.code = row.name
    this.number = row.number
  }
}
Object.defineProperty(TidegateError.prototype, 'name', { value: 'TidegateError', writable: true, configurable: true })
class PolicyError extends TidegateError {
  constructor(wrong, path) {
    const { line, column, member, problem, message } = Object(wrong)
    if (typeof message !== 'string') throw Object.assign(new TypeError('a PolicyError is made by reading a policy'), { code: 'ERR_ILLEGAL_CONSTRUCTOR' })
    super(POLICY_INVALID)
    this.message = path === undefined ? message : `${path}: ${message}`
    Object.assign(this, { line, column, member, problem }, path === undefined ? {} : { path: String(path) })
  }
}
Object.defineProperty(PolicyError.prototype, 'name', { value: 'PolicyError', writable: true, configurable: true })
class RateLimitError extends Error {
  constructor({ retryAfter, retryAfterNs, layer, reason }) {
    super(reason === undefined ? `rate limited: the wait of ${retryAfter} ms is longer than the timeout` : `rate limited: nothing was sent, because of ${reason}`)
    this.code = 'ERR_RATE_LIMITED'
    this.retryAfter = retryAfter
    this.retryAfterNs = retryAfterNs
    if (layer !== undefined) this.layer = layer
    if (reason !== undefined) this.reason = reason
  }
}
Object.defineProperty(RateLimitError.prototype, 'name', { value: 'RateLimitError', writable: true, configurable: true })
class BreakerOpenError extends Error {
  constructor() {
    super('the breaker is open: nothing is tried for now')
    this.code = 'ERR_BREAKER_OPEN'
  }
}
Object.defineProperty(BreakerOpenError.prototype, 'name', { value: 'BreakerOpenError', writable: true, configurable: true })
function valueOf(answer) {
  if (typeof answer === 'number') throw new TidegateError(answer)
  return answer
}
function sharedOf(answer) {
  if (answer?.message === undefined) return answer
  const { number, message } = answer
  throw Object.assign(new TidegateError(number), { message })
}
function done(answer) {
  if (answer !== 0) throw new TidegateError(answer)
}
function row(name) {
  return new TidegateError(errors.find((row) => row.name === name).number)
}
function invalidType(name, expected, value) {
  const error = new TypeError(`"${name}" must be ${expected}, not ${shown(value)}`)
  return Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' })
}
function outOfRange(name, expected, value) {
  const error = new RangeError(`"${name}" must be ${expected}, not ${shown(value)}`)
  return Object.assign(error, { code: 'ERR_OUT_OF_RANGE' })
}
function detached(type, method) {
  const error = new TypeError(`${method}() was called without its ${type}: call it as a method, or bind it`)
  return Object.assign(error, { code: 'ERR_INVALID_THIS' })
}
function costTooHigh() {
  const [code, message] = native.costError()
  return Object.assign(new RangeError(message), { code })
}
function shown(value) {
  switch (typeof value) {
    case 'string': return value.length > 40 ? `'${value.slice(0, 40)}…'` : `'${value}'`
    case 'bigint': return value > -(10n ** 30n) && value < 10n ** 30n ? `${value}n` : 'a bigint of more than 30 digits'
    case 'function': return 'a function'
    case 'symbol': return 'a symbol'
    case 'object': return value === null ? 'null' : Array.isArray(value) ? 'an array' : 'an object'
    default: return String(value)
  }
}
module.exports = {
  errors, BreakerOpenError, PolicyError, TidegateError, RateLimitError,
  valueOf, sharedOf, done, row, invalidType, outOfRange, detached, costTooHigh,
}
  },
  'values.cjs': (module, use, core) => {
const { row, invalidType, outOfRange, valueOf } = use('errors.cjs')
const native = core
const LARGEST = 2n ** 64n - 1n
const UNITS = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 }
const NAMES = { second: '1s', minute: '1m', hour: '1h', day: '1d' }
const LENGTH = "milliseconds, 'second', 'minute', 'hour', 'day', or text like '15m' and '500ms'"
function options(value, known, name = 'options') {
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidType(name, 'an object', value)
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) {
      throw Object.assign(new TypeError(`there is no option "${key}": the options are ${known.join(', ')}`), { code: 'ERR_INVALID_ARG_VALUE' })
    }
  }
  return value
}
function count(value, name, largest = LARGEST) {
  const expected = `a whole number from 0 to ${largest}`
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) throw outOfRange(name, expected, value)
    value = BigInt(value)
  }
  if (typeof value !== 'bigint') throw invalidType(name, expected, value)
  if (value < 0n || value > largest) throw outOfRange(name, expected, value)
  return value
}
function small(value, name) {
  return Number(count(value, name, 2n ** 32n - 1n))
}
function part(value, name) {
  if (typeof value !== 'number') throw invalidType(name, 'a number like 0.2', value)
  return value
}
function flag(value, name) {
  if (typeof value !== 'boolean') throw invalidType(name, 'true or false', value)
  return value
}
function unref({ unref = false }) {
  return flag(unref, 'unref')
}
function cost(value) {
  const beyond = typeof value === 'bigint' ? value > LARGEST : Number.isInteger(value) && value >= 2 ** 64
  return beyond ? LARGEST : count(value, 'cost')
}
const QUOTA = ['limit', 'interval', 'intervalNs', 'burst']
function quota(from) {
  const limit = count(from.limit, 'limit')
  const burst = from.burst === undefined ? limit : count(from.burst, 'burst')
  return { limit, interval: requiredLength(from, 'interval'), burst }
}
function oneOf(value, allowed, name) {
  const expected = `one of: ${allowed.join(', ')}`
  if (typeof value !== 'string') throw invalidType(name, expected, value)
  if (!allowed.includes(value)) throw outOfRange(name, expected, value)
}
function nanos(value, name) {
  if (value === undefined || typeof value === 'bigint') return value
  if (typeof value !== 'number') throw invalidType(name, 'nanoseconds as a bigint or a whole number', value)
  if (!Number.isInteger(value)) throw outOfRange(name, 'a whole number of nanoseconds', value)
  return BigInt(value)
}
function requiredNanos(value, name) {
  if (value === undefined) throw invalidType(name, 'nanoseconds as a bigint or a whole number', value)
  return nanos(value, name)
}
function length(from, name) {
  const [plain, exact] = [from[name], from[`${name}Ns`]]
  if (exact === undefined) return plain === undefined ? undefined : millis(plain, name)
  if (plain !== undefined) throw Object.assign(new TypeError(`give "${name}" or "${name}Ns", not both`), { code: 'ERR_INVALID_ARG_VALUE' })
  return nanos(exact, `${name}Ns`)
}
function requiredLength(from, name) {
  const value = length(from, name)
  if (value === undefined) throw invalidType(name, LENGTH, value)
  return value
}
function lengths(from, name) {
  const [plain, exact] = [from[name], from[`${name}Ns`]]
  if (plain !== undefined && exact !== undefined) throw Object.assign(new TypeError(`give "${name}" or "${name}Ns", not both`), { code: 'ERR_INVALID_ARG_VALUE' })
  if (!Array.isArray(plain ?? exact)) throw invalidType(name, 'an array of lengths of time', plain ?? exact)
  if (plain === undefined) return Array.from(exact, (one) => requiredNanos(one, `${name}Ns`))
  return Array.from(plain, (one) => millis(one, name))
}
function now(clocks) {
  return nanos(options(clocks, ['now'], 'clocks').now, 'now')
}
function wall(clocks) {
  return nanos(options(clocks, ['wall'], 'clocks').wall, 'wall')
}
function skew(from) {
  const [plain, exact] = [from.skew, from.skewNs]
  const expected = 'less than 292 years, before or after'
  if (plain === undefined) {
    const value = nanos(exact, 'skewNs')
    if (value !== undefined && (value < -(2n ** 63n) || value >= 2n ** 63n)) throw outOfRange('skewNs', expected, value)
    return value
  }
  if (exact !== undefined) throw Object.assign(new TypeError('give "skew" or "skewNs", not both'), { code: 'ERR_INVALID_ARG_VALUE' })
  if (typeof plain !== 'number') throw invalidType('skew', 'milliseconds, negative or not', plain)
  if (!(Math.abs(plain) < 2 ** 63 / 1e6)) throw outOfRange('skew', expected, plain)
  return plain
}
function millis(value, name) {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') throw invalidType(name, LENGTH, value)
  const text = Object.hasOwn(NAMES, value) ? NAMES[value] : value
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
  if (unit === undefined) throw outOfRange(name, LENGTH, value)
  return Number(number) * UNITS[unit]
}
function delay(value, name) {
  const wait = millis(value, name)
  if (!(wait >= 0 && wait < 2 ** 64 / 1e6)) throw row('TimeOutOfRange')
  return wait
}
function toNanos(value, name) {
  return valueOf(native.lengthNanos(delay(value, name)))
}
function text(value, name) {
  if (typeof value !== 'string') throw invalidType(name, 'a string', value)
  if (!value.isWellFormed()) throw row('NotText')
  return value
}
function onHost(host, path) {
  if (host !== undefined && typeof host !== 'boolean') throw invalidType('host', 'a boolean', host)
  if (path !== undefined) {
    if (host === false) throw outOfRange('path', 'left out where host is false', path)
    text(path, 'path')
    return true
  }
  return host === true
}
function bytes(value, name) {
  if (value === undefined || value === null) return new Uint8Array(0)
  if (typeof value === 'string') return new TextEncoder().encode(value)
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  throw invalidType(name, 'a string or bytes', value)
}
function signal(value) {
  if (value === undefined) return undefined
  if (typeof value?.addEventListener !== 'function' || typeof value.throwIfAborted !== 'function') throw invalidType('signal', 'an AbortSignal', value)
  return value
}
function* pairs(headers) {
  if (typeof headers !== 'object' || headers === null) throw invalidType('headers', 'Headers, an object, or pairs', headers)
  if (typeof headers[Symbol.iterator] !== 'function') {
    for (const [name, value] of Object.entries(headers)) {
      for (const one of Array.isArray(value) ? value : [value]) {
        if (one !== undefined) yield [name, headerText(one, name)]
      }
    }
    return
  }
  for (const pair of headers) {
    if (!Array.isArray(pair) || pair.length !== 2) throw invalidType('headers', 'pairs of a name and a value', pair)
    yield [headerText(pair[0], 'name'), headerText(pair[1], pair[0])]
  }
}
function headerText(value, name) {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') throw invalidType(`header ${String(name)}`, 'a string', value)
  return value
}
module.exports = {
  QUOTA, options, count, small, part, flag, unref, cost, quota, oneOf, nanos, requiredNanos, length, requiredLength, lengths, now, wall, skew,
  millis, delay, toNanos, text, onHost, bytes, signal, pairs, headerText,
}
  },
  'adaptive.cjs': (module, use, core) => {
const native = core
const { detached, done, valueOf } = use('errors.cjs')
const values = use('values.cjs')
class AdaptiveThrottle {
  #handle
  constructor(options) {
    const known = values.options(options, ['window', 'windowNs', 'k', 'most'])
    const { k = 2, most = 1 } = known
    const window = values.length(known, 'window') ?? values.millis('2m')
    this.#handle = valueOf(native.createAdaptiveThrottle(window, values.part(k, 'k'), values.part(most, 'most')))
  }
  trySend(draw) {
    const handle = AdaptiveThrottle.#of(this, 'trySend')
    const { seed, call = 0, attempt = 0, now } = values.options(draw, ['seed', 'call', 'attempt', 'now'])
    const from = seed === undefined ? undefined : values.count(seed, 'seed')
    const of = [values.count(call, 'call'), values.small(attempt, 'attempt')]
    return valueOf(native.adaptiveThrottleTrySend(handle, from, ...of, values.nanos(now, 'now')))
  }
  accepted(clocks) {
    done(native.adaptiveThrottleAccepted(AdaptiveThrottle.#of(this, 'accepted'), values.now(clocks)))
  }
  rejected(clocks) {
    return valueOf(native.adaptiveThrottleRejected(AdaptiveThrottle.#of(this, 'rejected'), values.now(clocks)))[0]
  }
  rejectedMillionths(clocks) {
    const handle = AdaptiveThrottle.#of(this, 'rejectedMillionths')
    return valueOf(native.adaptiveThrottleRejected(handle, values.now(clocks)))[1]
  }
  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('AdaptiveThrottle', method)
  }
}
class AdaptiveRate {
  #handle
  constructor(clocks) {
    this.#handle = valueOf(native.createAdaptiveRate(values.now(clocks)))
  }
  trySend(clocks) {
    return valueOf(native.adaptiveRateTrySend(AdaptiveRate.#of(this, 'trySend'), values.now(clocks)))
  }
  answered(refused, clocks) {
    const handle = AdaptiveRate.#of(this, 'answered')
    done(native.adaptiveRateAnswered(handle, values.flag(refused, 'refused'), values.now(clocks)))
  }
  get rate() {
    return native.adaptiveRateRates(AdaptiveRate.#of(this, 'rate'))[0]
  }
  get ratePico() {
    return native.adaptiveRateRates(AdaptiveRate.#of(this, 'ratePico'))[1]
  }
  get measured() {
    return native.adaptiveRateRates(AdaptiveRate.#of(this, 'measured'))[2]
  }
  get measuredPico() {
    return native.adaptiveRateRates(AdaptiveRate.#of(this, 'measuredPico'))[3]
  }
  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('AdaptiveRate', method)
  }
}
module.exports = { AdaptiveRate, AdaptiveThrottle }
  },
  'wire.cjs': (module, use, core) => {
const native = core
const { detached, valueOf } = use('errors.cjs')
const values = use('values.cjs')
const FIELDS = ['limit', 'limitExact', 'remaining', 'remainingExact', 'reset', 'resetNs', 'window', 'windowNs', 'unit', 'retryAfter', 'date', 'dateNs', 'shouldRetry', 'isGlobal', 'invalid']
const HANDLE = Symbol('made by advice.hints()')
let hintsOf
class Hints {
  #handle
  static {
    hintsOf = (hints) => (#handle in Object(hints) ? hints.#handle : undefined)
  }
  constructor(headers, made) {
    this.#handle = made?.[HANDLE] ?? native.createHints()
    if (headers === undefined) return
    for (const [name, value] of values.pairs(headers)) native.hintsHeader(this.#handle, name, value)
  }
  header(name, value) {
    return native.hintsHeader(Hints.#of(this, 'header'), values.headerText(name, 'name'), values.headerText(value, name))
  }
  explain(clocks) {
    return valueOf(native.hintsExplain(Hints.#of(this, 'explain'), values.wall(clocks)))
  }
  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('Hints', method)
  }
  static #read(self, name) {
    const { limit, remaining, ...rest } = native.hintsValues(Hints.#of(self, name))
    return { ...rest, ...counted('limit', limit), ...counted('remaining', remaining) }[name]
  }
  static {
    for (const name of FIELDS) {
      const get = function () { return Hints.#read(this, name) }
      Object.defineProperty(Hints.prototype, name, { get, enumerable: true, configurable: true })
    }
  }
}
function counted(name, exact) {
  return exact === undefined ? {} : { [name]: Number(exact), [`${name}Exact`]: exact }
}
function hintsFrom(handle) {
  return new Hints(undefined, { [HANDLE]: handle })
}
function parseRetryAfter(value, clocks) {
  if (value === undefined || value === null) return undefined
  return valueOf(native.parseRetryAfter(values.headerText(value, 'Retry-After'), values.wall(clocks))) ?? undefined
}
function scanErrorBody(body) {
  return native.scanErrorBody(values.bytes(body, 'body'))
}
module.exports = { Hints, hintsFrom, hintsOf, parseRetryAfter, scanErrorBody }
  },
  'advice.cjs': (module, use, core) => {
const native = core
const { detached, valueOf } = use('errors.cjs')
const { hintsFrom } = use('wire.cjs')
const values = use('values.cjs')
const FIELDS = ['retryAfter', 'date', 'dateNs', 'shouldRetry', 'isGlobal', 'isCached', 'bucket', 'scope', 'invalid', 'dropped']
const HANDLE = Symbol('the dialect of a policy')
let dialectOf
let dialectFrom
let adviceOf
class Dialect {
  #handle
  static {
    dialectOf = (dialect) => (#handle in Object(dialect) ? dialect.#handle : new Dialect(dialect).#handle)
    dialectFrom = (handle) => new Dialect({ [HANDLE]: handle })
  }
  constructor(name = 'common', options) {
    if (name?.[HANDLE] !== undefined) {
      this.#handle = name[HANDLE]
      return
    }
    const { reset, decimals } = values.options(options, ['reset', 'decimals'])
    if (reset !== undefined) values.text(reset, 'reset')
    if (decimals !== undefined) values.flag(decimals, 'decimals')
    this.#handle = valueOf(native.createDialect(values.text(name, 'dialect'), reset, decimals))
  }
  get name() {
    if (#handle in Object(this)) return native.dialectName(this.#handle)
    throw detached('Dialect', 'name')
  }
}
class Advice {
  #handle
  static {
    adviceOf = (advice) => (#handle in Object(advice) ? advice.#handle : undefined)
  }
  constructor(headers, options) {
    const { dialect } = values.options(options, ['dialect'])
    this.#handle = native.createAdvice(dialectOf(dialect))
    if (headers === undefined) return
    for (const [name, value] of values.pairs(headers)) native.adviceHeader(this.#handle, name, value)
  }
  header(name, value) {
    return native.adviceHeader(Advice.#of(this, 'header'), values.headerText(name, 'name'), values.headerText(value, name))
  }
  get allowances() {
    return native.adviceAllowances(Advice.#of(this, 'allowances'))
  }
  tightest(clocks) {
    return valueOf(native.adviceTightest(Advice.#of(this, 'tightest'), values.wall(clocks))) ?? undefined
  }
  wait(clocks) {
    return valueOf(native.adviceWait(Advice.#of(this, 'wait'), values.wall(clocks)))?.[0]
  }
  waitNs(clocks) {
    return valueOf(native.adviceWait(Advice.#of(this, 'waitNs'), values.wall(clocks)))?.[1]
  }
  explain(clocks) {
    return valueOf(native.adviceExplain(Advice.#of(this, 'explain'), values.wall(clocks)))
  }
  hints(clocks) {
    return hintsFrom(valueOf(native.adviceHints(Advice.#of(this, 'hints'), values.wall(clocks))))
  }
  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('Advice', method)
  }
  static {
    for (const name of FIELDS) {
      const get = function () { return native.adviceValues(Advice.#of(this, name))[name] }
      Object.defineProperty(Advice.prototype, name, { get, enumerable: true, configurable: true })
    }
  }
}
module.exports = { Advice, Dialect, adviceOf, dialectFrom }
  },
  'announce.cjs': (module, use, core) => {
const native = core
const { invalidType, valueOf } = use('errors.cjs')
const values = use('values.cjs')
const LIMIT = ['name', 'limit', 'remaining', 'resetAfter', 'resetAfterNs', 'window', 'windowNs']
function announce(form, limits, options) {
  const known = values.options(options, ['retryAfter', 'retryAfterNs', 'wall'])
  if (!Array.isArray(limits)) throw invalidType('limits', 'an array of limits', limits)
  return valueOf(native.announce(
    values.text(form, 'form'),
    Array.from(limits, (limit) => announced(values.options(limit, LIMIT, 'limit'))),
    values.length(known, 'retryAfter'),
    values.nanos(known.wall, 'wall'),
  ))
}
function announced(known) {
  const { name = '', limit, remaining } = known
  return {
    name: values.text(name, 'name'),
    limit: values.count(limit, 'limit'),
    remaining: values.count(remaining, 'remaining'),
    resetAfter: values.requiredLength(known, 'resetAfter'),
    window: values.requiredLength(known, 'window'),
  }
}
module.exports = { announce }
  },
  'admission.cjs': (module, use, core) => {
const values = use('values.cjs')
class Admission {
  #policy
  constructor(policy, decision) {
    this.#policy = policy
    Object.assign(this, decision)
  }
  body(options) {
    const { requestId } = values.options(options, ['requestId'])
    return this.#refusal(requestId)?.body
  }
  get contentType() {
    return this.#refusal()?.contentType
  }
  #refusal(requestId) {
    if (this.allowed) return undefined
    const { limitedBy, code, deniedBy, retryAfterNs } = this
    return this.#policy.refusal({ limitedBy, code, deniedBy, retryAfterNs, requestId })
  }
}
module.exports = { Admission }
  },
  'paging.cjs': (module, use, core) => {
const native = core
const { detached, invalidType } = use('errors.cjs')
const values = use('values.cjs')
const HANDLE = Symbol('made by policy.paging()')
let pagingFrom
class Paging {
  #handle
  static {
    pagingFrom = (handle) => new Paging({ [HANDLE]: handle })
  }
  constructor(made) {
    if (made?.[HANDLE] === undefined) throw Object.assign(new TypeError('a Paging is made by policy.paging()'), { code: 'ERR_ILLEGAL_CONSTRUCTOR' })
    this.#handle = made[HANDLE]
  }
  get size() {
    return native.pagingQuery(Paging.#of(this, 'size')).size
  }
  get position() {
    return native.pagingQuery(Paging.#of(this, 'position')).position
  }
  get cursor() {
    return native.pagingQuery(Paging.#of(this, 'cursor')).cursor
  }
  answered(page) {
    const handle = Paging.#of(this, 'answered')
    const { items, more, next } = values.options(page, ['items', 'more', 'next'], 'page')
    if (more !== undefined) values.flag(more, 'more')
    return native.pagingAnswered(handle, values.count(items, 'items'), more, next === undefined ? undefined : values.text(next, 'next'))
  }
  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('Paging', method)
  }
}
function nextLink(link) {
  if (link === undefined || link === null) return undefined
  if (typeof link !== 'string' && !Array.isArray(link)) throw invalidType('link', 'a string or an array of strings', link)
  return native.nextLink([link].flat().map((line) => values.headerText(line, 'link').toWellFormed())) ?? undefined
}
module.exports = { Paging, nextLink, pagingFrom }
  },
  'policy.cjs': (module, use, core) => {
const { readFileSync } = builtIn['node:fs']
const native = core
const { PolicyError, detached, invalidType, valueOf } = use('errors.cjs')
const { dialectFrom } = use('advice.cjs')
const { pagingFrom } = use('paging.cjs')
const values = use('values.cjs')
const HANDLE = Symbol('made by a static method of Policy')
const FIELDS = ['name', 'categories', 'shared', 'pages', 'batches']
let policyOf
let policyFrom
class Policy {
  #handle
  #values
  static {
    policyOf = (policy) => (#handle in Object(policy) ? policy : Policy.named(policy)).#handle
    policyFrom = (handle) => new Policy({ [HANDLE]: handle })
  }
  constructor(made) {
    if (made?.[HANDLE] === undefined) throw Object.assign(new TypeError('a Policy is made by Policy.named(), .fromJson() or .fromFile()'), { code: 'ERR_ILLEGAL_CONSTRUCTOR' })
    this.#handle = made[HANDLE]
    this.#values = frozen(native.policyValues(this.#handle))
  }
  static named(name) {
    return policyFrom(valueOf(native.namedPolicy(values.text(name, 'name'))))
  }
  static fromJson(text) {
    return read(values.bytes(values.text(text, 'text'), 'text'))
  }
  static fromFile(path) {
    if (typeof path !== 'string' && !(path instanceof URL)) throw invalidType('path', 'a string or a URL', path)
    return read(readFileSync(path), path)
  }
  get dialect() {
    const handle = native.policyDialect(Policy.#of(this, 'dialect').#handle)
    return handle === null ? undefined : dialectFrom(handle)
  }
  categoryOf(method, path) {
    return valueOf(native.policyCategoryOf(Policy.#of(this, 'categoryOf').#handle, ...request(method, path))) ?? undefined
  }
  cacheTtl(method, path) {
    return valueOf(native.policyCacheTtl(Policy.#of(this, 'cacheTtl').#handle, ...request(method, path)))?.[0]
  }
  cacheTtlNs(method, path) {
    return valueOf(native.policyCacheTtl(Policy.#of(this, 'cacheTtlNs').#handle, ...request(method, path)))?.[1]
  }
  paging(options) {
    const { size } = values.options(options, ['size'])
    const made = native.startPaging(Policy.#of(this, 'paging').#handle, size === undefined ? undefined : values.small(size, 'size'))
    return made === null ? undefined : pagingFrom(valueOf(made))
  }
  batchOf(path) {
    return native.policyBatchOf(Policy.#of(this, 'batchOf').#handle, values.text(path, 'path')) ?? undefined
  }
  refusal(denial) {
    const known = values.options(denial, ['limitedBy', 'code', 'deniedBy', 'retryAfter', 'retryAfterNs', 'requestId'], 'denial')
    const { limitedBy = 'category', code = 'TOO_MANY_REQUESTS', deniedBy = '', requestId = '' } = known
    values.oneOf(limitedBy, ['category', 'gateway'], 'limitedBy')
    return valueOf(native.policyRefusal(Policy.#of(this, 'refusal').#handle, {
      byGateway: limitedBy === 'gateway',
      code: values.text(code, 'code'),
      limit: values.text(deniedBy, 'deniedBy'),
      retryAfter: values.requiredLength(known, 'retryAfter'),
      requestId: values.text(requestId, 'requestId'),
    }))
  }
  errorBody(body) {
    return native.policyErrorBody(Policy.#of(this, 'errorBody').#handle, values.bytes(body, 'body'))
  }
  explain() {
    return native.policyExplain(Policy.#of(this, 'explain').#handle)
  }
  toString() {
    return native.policyExplain(Policy.#of(this, 'toString').#handle)
  }
  static #of(self, method) {
    if (#handle in Object(self)) return self
    throw detached('Policy', method)
  }
  static {
    for (const name of FIELDS) {
      const get = function () { return Policy.#of(this, name).#values[name] }
      Object.defineProperty(Policy.prototype, name, { get, enumerable: true, configurable: true })
    }
  }
}
function read(bytes, path) {
  const { policy, wrong } = native.readPolicy(bytes)
  if (policy === undefined) throw new PolicyError(wrong, path)
  return policyFrom(policy)
}
function request(method, path) {
  return [values.text(method, 'method'), values.text(path, 'path')]
}
function frozen(value) {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen)
  return Object.freeze(value)
}
module.exports = { Policy, policyFrom, policyOf }
  },
  'api.cjs': (module, use, core) => {
const native = core
const { Admission } = use('admission.cjs')
const { detached, done, invalidType, valueOf } = use('errors.cjs')
const { adviceOf } = use('advice.cjs')
const { Policy, policyFrom, policyOf } = use('policy.cjs')
const { hintsOf } = use('wire.cjs')
const values = use('values.cjs')
const CLOCKS = ['now', 'wall']
const KEY = ['key', 'role', 'tokens']
const MADE_BY_API = Symbol('made by api.call()')
class Api {
  #handle
  #policy
  constructor(policy, options) {
    const known = values.options(options, ['window', 'windowNs', 'seed'])
    const seed = known.seed === undefined ? undefined : values.count(known.seed, 'seed')
    this.#handle = valueOf(native.createApi(policyOf(policy), values.length(known, 'window'), seed))
  }
  static named(name, options) {
    return new Api(values.text(name, 'name'), options)
  }
  static fromJson(text, options) {
    return new Api(Policy.fromJson(text), options)
  }
  static fromFile(path, options) {
    return new Api(Policy.fromFile(path), options)
  }
  static stackflow(options) {
    return new Api('stackflow', options)
  }
  static velaflows(options) {
    return new Api('velaflows', options)
  }
  get policy() {
    const api = Api.#of(this, 'policy')
    this.#policy ??= policyFrom(native.apiPolicy(api))
    return this.#policy
  }
  get overflowed() {
    return native.apiOverflowed(Api.#of(this, 'overflowed'))
  }
  call(method, path, options) {
    const api = Api.#of(this, 'call')
    const known = values.options(options, [...KEY, 'idempotencyKey', 'timeout', 'timeoutNs', 'deadlineNs'])
    return new Call(MADE_BY_API, valueOf(native.apiCall(api, request(method, path, known))))
  }
  admit(method, path, options) {
    const api = Api.#of(this, 'admit')
    const known = values.options(options, [...KEY, ...CLOCKS])
    return new Admission(this.policy, valueOf(native.apiAdmit(api, request(method, path, known), ...clocks(known))))
  }
  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('Api', method)
  }
}
class Call {
  #handle
  constructor(made, handle) {
    if (made !== MADE_BY_API) throw Object.assign(new TypeError('a Call is made by api.call()'), { code: 'ERR_ILLEGAL_CONSTRUCTOR' })
    this.#handle = handle
  }
  get category() {
    return native.callCategory(Call.#of(this, 'category'))
  }
  get attempts() {
    return native.callAttempts(Call.#of(this, 'attempts'))
  }
  get attemptEnds() {
    return native.callAttemptEnds(Call.#of(this, 'attemptEnds'))?.[0] ?? Infinity
  }
  get attemptEndsNs() {
    return native.callAttemptEnds(Call.#of(this, 'attemptEndsNs'))?.[1]
  }
  attemptTimeout(clocks) {
    return valueOf(native.callAttemptTimeout(Call.#of(this, 'attemptTimeout'), values.now(clocks)))?.[0] ?? Infinity
  }
  get hedgeAt() {
    return native.callHedgeAt(Call.#of(this, 'hedgeAt'))?.[0]
  }
  get hedgeAtNs() {
    return native.callHedgeAt(Call.#of(this, 'hedgeAtNs'))?.[1]
  }
  hedgeDelay(clocks) {
    return valueOf(native.callHedgeDelay(Call.#of(this, 'hedgeDelay'), values.now(clocks)))?.[0]
  }
  hedge(clocks) {
    const twin = valueOf(native.callHedge(Call.#of(this, 'hedge'), values.now(clocks)))
    return twin === null ? undefined : new Call(MADE_BY_API, twin)
  }
  next(at) {
    return valueOf(native.callNext(Call.#of(this, 'next'), ...clocks(values.options(at, CLOCKS, 'clocks'))))
  }
  answered(status, headers, body, at) {
    const call = Call.#of(this, 'answered')
    const number = values.small(status, 'status')
    const [now, wall] = clocks(values.options(at, CLOCKS, 'clocks'))
    const hints = said(call, headers, wall)
    done(native.callAnswered(call, number, hints, values.bytes(body, 'body'), now, wall))
  }
  failed(kind, at) {
    const call = Call.#of(this, 'failed')
    done(native.callFailed(call, values.text(kind, 'kind'), ...clocks(values.options(at, CLOCKS, 'clocks'))))
  }
  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('Call', method)
  }
}
function said(call, headers, wall) {
  if (headers === undefined) throw invalidType('headers', 'Headers, an object, pairs, Hints or Advice', headers)
  const hints = hintsOf(headers)
  if (hints !== undefined) return hints
  const advice = adviceOf(headers)
  if (advice !== undefined) return valueOf(native.callAdvised(call, advice, wall))
  const lines = []
  for (const [name, value] of values.pairs(headers)) lines.push(name, value)
  return valueOf(native.callHints(call, lines, wall))
}
function clocks({ now, wall }) {
  return [values.nanos(now, 'now'), values.nanos(wall, 'wall')]
}
function request(method, path, known) {
  const { key, role = '', idempotencyKey = false, tokens = 0, deadlineNs } = known
  return {
    method: values.text(method, 'method'),
    path: values.text(path, 'path'),
    key: values.text(key, 'key'),
    role: values.text(role, 'role'),
    idempotent: typeof idempotencyKey === 'boolean' ? idempotencyKey : values.text(idempotencyKey, 'idempotencyKey') !== '',
    tokens: values.count(tokens, 'tokens'),
    timeout: values.length(known, 'timeout'),
    deadline: values.nanos(deadlineNs, 'deadlineNs'),
  }
}
module.exports = { Api, Call }
  },
  'api_error.cjs': (module, use, core) => {
const { scanErrorBody } = use('wire.cjs')
const { invalidType } = use('errors.cjs')
class ApiError extends Error {
  constructor({ status, code, message, requestId, details = [], response, outcome }) {
    if (!Number.isInteger(status)) throw invalidType('status', 'a whole number', status)
    super(message || `the API answered ${status}`)
    this.status = status
    this.details = details
    for (const [name, value] of Object.entries({ code, requestId, reason: outcome?.reason, retryAfter: outcome?.serverDelay })) {
      if (value !== undefined) this[name] = value
    }
    Object.defineProperty(this, 'response', { value: response, writable: true, configurable: true })
  }
  static async from(response, { policy, outcome } = {}) {
    if (typeof response?.text !== 'function') throw invalidType('response', 'a Response', response)
    return ApiError.of(response.status, await response.text().catch(() => ''), { policy, outcome, response })
  }
  static of(status, body, { policy, outcome, response } = {}) {
    const { code, message, requestId, fields } = policy === undefined ? scanErrorBody(body) : policy.errorBody(body)
    return new ApiError({ status, code, message, requestId, details: fields, response, outcome })
  }
}
Object.defineProperty(ApiError.prototype, 'name', { value: 'ApiError', writable: true, configurable: true })
module.exports = { ApiError }
  },
  'breaker.cjs': (module, use, core) => {
const native = core
const { detached, done, invalidType, valueOf } = use('errors.cjs')
const values = use('values.cjs')
const MADE_BY_BREAKER = Symbol('made by breaker.tryCall()')
const HANDLE = Symbol('made by a static method of CircuitBreaker')
let numberOf
class Passage {
  #number
  static {
    numberOf = (passage) => {
      if (#number in Object(passage)) return passage.#number
      throw invalidType('passage', 'what tryCall() gave', passage)
    }
  }
  constructor(made, number) {
    if (made !== MADE_BY_BREAKER) throw illegal('a Passage is made by breaker.tryCall()')
    this.#number = number
  }
}
let breakerOf
class CircuitBreaker {
  #handle
  static {
    breakerOf = (breaker) => {
      if (#handle in Object(breaker)) return breaker.#handle
      throw invalidType('breaker', 'a CircuitBreaker', breaker)
    }
  }
  constructor(made) {
    if (made?.[HANDLE] === undefined) throw illegal('a CircuitBreaker is made by CircuitBreaker.consecutive() or .ratio()')
    this.#handle = valueOf(made[HANDLE])
  }
  static consecutive(options) {
    const known = values.options(options, ['failures', 'openFor', 'openForNs', 'probes'])
    const failures = values.small(known.failures, 'failures')
    return new CircuitBreaker({ [HANDLE]: native.createConsecutiveBreaker(failures, ...reopening(known)) })
  }
  static ratio(options) {
    const known = values.options(options, ['window', 'windowNs', 'part', 'least', 'openFor', 'openForNs', 'probes'])
    const [window, part] = [values.requiredLength(known, 'window'), values.part(known.part, 'part')]
    const least = values.small(known.least, 'least')
    return new CircuitBreaker({ [HANDLE]: native.createRatioBreaker(window, part, least, ...reopening(known)) })
  }
  tryCall(clocks) {
    const handle = CircuitBreaker.#of(this, 'tryCall')
    const { passage, ...permission } = valueOf(native.breakerTryCall(handle, values.now(clocks)))
    return passage === undefined ? permission : { ...permission, passage: new Passage(MADE_BY_BREAKER, passage) }
  }
  succeeded(passage, clocks) {
    done(native.breakerSucceeded(CircuitBreaker.#of(this, 'succeeded'), numberOf(passage), values.now(clocks)))
  }
  failed(passage, clocks) {
    done(native.breakerFailed(CircuitBreaker.#of(this, 'failed'), numberOf(passage), values.now(clocks)))
  }
  cancelled(passage) {
    native.breakerCancelled(CircuitBreaker.#of(this, 'cancelled'), numberOf(passage))
  }
  state(clocks) {
    return valueOf(native.breakerState(CircuitBreaker.#of(this, 'state'), values.now(clocks)))
  }
  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('CircuitBreaker', method)
  }
}
function reopening(known) {
  const { probes = 1 } = known
  return [values.requiredLength(known, 'openFor'), values.small(probes, 'probes')]
}
function illegal(message) {
  return Object.assign(new TypeError(message), { code: 'ERR_ILLEGAL_CONSTRUCTOR' })
}
module.exports = { CircuitBreaker, Passage, breakerOf }
  },
  'budget.cjs': (module, use, core) => {
const native = core
const { detached, invalidType, outOfRange, valueOf, done } = use('errors.cjs')
const values = use('values.cjs')
const COSTS = ['failure', 'transient', 'throttled', 'firstSuccess']
const LIKE = Symbol('made by throttle.replaced()')
let quotaOf, throttleOf, ratioOf
class RetryQuota {
  #handle
  static {
    quotaOf = (self) => (#handle in Object(self) ? self.#handle : undefined)
  }
  constructor(options) {
    const { capacity = 500, costs = 'aws_2_0' } = values.options(options, ['capacity', 'costs'])
    const table = typeof costs === 'string' ? costs : explicit(values.options(costs, COSTS, 'costs'))
    const handle = native.createRetryQuota(values.small(capacity, 'capacity'), table)
    if (handle === null) throw outOfRange('costs', `aws_2_0, aws_2_1, or an object of ${COSTS.join(', ')}`, costs)
    this.#handle = handle
  }
  trySpend(cause) {
    const cost = valueOf(native.retryQuotaTrySpend(RetryQuota.#of(this, 'trySpend'), values.text(cause, 'cause')))
    return cost === null ? undefined : Number(cost)
  }
  succeeded(lastCost = 0) {
    native.retryQuotaSucceeded(RetryQuota.#of(this, 'succeeded'), values.small(lastCost, 'lastCost'))
  }
  cancelled(cost) {
    native.retryQuotaCancelled(RetryQuota.#of(this, 'cancelled'), values.small(cost, 'cost'))
  }
  get tokens() {
    return native.retryQuotaTokens(RetryQuota.#of(this, 'tokens'))
  }
  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('RetryQuota', method)
  }
}
class RetryThrottle {
  #handle
  static {
    throttleOf = (self) => (#handle in Object(self) ? self.#handle : undefined)
  }
  constructor(options, like) {
    const { maxTokens, ratio } = values.options(options, ['maxTokens', 'ratio'])
    const tokens = values.small(maxTokens, 'maxTokens')
    this.#handle = valueOf(native.createRetryThrottle(tokens, values.part(ratio, 'ratio'), like?.[LIKE]))
  }
  failed() {
    return native.retryThrottleFailed(RetryThrottle.#of(this, 'failed'))
  }
  succeeded() {
    native.retryThrottleSucceeded(RetryThrottle.#of(this, 'succeeded'))
  }
  allows() {
    return native.retryThrottleAllows(RetryThrottle.#of(this, 'allows'))
  }
  replaced(options) {
    return new RetryThrottle(options, { [LIKE]: RetryThrottle.#of(this, 'replaced') })
  }
  get tokens() {
    return native.retryThrottleTokens(RetryThrottle.#of(this, 'tokens'))[0]
  }
  get thousandths() {
    return native.retryThrottleTokens(RetryThrottle.#of(this, 'thousandths'))[1]
  }
  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('RetryThrottle', method)
  }
}
class RetryBudget {
  #handle
  static {
    ratioOf = (self) => (#handle in Object(self) ? self.#handle : undefined)
  }
  constructor(options) {
    const known = values.options(options, ['window', 'windowNs', 'ratio', 'reserve'])
    const { ratio = 0.2, reserve = 10 } = known
    const window = values.length(known, 'window') ?? values.millis('10s')
    this.#handle = valueOf(native.createRetryBudget(window, values.part(ratio, 'ratio'), values.small(reserve, 'reserve')))
  }
  deposit(clocks) {
    done(native.retryBudgetDeposit(RetryBudget.#of(this, 'deposit'), values.now(clocks)))
  }
  tryWithdraw(clocks) {
    return valueOf(native.retryBudgetTryWithdraw(RetryBudget.#of(this, 'tryWithdraw'), values.now(clocks)))
  }
  available(clocks) {
    return Number(valueOf(native.retryBudgetAvailable(RetryBudget.#of(this, 'available'), values.now(clocks))))
  }
  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('RetryBudget', method)
  }
}
function budgetOf(budget) {
  if (budget === null) return {}
  const handles = { quota: quotaOf(budget), throttle: throttleOf(budget), ratio: ratioOf(budget) }
  if (Object.values(handles).some((handle) => handle !== undefined)) return handles
  throw invalidType('budget', 'a RetryBudget, a RetryQuota, a RetryThrottle, or null for none', budget)
}
function explicit({ firstSuccess = 1, ...costs }) {
  const all = { ...costs, firstSuccess }
  return Object.fromEntries(COSTS.map((name) => [name, values.small(all[name], name)]))
}
module.exports = { RetryBudget, RetryQuota, RetryThrottle, budgetOf }
  },
  'attempts.cjs': (module, use, core) => {
const { breakerOf } = use('breaker.cjs')
const { budgetOf } = use('budget.cjs')
const { detached, done, valueOf } = use('errors.cjs')
const native = core
const values = use('values.cjs')
const MADE = Symbol('made by policy.begin()')
class Attempts {
  #handle
  #rules
  #shared
  constructor(made, rules, shared, { seed, call, now } = {}) {
    if (made !== MADE) throw Object.assign(new TypeError('Attempts are made by policy.begin()'), { code: 'ERR_ILLEGAL_CONSTRUCTOR' })
    this.#rules = rules
    this.#shared = shared
    this.#handle = valueOf(native.createAttempts(rules, seed, call, now))
  }
  next(clocks) {
    return valueOf(native.attemptsNext(Attempts.#of(this, 'next'), ...this.#shared, values.now(clocks)))
  }
  succeeded(clocks) {
    done(native.attemptsSucceeded(Attempts.#of(this, 'succeeded'), ...this.#shared, values.now(clocks)))
  }
  failed(cause = 'failure', options) {
    const handle = Attempts.#of(this, 'failed')
    const known = values.options(options, ['retryAfter', 'retryAfterNs', 'now'])
    const failed = { cause: values.text(cause, 'cause'), told: values.length(known, 'retryAfter'), now: values.nanos(known.now, 'now') }
    done(native.attemptsFailed(handle, this.#rules, ...this.#shared, failed))
  }
  aborted() {
    native.attemptsAborted(Attempts.#of(this, 'aborted'), ...this.#shared)
  }
  get attempts() {
    return native.attemptsCount(Attempts.#of(this, 'attempts'))
  }
  left(clocks) {
    return Attempts.#left(this, 'left', clocks)?.[0]
  }
  leftNs(clocks) {
    return Attempts.#left(this, 'leftNs', clocks)?.[1]
  }
  static #left(self, method, clocks) {
    const handle = Attempts.#of(self, method)
    return valueOf(native.attemptsLeft(handle, self.#rules, values.now(clocks))) ?? undefined
  }
  static ahead(self) {
    const [all, one] = native.attemptsAhead(self.#handle, self.#rules)
    return { all: all ?? undefined, one: one ?? undefined }
  }
  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('Attempts', method)
  }
}
const { ahead } = Attempts
delete Attempts.ahead
function sharedOf(budget, breaker) {
  const { quota, throttle, ratio } = budgetOf(budget)
  return [quota, throttle, ratio, breaker === undefined ? undefined : breakerOf(breaker)]
}
function begun(rules, shared, numbers) {
  return new Attempts(MADE, rules, shared, numbers)
}
module.exports = { Attempts, ahead, begun, sharedOf }
  },
  'backoff.cjs': (module, use, core) => {
const native = core
const { detached, invalidType, outOfRange, valueOf } = use('errors.cjs')
const values = use('values.cjs')
const COMMON = ['cap', 'capNs', 'jitter', 'spread', 'spreadNs', 'firstAtOnce', 'seed']
const INITIAL = ['initial', 'initialNs']
const KIND = Symbol('made by a static method of Backoff')
const FACTOR = 'a whole number, a decimal like 1.5, or [numerator, denominator] of 32 bits each'
const exponential = {
  own: [...INITIAL, 'factor'],
  create: (known) => native.createBackoff(initial(known), ...factor(known.factor), common(known)),
}
const constant = {
  own: ['delay', 'delayNs'],
  create: (known) => {
    const delay = values.requiredLength(known, 'delay')
    return native.createConstantBackoff(delay, common(known, values.length(known, 'cap') ?? delay))
  },
}
const linear = {
  own: [...INITIAL, 'step', 'stepNs'],
  create: (known) => native.createLinearBackoff(initial(known), values.requiredLength(known, 'step'), common(known)),
}
const polynomial = {
  own: [...INITIAL, 'power'],
  create: (known) => native.createPolynomialBackoff(initial(known), values.small(known.power, 'power'), common(known)),
}
const fibonacci = {
  own: INITIAL,
  create: (known) => native.createFibonacciBackoff(initial(known), common(known)),
}
const list = {
  own: ['delays', 'delaysNs'],
  create: (known) => native.createListBackoff(values.lengths(known, 'delays'), common(known)),
}
let backoffOf
class Backoff {
  #handle
  #seed
  static {
    backoffOf = (backoff) => backoff.#handle
  }
  constructor(options, made) {
    const kind = made?.[KIND] ?? exponential
    const known = values.options(options, [...kind.own, ...COMMON])
    const { seed = native.randomSeed() } = known
    this.#seed = values.count(seed, 'seed')
    this.#handle = valueOf(kind.create(known))
  }
  static constant(options) {
    return new Backoff(options, { [KIND]: constant })
  }
  static linear(options) {
    return new Backoff(options, { [KIND]: linear })
  }
  static polynomial(options) {
    return new Backoff(options, { [KIND]: polynomial })
  }
  static fibonacci(options) {
    return new Backoff(options, { [KIND]: fibonacci })
  }
  static list(options) {
    return new Backoff(options, { [KIND]: list })
  }
  delay(attempt, draw) {
    return Backoff.#ask(this, 'delay', attempt, draw)[0]
  }
  delayNs(attempt, draw) {
    return Backoff.#ask(this, 'delayNs', attempt, draw)[1]
  }
  static #ask(self, method, attempt, draw) {
    if (!(#handle in Object(self))) throw detached('Backoff', method)
    const { seed = self.#seed, call = 0 } = values.options(draw, ['seed', 'call'])
    const number = values.small(attempt, 'attempt')
    return native.backoffDelay(self.#handle, values.count(seed, 'seed'), values.count(call, 'call'), number)
  }
}
function initial(known) {
  return values.requiredLength(known, 'initial')
}
function common(known, cap = values.requiredLength(known, 'cap')) {
  const { jitter = 'full', firstAtOnce = false } = known
  values.text(jitter, 'jitter')
  return { cap, jitter, spread: spread(known, jitter), firstAtOnce: values.flag(firstAtOnce, 'firstAtOnce') }
}
function spread(known, jitter) {
  if (jitter === 'additive') return values.requiredLength(known, 'spread')
  if (jitter !== 'around' && jitter !== 'above') return values.length(known, 'spread')
  if (known.spreadNs === undefined) return values.part(known.spread, 'spread')
  throw Object.assign(new TypeError(`the jitter '${jitter}' has a "spread" that is a part of the delay, and no "spreadNs"`), { code: 'ERR_INVALID_ARG_VALUE' })
}
function factor(value = 2) {
  if (Array.isArray(value) && value.length === 2) return Array.from(value, (term) => values.count(term, 'factor'))
  if (typeof value === 'bigint' || Number.isInteger(value)) return [values.count(value, 'factor'), 1n]
  if (typeof value !== 'number') throw invalidType('factor', FACTOR, value)
  const ratio = native.factorRatio(value)
  if (ratio === null) throw outOfRange('factor', FACTOR, value)
  return ratio
}
module.exports = { Backoff, backoffOf }
  },
  'aborts.cjs': (module, use, core) => {
const heeded = new WeakMap()
function onAbort(signal, act) {
  const all = heeded.get(signal)
  if (all !== undefined) return all.acts.add(act)
  const acts = new Set([act])
  const listener = () => {
    heeded.delete(signal)
    for (const each of acts) each()
  }
  heeded.set(signal, { acts, listener })
  signal.addEventListener('abort', listener, { once: true })
}
function offAbort(signal, act) {
  const all = heeded.get(signal)
  if (!all?.acts.delete(act) || all.acts.size > 0) return
  heeded.delete(signal)
  signal.removeEventListener('abort', all.listener)
}
module.exports = { offAbort, onAbort }
  },
  'clock.cjs': (module, use, core) => {
const native = core
const LONGEST = 2 ** 31 - 1
let timers
function setTimer(run, delay, unref) {
  const timer = (timers?.setTimeout ?? setTimeout)(run, Math.min(delay, LONGEST))
  if (unref) timer.unref?.()
  return timer
}
function clearTimer(timer) {
  const clear = timers?.clearTimeout ?? clearTimeout
  clear(timer)
}
function replaceClock(read, own) {
  native.replaceClock(read)
  timers = own
}
module.exports = { clearTimer, replaceClock, setTimer }
  },
  'alarms.cjs': (module, use, core) => {
const { clearTimer, setTimer } = use('clock.cjs')
const native = core
class Alarms {
  #heap = []
  #timer
  #next
  #unref
  #wake = () => this.#ring()
  constructor(unref) {
    this.#unref = unref
  }
  add(alarm) {
    this.#put(alarm, this.#heap.push(alarm) - 1)
    this.#rise(alarm)
    this.#set()
  }
  remove(alarm) {
    if (alarm.place < 0) return
    const { place } = alarm
    const last = this.#heap.pop()
    alarm.place = -1
    if (last !== alarm) {
      this.#put(last, place)
      this.#rise(last)
      this.#sink(last)
    }
    this.#set()
  }
  #ring() {
    this.#next = undefined
    while (this.#heap.length > 0 && native.millisUntil(this.#heap[0].due) === 0) {
      const alarm = this.#heap[0]
      this.remove(alarm)
      alarm.ring()
    }
    this.#set()
  }
  #set() {
    const first = this.#heap[0]
    if (first === this.#next) return
    clearTimer(this.#timer)
    this.#next = first
    if (first !== undefined) this.#timer = setTimer(this.#wake, native.millisUntil(first.due), this.#unref)
  }
  #rise(alarm) {
    while (alarm.place > 0) {
      const above = this.#heap[(alarm.place - 1) >> 1]
      if (above.due <= alarm.due) return
      this.#swap(above, alarm)
    }
  }
  #sink(alarm) {
    for (;;) {
      const left = this.#heap[2 * alarm.place + 1]
      const right = this.#heap[2 * alarm.place + 2]
      const below = right !== undefined && right.due < left.due ? right : left
      if (below === undefined || alarm.due <= below.due) return
      this.#swap(alarm, below)
    }
  }
  #swap(above, below) {
    const { place } = above
    this.#put(above, below.place)
    this.#put(below, place)
  }
  #put(alarm, place) {
    alarm.place = place
    this.#heap[place] = alarm
  }
}
module.exports = { Alarms }
  },
  'lines.cjs': (module, use, core) => {
const { offAbort, onAbort } = use('aborts.cjs')
const { Alarms } = use('alarms.cjs')
const { RateLimitError, valueOf } = use('errors.cjs')
const native = core
const values = use('values.cjs')
const AT_ONCE = Promise.resolve(0)
class Lines {
  #lines = new Map()
  #alarms
  #ask
  constructor(ask, unref) {
    this.#ask = ask
    this.#alarms = new Alarms(unref)
  }
  acquire(key, cost, { timeout, signal }) {
    const deadline = timeout === undefined ? undefined : valueOf(native.dueAfter(values.delay(timeout, 'timeout')))
    values.signal(signal)?.throwIfAborted()
    const line = this.#lines.get(key)
    const denied = this.#ask(key, cost, line === undefined)
    if (line === undefined && denied === undefined) return AT_ONCE
    const due = denied === undefined ? undefined : native.dueAfter(denied.retryAfterNs)
    if (due !== undefined && deadline !== undefined && due > deadline) throw new RateLimitError(denied)
    return new Promise((resolve, reject) => {
      const stands = line ?? this.#begin(key)
      const waiter = new Waiter(stands, cost, resolve, reject)
      stands.push(waiter)
      if (signal !== undefined) this.#heed(stands, waiter, signal)
      if (deadline !== undefined) {
        waiter.due = deadline
        this.#alarms.add(waiter)
      }
      if (line === undefined) this.#wait(stands, due)
    })
  }
  #begin(key) {
    const line = new Line(key, this)
    this.#lines.set(key, line)
    return line
  }
  #heed(line, waiter, signal) {
    waiter.signal = signal
    waiter.abort = () => {
      this.#leave(line, waiter)
      waiter.reject(signal.reason)
    }
    onAbort(signal, waiter.abort)
  }
  late(line, waiter) {
    const denied = this.#ask(line.key, waiter.cost, false) ?? this.#ask(line.key, line.first.cost, false)
    this.#leave(line, waiter)
    waiter.reject(new RateLimitError(denied ?? { retryAfter: 0, retryAfterNs: 0n }))
  }
  #wait(line, due) {
    this.#alarms.remove(line)
    line.due = due
    this.#alarms.add(line)
  }
  serve(line) {
    for (let waiter = line.first; waiter !== undefined; waiter = line.first) {
      let denied
      try {
        denied = this.#ask(line.key, waiter.cost, true)
      } catch (error) {
        this.#done(line, waiter)
        waiter.reject(error)
        continue
      }
      if (denied === undefined) {
        this.#done(line, waiter)
        waiter.resolve(native.millisSince(waiter.since))
        continue
      }
      const due = native.dueAfter(denied.retryAfterNs)
      if (waiter.due === undefined || due <= waiter.due) return this.#wait(line, due)
      this.#done(line, waiter)
      waiter.reject(new RateLimitError(denied))
    }
    this.#lines.delete(line.key)
  }
  #leave(line, waiter) {
    const wasFirst = line.first === waiter
    this.#done(line, waiter)
    if (!wasFirst) return
    this.#alarms.remove(line)
    this.serve(line)
  }
  #done(line, waiter) {
    line.remove(waiter)
    this.#alarms.remove(waiter)
    if (waiter.signal !== undefined) offAbort(waiter.signal, waiter.abort)
  }
}
class Waiter {
  place = -1
  due = undefined
  since = native.monotonicNs()
  signal = undefined
  abort = undefined
  previous = undefined
  next = undefined
  constructor(line, cost, resolve, reject) {
    this.line = line
    this.cost = cost
    this.resolve = resolve
    this.reject = reject
  }
  ring() {
    this.line.lines.late(this.line, this)
  }
}
class Line {
  #ring = {}
  due = 0n
  place = -1
  constructor(key, lines) {
    this.key = key
    this.lines = lines
    this.#ring.next = this.#ring.previous = this.#ring
  }
  get first() {
    return this.#ring.next === this.#ring ? undefined : this.#ring.next
  }
  push(waiter) {
    waiter.previous = this.#ring.previous
    waiter.next = this.#ring
    waiter.previous.next = this.#ring.previous = waiter
  }
  remove(waiter) {
    waiter.previous.next = waiter.next
    waiter.next.previous = waiter.previous
  }
  ring() {
    this.lines.serve(this)
  }
}
module.exports = { AT_ONCE, Lines }
  },
  'wrap.cjs': (module, use, core) => {
const { invalidType } = use('errors.cjs')
const { AT_ONCE } = use('lines.cjs')
async function run(fn, pass) {
  callable(fn)
  const passes = pass()
  if (passes !== AT_ONCE) await passes
  return fn()
}
function wrapped(fn, pass) {
  callable(fn)
  return likewise(fn, async function (...args) {
    const passes = pass(args)
    if (passes !== AT_ONCE) await passes
    return Reflect.apply(fn, this, args)
  })
}
function likewise(fn, instead) {
  return Object.defineProperties(instead, {
    name: { value: fn.name, configurable: true },
    length: { value: fn.length, configurable: true },
  })
}
function optionsOf(name, { [name]: value, ...wait }) {
  if (typeof value === 'function') return (args) => ({ [name]: value(...args), ...wait })
  const same = value === undefined && Object.keys(wait).length === 0 ? undefined : { [name]: value, ...wait }
  return () => same
}
function ofCall(value, args) {
  return typeof value === 'function' ? value(...args) : value
}
function callable(fn, name = 'fn') {
  if (typeof fn !== 'function') throw invalidType(name, 'a function', fn)
}
module.exports = { callable, likewise, ofCall, optionsOf, run, wrapped }
  },
  'limiter.cjs': (module, use, core) => {
const native = core
const { costTooHigh, detached, valueOf } = use('errors.cjs')
const { optionsOf, run, wrapped } = use('wrap.cjs')
const values = use('values.cjs')
let handleOf
const WAIT = ['cost', 'timeout', 'signal']
class Limiter {
  #handle
  #clock
  static {
    handleOf = (self, method) => {
      if (#handle in Object(self)) return self.#handle
      if (method !== undefined) throw detached('limiter', method)
      return undefined
    }
  }
  constructor([tryAcquire, handle], clock) {
    this.#handle = handle
    this.#clock = clock
    this.tryAcquire = tryAcquire
  }
  check(cost, clocks) {
    return Limiter.#ask(this, 'check', cost, clocks, true)
  }
  peek(cost, clocks) {
    return Limiter.#ask(this, 'peek', cost, clocks, false)
  }
  run(fn, options) {
    return run(fn, () => this.acquire(options))
  }
  wrap(fn, options) {
    handleOf(this, 'wrap')
    const ofCall = optionsOf('cost', values.options(options, WAIT))
    return wrapped(fn, (args) => this.acquire(ofCall(args)))
  }
  get quota() {
    return native.limiterQuota(handleOf(this, 'quota'))
  }
  static #ask(self, method, cost = 1, clocks, take) {
    const handle = handleOf(self, method)
    const clock = values.options(clocks, [self.#clock], 'clocks')[self.#clock]
    return decisionOf(native.limiterDecide(handle, values.cost(cost), values.nanos(clock, self.#clock), take))
  }
}
function decisionOf(answer) {
  if (answer === 0) throw costTooHigh()
  return valueOf(answer)
}
function promised(acquire) {
  try {
    return acquire()
  } catch (error) {
    return Promise.reject(error)
  }
}
module.exports = { Limiter, WAIT, decisionOf, handleOf, promised }
  },
  'layers.cjs': (module, use, core) => {
const native = core
const { costTooHigh, detached, invalidType, outOfRange, valueOf } = use('errors.cjs')
const { handleOf, promised } = use('limiter.cjs')
const { Lines } = use('lines.cjs')
const { optionsOf, run, wrapped } = use('wrap.cjs')
const values = use('values.cjs')
const MOST = 8
const WAIT = ['costs', 'timeout', 'signal']
class Layers {
  #handles
  #lines
  constructor(limiters) {
    const handles = handlesOf(limiters)
    this.#handles = handles
    this.#lines = new Lines((_, costs, take) => {
      const decision = decide(handles, costs, undefined, take)
      return decision.allowed ? undefined : decision
    })
  }
  check(costs, clocks) {
    return decide(Layers.#of(this, 'check'), costs, clocks, true)
  }
  peek(costs, clocks) {
    return decide(Layers.#of(this, 'peek'), costs, clocks, false)
  }
  tryAcquire(costs) {
    return decide(Layers.#of(this, 'tryAcquire'), costs, undefined, true).allowed
  }
  acquire(options) {
    return promised(() => {
      Layers.#of(this, 'acquire')
      const { costs, ...wait } = values.options(options, WAIT)
      return this.#lines.acquire(undefined, Array.isArray(costs) ? [...costs] : costs, wait)
    })
  }
  run(fn, options) {
    return run(fn, () => this.acquire(options))
  }
  wrap(fn, options) {
    Layers.#of(this, 'wrap')
    const ofCall = optionsOf('costs', values.options(options, WAIT))
    return wrapped(fn, (args) => this.acquire(ofCall(args)))
  }
  static #of(self, method) {
    if (#handles in Object(self)) return self.#handles
    throw detached('Layers', method)
  }
}
function tryAcquireAll(layers, clocks) {
  return decideAll(layers, clocks, true)
}
function peekAll(layers, clocks) {
  return decideAll(layers, clocks, false)
}
function decideAll(layers, clocks, take) {
  if (!Array.isArray(layers)) throw invalidType('layers', 'an array of { limiter, cost }', layers)
  const known = layers.map((layer) => values.options(layer, ['limiter', 'cost'], 'layer'))
  return decide(handlesOf(known.map(({ limiter }) => limiter)), known.map(({ cost }) => cost), clocks, take)
}
function handlesOf(limiters) {
  if (limiters.length > MOST) throw Object.assign(outOfRange('layers', `at most ${MOST} limiters`, limiters.length), { layer: MOST })
  const handles = limiters.map((limiter) => {
    const handle = handleOf(limiter)
    if (handle === undefined) throw invalidType('limiter', 'a RateLimiter or a window', limiter)
    return handle
  })
  if (new Set(handles).size < handles.length) {
    throw Object.assign(new TypeError('a limiter is twice among the layers: give it once, with the sum of its costs'), { code: 'ERR_INVALID_ARG_VALUE' })
  }
  return handles
}
function decide(handles, costs, clocks, take) {
  if (costs !== undefined && !Array.isArray(costs)) throw invalidType('costs', 'an array with a cost for each layer', costs)
  if (costs !== undefined && costs.length !== handles.length) throw outOfRange('costs', `${handles.length} costs, one for each layer`, costs.length)
  const counts = handles.map((_, index) => values.cost(costs?.[index] ?? 1))
  const { now, wall } = values.options(clocks, ['now', 'wall'], 'clocks')
  const [layer, decision] = valueOf(native.layersDecide(handles, counts, values.nanos(now, 'now'), values.nanos(wall, 'wall'), take))
  if (!decision) throw Object.assign(costTooHigh(), { layer })
  return { layer, ...decision }
}
module.exports = { Layers, peekAll, tryAcquireAll }
  },
  'reservation.cjs': (module, use, core) => {
const native = core
const { detached, valueOf } = use('errors.cjs')
const values = use('values.cjs')
const MADE = Symbol('made by limiter.reserve()')
class Reservation {
  #limiter
  #held
  constructor(made, limiter, tokens, parts) {
    if (made !== MADE) throw Object.assign(new TypeError('a Reservation is made by limiter.reserve()'), { code: 'ERR_ILLEGAL_CONSTRUCTOR' })
    const { wait, waitNs, held } = parts
    this.#limiter = limiter
    this.#held = held
    this.tokens = tokens
    this.wait = wait
    this.waitNs = waitNs
  }
  cancel(clocks) {
    return Reservation.#settle(this, 'cancel', 0, clocks)
  }
  settle(actual, clocks) {
    return Reservation.#settle(this, 'settle', actual, clocks)
  }
  [Symbol.dispose]() {
    Reservation.#check(this, 'dispose')
    native.limiterDispose(this.#limiter, this.#held)
  }
  static #settle(self, method, actual, clocks) {
    Reservation.#check(self, method)
    const count = values.count(actual, 'actual')
    const { now } = values.options(clocks, ['now'], 'clocks')
    const returned = valueOf(native.limiterSettle(self.#limiter, self.#held, count, values.nanos(now, 'now')))
    if (returned === null) {
      throw Object.assign(new Error('the reservation was cancelled or settled before, and it can be only once'), { code: 'ERR_RESERVATION_USED' })
    }
    return Number(returned)
  }
  static #check(self, method) {
    if (!(#held in Object(self))) throw detached('Reservation', method)
  }
}
function made(limiter, tokens, parts) {
  return new Reservation(MADE, limiter, tokens, parts)
}
module.exports = { Reservation, made }
  },
  'waiters.cjs': (module, use, core) => {
const { offAbort, onAbort } = use('aborts.cjs')
const { clearTimer, setTimer } = use('clock.cjs')
const native = core
class Waiters {
  #ring = {}
  #timer
  #unref
  #wake = () => this.#serve()
  constructor(unref) {
    this.#unref = unref
    this.#ring.next = this.#ring.previous = this.#ring
  }
  wait(due, wait) {
    return new Promise((resolve) => this.#add({ due, wait, resolve, abort: undefined, previous: undefined, next: undefined }))
  }
  waitUnlessAborted(due, wait, signal, giveBack) {
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#remove(waiter)
        if (!this.some) clearTimer(this.#timer)
        giveBack()
        reject(signal.reason)
      }
      const served = (value) => {
        offAbort(signal, abort)
        resolve(value)
      }
      const waiter = { due, wait, resolve: served, abort, previous: undefined, next: undefined }
      onAbort(signal, abort)
      this.#add(waiter)
    })
  }
  get some() {
    return this.#ring.next !== this.#ring
  }
  #add(waiter) {
    let before = this.#ring.previous
    while (before !== this.#ring && before.due > waiter.due) before = before.previous
    waiter.previous = before
    waiter.next = before.next
    before.next.previous = waiter
    before.next = waiter
    if (this.#ring.next === waiter) this.#set(native.millisUntil(waiter.due))
  }
  #remove(waiter) {
    waiter.previous.next = waiter.next
    waiter.next.previous = waiter.previous
  }
  #set(left) {
    clearTimer(this.#timer)
    this.#timer = setTimer(this.#wake, left, this.#unref)
  }
  #serve() {
    while (this.some) {
      const waiter = this.#ring.next
      const left = native.millisUntil(waiter.due)
      if (left > 0) return this.#set(left)
      this.#remove(waiter)
      waiter.resolve(waiter.wait)
    }
  }
}
module.exports = { Waiters }
  },
  'bucket.cjs': (module, use, core) => {
const native = core
const { RateLimitError, costTooHigh, detached, done, outOfRange, sharedOf, valueOf } = use('errors.cjs')
const { Limiter, WAIT, handleOf } = use('limiter.cjs')
const { Layers } = use('layers.cjs')
const { AT_ONCE } = use('lines.cjs')
const reservation = use('reservation.cjs')
const { Waiters } = use('waiters.cjs')
const values = use('values.cjs')
let bucketOf
const OPTIONS = [...values.QUOTA, 'startEmpty', 'now', 'unref']
const CARRIES = ['keep', 'proportional', 'reset']
const MADE = Symbol('made by a static method of RateLimiter')
class RateLimiter extends Limiter {
  #waiters
  static {
    bucketOf = (self, method) => {
      if (#waiters in Object(self)) return handleOf(self)
      throw detached('RateLimiter', method)
    }
  }
  constructor(options, parts) {
    const known = values.options(options, OPTIONS)
    super(parts?.[MADE] ?? created(known), 'now')
    this.#waiters = new Waiters(values.unref(known))
  }
  static restore(options, snapshot, at) {
    const quota = values.quota(values.options(options, values.QUOTA))
    const parts = native.restoreLimiter(quota, ...kept(snapshot, at))
    return new RateLimiter(undefined, { [MADE]: valueOf(parts) })
  }
  static all(...limiters) {
    return new Layers(limiters)
  }
  static neverExceed(options) {
    const { unref, ...known } = values.options(options, [...values.QUOTA, 'unref'])
    const { burst = 1 } = known
    return new RateLimiter({ unref, ...valueOf(native.neverExceeding(values.quota({ ...known, burst }))) })
  }
  static shared(name, options) {
    const { unref, host, path, ...known } = values.options(options, [...values.QUOTA, 'unref', 'host', 'path'])
    if (values.onHost(host, path)) {
      const parts = sharedOf(native.hostLimiter(values.text(name, 'name'), path, values.quota(known)))
      return new RateLimiter({ unref }, { [MADE]: parts })
    }
    const parts = native.sharedLimiter(values.text(name, 'name'), values.quota(known))
    if (parts === 0) {
      throw Object.assign(new TypeError(`there is a shared limiter "${name}" of another quota: give all the same, and use reconfigure() to change it`), { code: 'ERR_INVALID_ARG_VALUE' })
    }
    return new RateLimiter({ unref }, { [MADE]: valueOf(parts) })
  }
  get denied() {
    return native.limiterDenied(bucketOf(this, 'denied')) ?? undefined
  }
  tryAcquireUpTo(cost, clocks) {
    return upTo(this, 'tryAcquireUpTo', cost, clocks)[0]
  }
  checkUpTo(cost, clocks) {
    const [taken, decision] = upTo(this, 'checkUpTo', cost, clocks)
    return { taken, ...decision }
  }
  acquire(options) {
    try {
      if (options === undefined && this?.tryAcquire !== undefined && #waiters in this && !this.#waiters.some && this.tryAcquire()) return AT_ONCE
      return RateLimiter.#wait(this, options)
    } catch (error) {
      return Promise.reject(error)
    }
  }
  static #wait(self, options) {
    const handle = bucketOf(self, 'acquire')
    const { cost = 1, timeout, signal } = values.options(options, WAIT)
    const longest = timeout === undefined ? undefined : values.delay(timeout, 'timeout')
    values.signal(signal)?.throwIfAborted()
    const waiters = self.#waiters
    const queued = waiters.some
    if (!queued && self.tryAcquire(typeof cost === 'bigint' ? Number(cost) : cost)) return AT_ONCE
    const { wait, dueNs, held } = reserved(handle, values.cost(cost), longest, undefined, signal !== undefined)
    if (wait === 0 && !queued) return AT_ONCE
    if (signal === undefined) return waiters.wait(dueNs, wait)
    return waiters.waitUnlessAborted(dueNs, wait, signal, () => {
      valueOf(native.limiterSettle(handle, held, 0n, undefined))
    })
  }
  reserve(options) {
    const handle = bucketOf(this, 'reserve')
    const known = values.options(options, ['cost', 'timeout', 'timeoutNs', 'now'])
    const tokens = values.cost(known.cost ?? 1)
    const parts = reserved(handle, tokens, values.length(known, 'timeout'), values.nanos(known.now, 'now'), true)
    return reservation.made(handle, Number(tokens), parts)
  }
  refund(cost, taken) {
    const handle = bucketOf(this, 'refund')
    const known = values.options(taken, ['takenAtNs', 'age', 'ageNs', 'now'])
    const [at, age] = [values.nanos(known.takenAtNs, 'takenAtNs'), values.length(known, 'age')]
    if ((at === undefined) === (age === undefined)) {
      throw Object.assign(new TypeError('a refund needs either "takenAtNs" or "age": when the tokens were taken, or how long ago'), { code: 'ERR_INVALID_ARG_VALUE' })
    }
    return Number(valueOf(native.limiterRefund(handle, values.cost(cost), at, age, values.nanos(known.now, 'now'))))
  }
  drain(clocks) {
    return Number(valueOf(native.limiterDrain(bucketOf(this, 'drain'), values.now(clocks))))
  }
  pause(delay, clocks) {
    done(native.limiterPause(bucketOf(this, 'pause'), values.millis(delay, 'delay'), values.now(clocks)))
  }
  pauseUntil(untilNs, clocks) {
    done(native.limiterPause(bucketOf(this, 'pauseUntil'), values.requiredNanos(untilNs, 'untilNs'), values.now(clocks)))
  }
  observe(told, clocks) {
    const handle = bucketOf(this, 'observe')
    const known = values.options(told, ['limit', 'remaining', 'resetAfter', 'resetAfterNs'], 'told')
    const remaining = values.count(known.remaining, 'remaining')
    const limit = known.limit === undefined ? remaining : values.count(known.limit, 'limit')
    done(native.limiterObserve(handle, limit, remaining, values.requiredLength(known, 'resetAfter'), values.now(clocks)))
  }
  reconfigure(options) {
    const handle = bucketOf(this, 'reconfigure')
    const { carry = 'keep', now, ...quota } = values.options(options, [...values.QUOTA, 'carry', 'now'])
    values.oneOf(carry, CARRIES, 'carry')
    done(native.limiterReconfigure(handle, values.quota(quota), carry, values.nanos(now, 'now')))
  }
  snapshot(clocks) {
    const [remaining, fullAfterNs] = valueOf(native.limiterSnapshot(bucketOf(this, 'snapshot'), values.now(clocks)))
    return { remaining, fullAfterNs: String(fullAfterNs) }
  }
  restore(snapshot, at) {
    done(native.limiterRestore(bucketOf(this, 'restore'), ...kept(snapshot, at)))
  }
}
function created(known) {
  const { startEmpty = false } = known
  values.flag(startEmpty, 'startEmpty')
  return valueOf(native.createLimiter(values.quota(known), startEmpty, values.nanos(known.now, 'now')))
}
function upTo(self, method, cost, clocks) {
  const handle = bucketOf(self, method)
  const answer = valueOf(native.limiterUpTo(handle, values.cost(cost), values.now(clocks)))
  if (!answer[1]) throw costTooHigh()
  return answer
}
function reserved(handle, tokens, longest, now, keep) {
  const answer = valueOf(native.limiterReserve(handle, tokens, longest, now, keep))
  if (!answer) throw costTooHigh()
  if (!answer.reserved) throw new RateLimitError({ retryAfter: answer.wait, retryAfterNs: answer.waitNs })
  return answer
}
function kept(snapshot, at) {
  const { fullAfterNs } = values.options(snapshot, ['remaining', 'fullAfterNs'], 'snapshot')
  const known = values.options(at, ['age', 'ageNs', 'now'])
  return [fullAfter(fullAfterNs), values.length(known, 'age'), values.nanos(known.now, 'now')]
}
function fullAfter(value) {
  if (typeof value !== 'string') return values.requiredNanos(value, 'fullAfterNs')
  if (!/^\d{1,20}$/.test(value)) throw outOfRange('fullAfterNs', 'a whole number of nanoseconds', value)
  return BigInt(value)
}
module.exports = { RateLimiter }
  },
  'bulk.cjs': (module, use, core) => {
const { Api } = use('api.cjs')
const { invalidType, outOfRange } = use('errors.cjs')
const { Policy } = use('policy.cjs')
const values = use('values.cjs')
async function* bulk(fetch, url, items, options) {
  if (typeof fetch !== 'function') throw invalidType('fetch', 'a function like fetch', fetch)
  const { init, body, ...known } = values.options(options, ['api', 'member', 'maxItems', 'body', 'init'])
  const { member, maxItems } = batch(new URL(url), known)
  const send = async (chunk) => {
    const headers = new Headers(init?.headers)
    if (!headers.has('content-type')) headers.set('content-type', 'application/json')
    const text = JSON.stringify(typeof body === 'function' ? body(chunk) : { ...body, [member]: chunk })
    return { items: chunk, response: await fetch(url, { method: 'POST', ...init, headers, body: text }) }
  }
  let chunk = []
  for await (const item of items) {
    chunk.push(item)
    if (chunk.length < maxItems) continue
    yield await send(chunk)
    chunk = []
  }
  if (chunk.length > 0) yield await send(chunk)
}
function batch({ pathname }, { api, member, maxItems }) {
  const policy = api instanceof Api ? api.policy : api
  if (policy !== undefined && !(policy instanceof Policy)) throw invalidType('api', 'an Api or a Policy', api)
  const found = policy?.batchOf(pathname)
  const most = maxItems ?? found?.maxItems
  if (most === undefined) throw outOfRange('url', 'a route of the policy that does many things at once, or `maxItems` must be given', pathname)
  if (values.small(most, 'maxItems') === 0) throw outOfRange('maxItems', 'at least 1', most)
  if (found !== undefined && most > found.maxItems) throw outOfRange('maxItems', `at most ${found.maxItems}, as the policy has it`, most)
  return { member: values.text(member ?? found?.items ?? 'items', 'member'), maxItems: most }
}
module.exports = { bulk }
  },
  'client_key.cjs': (module, use, core) => {
const native = core
const { invalidType, valueOf } = use('errors.cjs')
const values = use('values.cjs')
function clientKey(peer, options) {
  const { forwardedFor, trustedProxies = 0, ipv6Prefix } = values.options(options, ['forwardedFor', 'trustedProxies', 'ipv6Prefix'])
  return valueOf(native.clientKey(
    peer === undefined || peer === null ? '' : values.text(peer, 'peer'),
    lines(forwardedFor),
    values.small(trustedProxies, 'trustedProxies'),
    ipv6Prefix === undefined ? undefined : values.small(ipv6Prefix, 'ipv6Prefix'),
  ))
}
function lines(forwardedFor) {
  if (forwardedFor === undefined || forwardedFor === null) return []
  if (typeof forwardedFor !== 'string' && !Array.isArray(forwardedFor)) throw invalidType('forwardedFor', 'a string or an array of strings', forwardedFor)
  return [forwardedFor].flat().map((line) => values.headerText(line, 'forwardedFor').toWellFormed())
}
module.exports = { clientKey }
  },
  'failure.cjs': (module, use, core) => {
const KINDS = [
  ['connect_refused', /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|ENOENT)$/],
  ['connect_timeout', /^UND_ERR_CONNECT_TIMEOUT$/],
  ['read_timeout', /^(UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|ETIMEDOUT|ESOCKETTIMEDOUT)$/],
  ['reset', /^(ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET|UND_ERR_CLOSED|UND_ERR_DESTROYED|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|HPE_\w+)$/],
  ['aborted', /^(ABORT_ERR|UND_ERR_ABORTED)$/],
  ['tls', /CERT|^(ERR_TLS_|ERR_SSL_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO$)/],
]
function failureKind(error) {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
    if (at.name === 'TimeoutError') return 'read_timeout'
    if (at.name === 'AbortError') return 'aborted'
    if (typeof at.code !== 'string') continue
    if (at.code === 'ETIMEDOUT' && at.syscall === 'connect') return 'connect_timeout'
    const known = KINDS.find(([, codes]) => codes.test(at.code))
    if (known) return known[0]
  }
  return error instanceof TypeError && error.message === 'fetch failed' ? 'reset' : undefined
}
module.exports = { failureKind }
  },
  'sleep.cjs': (module, use, core) => {
const { offAbort, onAbort } = use('aborts.cjs')
const { clearTimer, setTimer } = use('clock.cjs')
const { valueOf } = use('errors.cjs')
const native = core
const values = use('values.cjs')
async function sleep(delay, options) {
  const { signal, unref = false } = values.options(options, ['signal', 'unref'])
  values.flag(unref, 'unref')
  const wait = values.delay(delay, 'delay')
  values.signal(signal)?.throwIfAborted()
  const due = valueOf(native.dueAfter(wait))
  let left = native.millisUntil(due)
  do {
    await timer(left, signal, unref)
    left = native.millisUntil(due)
  } while (left > 0)
}
function timer(delay, signal, unref) {
  return new Promise((resolve, reject) => {
    const timeout = setTimer(() => {
      if (signal !== undefined) offAbort(signal, abort)
      resolve()
    }, delay, unref)
    const abort = () => {
      clearTimer(timeout)
      reject(signal.reason)
    }
    if (signal !== undefined) onAbort(signal, abort)
  })
}
module.exports = { sleep }
  },
  'drive.cjs': (module, use, core) => {
const { clearTimer, setTimer } = use('clock.cjs')
const { RateLimitError, TidegateError } = use('errors.cjs')
const { failureKind } = use('failure.cjs')
const { sleep } = use('sleep.cjs')
const LONGEST = 2 ** 31 - 1
const outcomes = new WeakMap()
function outcomeOf(result) {
  return outcomes.get(Object(result))
}
async function drive(call, request, library) {
  let last
  for (;;) {
    const sent = call.attempts
    const step = call.next()
    if (step.kind === 'done' || step.kind === 'giveUp') return settled(sent, step, last)
    if (last !== undefined && !request.repeatable) {
      call.failed('aborted')
      return settled(sent, { reason: 'body_consumed' }, last)
    }
    if (last !== undefined && !last.isTold) tell(call, request, { attempt: sent, delay: step.delay ?? 0, ...last })
    if (last !== undefined) last.isTold = true
    if (step.kind === 'wait') {
      await pause(call, step.delay, request.signal)
    } else {
      if (last?.answer !== undefined) await library.discard(last.answer)
      last = await hedged(call, request, library)
      if (last.isTwins) return settled(call.attempts, {}, last)
    }
  }
}
async function hedged(call, request, library) {
  if (!request.repeatable || call.hedgeDelay() === undefined) return attempt(call, request, library)
  const sends = []
  const send = (one) => {
    const cut = new AbortController()
    const signal = request.signal === undefined ? cut.signal : AbortSignal.any([request.signal, cut.signal])
    sends.push({ one, cut, result: attempt(one, { ...request, signal }, library) })
  }
  const good = async () => Promise.any(sends.map(async (send) => {
    await send.result
    if (send.one.next().kind !== 'done') throw new Error('not a good one')
    return send
  })).catch(() => undefined)
  send(call)
  const over = new AbortController()
  let best
  for (let delay; best === undefined && (delay = call.hedgeDelay()) !== undefined;) {
    best = await Promise.race([good(), sleep(delay, { signal: over.signal }).catch(() => undefined)])
    const twin = best === undefined ? call.hedge() : undefined
    if (twin?.next().kind === 'send') send(twin)
    else twin?.failed('aborted')
  }
  best ??= await good()
  over.abort()
  const others = sends.filter((send) => send !== best)
  if (best !== undefined) for (const { cut } of others) cut.abort()
  for (const { value } of await Promise.allSettled(others.map(({ result }) => result))) {
    if (best !== undefined && value?.answer !== undefined) await library.discard(value.answer)
  }
  return best === undefined ? sends[0].result : { ...await best.result, isTwins: best.one !== call }
}
async function attempt(call, { signal, attemptTimeout }, library) {
  const cut = cutter(call.attemptTimeout(), attemptTimeout, signal)
  try {
    const answer = await library.send(cut.signal)
    const status = library.status(answer)
    const body = status < 400 ? undefined : await library.refusal(answer)
    report(call, status, library.headers(answer), body)
    return { answer, status }
  } catch (error) {
    const kind = signal?.aborted ? 'aborted' : cut.isOver() ? 'read_timeout' : library.kind?.(error) ?? failureKind(error)
    call.failed(kind ?? 'aborted')
    if (signal?.aborted || kind === undefined) throw error
    return { error }
  } finally {
    cut.end()
  }
}
function report(call, status, headers, body) {
  try {
    call.answered(status, headers, body)
  } catch (error) {
    if (!(error instanceof TidegateError && error.code === 'StatusOutOfRange')) throw error
    call.failed('aborted')
  }
}
function tell(call, { onRetry }, { attempt, delay, status, error }) {
  try {
    onRetry?.({ attempt, delay, status, error })
  } catch (error) {
    call.failed('aborted')
    throw error
  }
}
async function pause(call, delay, signal) {
  try {
    await sleep(delay, { signal })
  } catch (error) {
    call.failed('aborted')
    throw error
  }
}
function cutter(policy, own = Infinity, signal) {
  const controller = new AbortController()
  const left = Math.min(policy, own)
  const timer = left > LONGEST ? undefined : setTimer(() => {
    controller.abort(new DOMException(`no answer within ${left} ms`, 'TimeoutError'))
  }, left)
  return {
    signal: signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]),
    isOver: () => controller.signal.aborted,
    end: () => clearTimer(timer),
  }
}
function settled(attempts, { reason, serverDelay, serverDelayNs }, last) {
  if (last === undefined) throw new RateLimitError({ reason, retryAfter: serverDelay, retryAfterNs: serverDelayNs })
  const outcome = { attempts, ...(reason && { reason }), ...(serverDelay !== undefined && { serverDelay, serverDelayNs }) }
  const result = last.answer ?? last.error
  if (Object(result) === result) outcomes.set(result, Object.freeze(outcome))
  if (last.answer === undefined) throw last.error
  return last.answer
}
module.exports = { drive, outcomeOf }
  },
  'client.cjs': (module, use, core) => {
const { Api } = use('api.cjs')
const { invalidType } = use('errors.cjs')
const values = use('values.cjs')
const WHOSE = ['key', 'role', 'tokens', 'timeout']
const AGAIN = [...WHOSE, 'attemptTimeout', 'idempotencyKey', 'onRetry']
const UNSAFE = ['POST', 'PATCH']
const HEADER = 'Idempotency-Key'
class Client {
  #api
  #options
  constructor(api, options, names = AGAIN) {
    if (!(api instanceof Api)) throw invalidType('api', 'an Api', api)
    const known = values.options(options, names)
    for (const [name, type] of [['key', 'string'], ['role', 'string'], ['tokens', 'number'], ['idempotencyKey', 'boolean']]) {
      const value = known[name]
      if (value !== undefined && typeof value !== 'function' && typeof value !== type) throw invalidType(name, `a ${type} or a function`, value)
    }
    if (known.onRetry !== undefined && typeof known.onRetry !== 'function') throw invalidType('onRetry', 'a function', known.onRetry)
    this.#api = api
    this.#options = { ...known, attemptTimeout: known.attemptTimeout === undefined ? undefined : values.delay(known.attemptTimeout, 'attemptTimeout') }
  }
  get api() {
    return this.#api
  }
  start({ method, url, headers, body, signal, repeatable = true }) {
    const name = method.toUpperCase()
    const request = Object.freeze({ method: name, url: url.href, headers, body })
    const { key = 'default', role = '', tokens = 0, timeout, attemptTimeout, onRetry } = this.#options
    const idempotencyKey = this.#idempotencyKey(request)
    const call = this.#api.call(name, url.pathname + url.search, {
      key: made(key, request),
      role: made(role, request),
      tokens: made(tokens, request),
      timeout,
      idempotencyKey: headers.get(HEADER) || idempotencyKey || false,
    })
    const retry = onRetry && ((event) => onRetry({ ...event, method: name, url: url.href }))
    return { call, idempotencyKey, known: { signal: values.signal(signal), attemptTimeout, repeatable, onRetry: retry } }
  }
  #idempotencyKey(request) {
    const { idempotencyKey: wanted = false } = this.#options
    if (!UNSAFE.includes(request.method) || request.headers.has(HEADER)) return undefined
    if (typeof wanted === 'function') return wanted(request)
    return wanted ? crypto.randomUUID() : undefined
  }
}
function made(value, request) {
  return typeof value === 'function' ? value(request) : value
}
module.exports = { AGAIN, Client, HEADER, WHOSE }
  },
  'fetch.cjs': (module, use, core) => {
const { ApiError } = use('api_error.cjs')
const { AGAIN, Client, HEADER } = use('client.cjs')
const { drive, outcomeOf } = use('drive.cjs')
const { invalidType } = use('errors.cjs')
const REFUSAL = 4096
function withLimits(fetch, api, options) {
  if (typeof fetch !== 'function') throw invalidType('fetch', 'a function like fetch', fetch)
  const client = new Client(api, options, [...AGAIN, 'throws'])
  const throws = options?.throws ?? false
  if (typeof throws !== 'boolean') throw invalidType('throws', 'true or false', throws)
  return async function limited(input, init) {
    const isRequest = typeof input === 'object' && input !== null && typeof input.clone === 'function'
    const body = init?.body ?? undefined
    const headers = new Headers(init?.headers ?? (isRequest ? input.headers : undefined))
    const { call, idempotencyKey, known } = client.start({
      method: init?.method ?? (isRequest ? input.method : 'GET'),
      url: new URL(isRequest ? input.url : input),
      headers,
      body,
      signal: init?.signal ?? (isRequest ? input.signal : undefined) ?? undefined,
      repeatable: isRepeatable(body),
    })
    const more = idempotencyKey === undefined ? {} : { headers: (headers.set(HEADER, idempotencyKey), headers) }
    const copies = isRequest && body === undefined && input.body
    const response = await drive(call, known, {
      ...library,
      send: (signal) => fetch(copies ? input.clone() : input, { ...init, ...more, signal }),
    })
    if (throws && response.status >= 400) throw await ApiError.from(response, { policy: client.api.policy, outcome: outcomeOf(response) })
    return response
  }
}
const library = {
  status: (response) => response.status,
  headers: (response) => response.headers,
  refusal,
  discard: (response) => response.body?.cancel().catch(() => {}),
}
async function refusal(response) {
  if (response.body === null || response.bodyUsed) return undefined
  const chunks = []
  try {
    const reader = response.clone().body.getReader()
    for (let room = REFUSAL; room > 0;) {
      const { done, value } = await reader.read()
      if (done) break
      chunks.push(value)
      room -= value.byteLength
    }
    reader.cancel().catch(() => {})
  } catch {
  }
  return joined(chunks)
}
async function joined(chunks) {
  return new Uint8Array(await new Blob(chunks).arrayBuffer())
}
function isRepeatable(body) {
  if (typeof body !== 'object' || body === null) return true
  if (typeof body.pipe === 'function') return false
  if (ArrayBuffer.isView(body) || body instanceof ArrayBuffer) return true
  const kind = body[Symbol.toStringTag]
  return kind === 'URLSearchParams' || kind === 'FormData' || kind === 'Blob' || kind === 'File'
}
module.exports = { withLimits, isRepeatable }
  },
  'keyed.cjs': (module, use, core) => {
const native = core
const { detached, invalidType, outOfRange, sharedOf, valueOf } = use('errors.cjs')
const { WAIT, decisionOf, promised } = use('limiter.cjs')
const { Lines } = use('lines.cjs')
const { ofCall, optionsOf, run, wrapped } = use('wrap.cjs')
const values = use('values.cjs')
const OPTIONS = [...values.QUOTA, 'capacity', 'whenFull', 'seed', 'unref']
const WHEN_FULL = ['share', 'deny', 'allow']
const LARGEST_SEED = 2n ** 128n - 1n
const MOST_KEYS = 2n ** 32n
const SHARED = Symbol('made by limiter.withQuota()')
class KeyedRateLimiter {
  #handle
  #lines
  constructor(options, parts) {
    const known = values.options(options, OPTIONS)
    const [tryAcquire, handle] = parts?.[SHARED] ?? created(known)
    this.#handle = handle
    this.tryAcquire = tryAcquire
    this.#lines = new Lines((name, { key, cost }, take) => {
      if (take && tryAcquire(key, cost)) return undefined
      const decision = KeyedRateLimiter.#ask(this, 'acquire', key, cost, undefined, take)
      return decision.allowed ? undefined : decision
    }, values.unref(known))
  }
  static shared(name, options) {
    const { unref, host, path, ...known } = values.options(options, [...OPTIONS.filter((option) => option !== 'seed'), 'host', 'path'])
    if (!values.onHost(host, path)) throw outOfRange('host', 'true: only processes share a table by name', host)
    const { whenFull = 'share', capacity } = known
    values.oneOf(whenFull, WHEN_FULL, 'whenFull')
    const keys = values.count(capacity, 'capacity', MOST_KEYS)
    const parts = sharedOf(native.hostKeyed(values.text(name, 'name'), path, values.quota(known), keys, whenFull))
    return new KeyedRateLimiter({ unref }, { [SHARED]: parts })
  }
  acquire(key, options) {
    return promised(() => {
      KeyedRateLimiter.#of(this, 'acquire')
      const { cost = 1, ...wait } = values.options(options, WAIT)
      const own = copied(checked(key))
      return this.#lines.acquire(nameOf(own), { key: own, cost: typeof cost === 'bigint' ? Number(cost) : cost }, wait)
    })
  }
  run(key, fn, options) {
    return run(fn, () => this.acquire(key, options))
  }
  wrap(fn, options) {
    KeyedRateLimiter.#of(this, 'wrap')
    const { key, ...rest } = values.options(options, ['key', ...WAIT])
    if (key === undefined) throw invalidType('key', 'a key, or a function of the arguments that gives one', key)
    const of = optionsOf('cost', rest)
    return wrapped(fn, (args) => this.acquire(ofCall(key, args), of(args)))
  }
  get quota() {
    return native.keyedQuota(KeyedRateLimiter.#of(this, 'quota'))
  }
  check(key, cost, options) {
    return KeyedRateLimiter.#ask(this, 'check', key, cost, options, true)
  }
  peek(key, cost, options) {
    return KeyedRateLimiter.#ask(this, 'peek', key, cost, options, false)
  }
  withQuota(options) {
    const handle = KeyedRateLimiter.#of(this, 'withQuota')
    const quota = values.quota(values.options(options, values.QUOTA))
    return new KeyedRateLimiter(undefined, { [SHARED]: valueOf(native.keyedWithQuota(handle, quota)) })
  }
  get capacity() {
    return native.keyedCapacity(KeyedRateLimiter.#of(this, 'capacity'))
  }
  get denied() {
    return native.keyedDenied(KeyedRateLimiter.#of(this, 'denied')) ?? undefined
  }
  get overflowed() {
    return native.keyedOverflowed(KeyedRateLimiter.#of(this, 'overflowed'))
  }
  occupied(clocks) {
    const handle = KeyedRateLimiter.#of(this, 'occupied')
    return Number(valueOf(native.keyedOccupied(handle, values.now(clocks))))
  }
  occupants(clocks) {
    const handle = KeyedRateLimiter.#of(this, 'occupants')
    return valueOf(native.keyedOccupants(handle, values.now(clocks)))
  }
  [Symbol.iterator]() {
    return this.occupants()[Symbol.iterator]()
  }
  static #ask(self, method, key, cost = 1, options, take) {
    const handle = KeyedRateLimiter.#of(self, method)
    const known = values.options(options, ['quota', 'now'])
    const quota = known.quota === undefined ? undefined : values.quota(values.options(known.quota, values.QUOTA, 'quota'))
    return decisionOf(native.keyedDecide(handle, checked(key), quota, values.cost(cost), values.nanos(known.now, 'now'), take))
  }
  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('KeyedRateLimiter', method)
  }
}
function created(known) {
  const { whenFull = 'share' } = known
  const quota = values.quota(known)
  const capacity = values.count(known.capacity, 'capacity', MOST_KEYS)
  const seed = known.seed === undefined ? undefined : values.count(known.seed, 'seed', LARGEST_SEED)
  values.oneOf(whenFull, WHEN_FULL, 'whenFull')
  const parts = native.createKeyed(quota, capacity, whenFull, seed)
  if (parts === null) throw Object.assign(new RangeError(`there is no memory for ${capacity} keys`), { code: 'ERR_MEMORY_ALLOCATION_FAILED' })
  return valueOf(parts)
}
function checked(key) {
  switch (typeof key) {
    case 'string': return key
    case 'bigint': return values.count(key, 'key')
    case 'number':
      if (!Number.isSafeInteger(key) || key < 0) throw outOfRange('key', 'a whole number from 0 to 2**53 - 1, or a bigint', key)
      return key
    default:
      if (key instanceof Uint8Array) return key
      throw invalidType('key', 'a string, a Uint8Array, a bigint, or a whole number', key)
  }
}
function copied(key) {
  return typeof key === 'object' ? Uint8Array.from(key) : key
}
function nameOf(key) {
  switch (typeof key) {
    case 'string': return key
    case 'object': return `bytes ${key.join()}`
    default: return BigInt(key)
  }
}
module.exports = { KeyedRateLimiter }
  },
  'attempt.cjs': (module, use, core) => {
const { offAbort, onAbort } = use('aborts.cjs')
const { clearTimer, setTimer } = use('clock.cjs')
const { detached, valueOf } = use('errors.cjs')
const native = core
class Attempt {
  #attempts
  #number
  #controller
  #caller
  #timer
  #end
  #outcome
  #unref
  #forward = () => this.#abort(this.#caller.reason)
  constructor(attempts, caller, longest, unref) {
    this.#attempts = attempts
    this.#caller = caller
    this.#unref = unref
    if (caller !== undefined) onAbort(caller, this.#forward)
    if (longest !== undefined) this.#limit(valueOf(native.dueAfter(longest)), longest)
  }
  get number() {
    const self = Attempt.#of(this, 'number')
    return (self.#number ??= self.#attempts.attempts)
  }
  get signal() {
    return Attempt.#of(this, 'signal').#aborter.signal
  }
  succeed() {
    Attempt.#of(this, 'succeed').#outcome ??= { succeeded: true }
  }
  fail(error) {
    Attempt.#of(this, 'fail').#outcome ??= { succeeded: false, error }
  }
  get #aborter() {
    return (this.#controller ??= new AbortController())
  }
  #abort(reason) {
    this.#aborter.abort(reason)
    this.#end?.(reason)
  }
  #limit(due, longest) {
    this.#timer = setTimer(() => {
      const left = native.millisUntil(due)
      if (left > 0) this.#limit(due, left)
      else this.#abort(new DOMException(`attempt ${this.number} has used up its time`, 'TimeoutError'))
    }, longest, this.#unref)
  }
  static run(self, fn) {
    if (self.#caller === undefined && self.#timer === undefined) return fn(self)
    return new Promise((resolve, reject) => {
      self.#end = reject
      Promise.resolve(fn(self)).then(resolve, reject)
    })
  }
  static over(self) {
    clearTimer(self.#timer)
    if (self.#caller !== undefined) offAbort(self.#caller, self.#forward)
    return self.#outcome
  }
  static #of(self, method) {
    if (#number in Object(self)) return self
    throw detached('Attempt', method)
  }
}
const { over, run } = Attempt
delete Attempt.over
delete Attempt.run
module.exports = { Attempt, over, run }
  },
  'retry_cause.cjs': (module, use, core) => {
const { Advice } = use('advice.cjs')
const { RateLimitError } = use('errors.cjs')
const { failureKind } = use('failure.cjs')
const native = core
const MISTAKES = [TypeError, RangeError, ReferenceError, SyntaxError, URIError, EvalError]
const FINAL = ['aborted', 'tls']
function retryCause(error) {
  const advice = advised(error?.headers ?? error?.response?.headers)
  const told = error instanceof RateLimitError ? error.retryAfterNs : advice?.waitNs()
  const cause = causeOf(error)
  if (advice?.shouldRetry === undefined) return { cause, told }
  return { cause: advice.shouldRetry ? (cause ?? 'failure') : undefined, told }
}
function causeOf(error) {
  if (error instanceof RateLimitError) return 'throttled'
  const status = error?.status ?? error?.statusCode ?? error?.response?.status
  if (Number.isInteger(status) && status >= 100 && status < 600) return native.statusCause(status) ?? undefined
  const kind = failureKind(error)
  if (kind !== undefined) return FINAL.includes(kind) ? undefined : 'transient'
  return MISTAKES.some((mistake) => error instanceof mistake) ? undefined : 'failure'
}
function advised(headers) {
  if (typeof headers !== 'object' || headers === null) return undefined
  try {
    return new Advice(headers)
  } catch {
    return undefined
  }
}
module.exports = { retryCause }
  },
  'operation.cjs': (module, use, core) => {
const { Attempt, over } = use('attempt.cjs')
const { ahead } = use('attempts.cjs')
const { BreakerOpenError } = use('errors.cjs')
const { retryCause } = use('retry_cause.cjs')
const { sleep } = use('sleep.cjs')
const values = use('values.cjs')
const retryInfo = Symbol.for('tidegate.retryInfo')
class Operation {
  #policy
  #attempts
  #signal
  #attempt
  #last
  constructor(policy, attempts, signal) {
    this.#policy = policy
    this.#attempts = attempts
    this.#signal = signal
  }
  async next() {
    if (this.#attempt !== undefined && await this.#ended()) return undefined
    let failed = this.#last !== undefined
    for (;;) {
      if (this.#signal?.aborted) throw this.#gaveUp(this.#signal.reason, 'aborted')
      const step = this.#attempts.next()
      if (step.kind === 'giveUp') throw this.#refused(step)
      if (failed) this.#tell('retry', { attempt: this.#last.attempt, delay: step.delay ?? 0, error: this.#last.error })
      failed = false
      if (step.kind === 'send') return this.#begin()
      await sleep(step.delay, { signal: this.#signal, unref: this.#policy.unref }).catch(() => {})
    }
  }
  leave() {
    if (this.#attempt === undefined) return
    const outcome = over(this.#attempt)
    this.#attempt = undefined
    if (outcome?.succeeded) this.#succeeded()
    else this.#attempts.aborted()
  }
  async #begin() {
    const { bounded, limiter, unref } = this.#policy
    if (limiter !== undefined) {
      const { all } = bounded ? ahead(this.#attempts) : {}
      try {
        await limiter.acquire({ timeout: all, signal: this.#signal })
      } catch (error) {
        this.#attempts.aborted()
        if (this.#signal?.aborted) throw this.#gaveUp(this.#signal.reason, 'aborted')
        throw this.#gaveUp(this.#last === undefined ? error : this.#last.error, 'deadline_too_close')
      }
    }
    const { one } = bounded ? ahead(this.#attempts) : {}
    this.#attempt = new Attempt(this.#attempts, this.#signal, one, unref)
    return this.#attempt
  }
  async #ended() {
    const attempt = this.#attempt
    const outcome = over(attempt)
    this.#attempt = undefined
    if (outcome === undefined || outcome.succeeded) {
      this.#succeeded()
      return true
    }
    const { error } = outcome
    this.#last = { error, attempt: attempt.number }
    if (this.#signal?.aborted) throw this.#gaveUp(this.#signal.reason, 'aborted')
    const { cause, told } = await this.#judged(error, attempt.number)
    if (cause === undefined) throw this.#gaveUp(error, 'not_retryable')
    this.#attempts.failed(cause, { retryAfterNs: told })
    return false
  }
  async #judged(error, attempt) {
    const judged = retryCause(error)
    const { shouldRetry } = this.#policy
    if (shouldRetry === undefined) return judged
    let said
    try {
      said = await shouldRetry(error, { attempt, cause: judged.cause })
      if (typeof said === 'number') return { cause: judged.cause ?? 'failure', told: values.toNanos(said, 'what shouldRetry gives') }
      values.flag(said, 'what shouldRetry gives')
    } catch (wrong) {
      this.#attempts.aborted()
      throw wrong
    }
    return said ? { cause: judged.cause ?? 'failure', told: judged.told } : { cause: undefined }
  }
  #succeeded() {
    this.#attempts.succeeded()
    this.#tell('success', { attempts: this.#attempts.attempts })
  }
  #refused({ reason, serverDelay, serverDelayNs }) {
    const error = this.#last === undefined ? new BreakerOpenError() : this.#last.error
    return this.#gaveUp(error, reason, serverDelay === undefined ? {} : { serverDelay, serverDelayNs })
  }
  #gaveUp(error, reason, delays) {
    this.#attempts.aborted()
    const info = Object.freeze({ attempts: this.#attempts.attempts, reason, ...delays })
    if (reason !== 'aborted' && Object(error) === error && Object.isExtensible(error)) {
      Object.defineProperty(error, retryInfo, { value: info, writable: true, configurable: true })
    }
    this.#tell('giveUp', { ...info, error })
    return error
  }
  #tell(event, what) {
    this.#policy.emit(event, what)
  }
}
module.exports = { Operation, retryInfo }
  },
  'paginate.cjs': (module, use, core) => {
const { Api } = use('api.cjs')
const { ApiError } = use('api_error.cjs')
const { outcomeOf } = use('drive.cjs')
const { invalidType } = use('errors.cjs')
const { nextLink } = use('paging.cjs')
const { Policy } = use('policy.cjs')
const values = use('values.cjs')
async function* paginate(fetch, url, options) {
  if (typeof fetch !== 'function') throw invalidType('fetch', 'a function like fetch', fetch)
  const known = values.options(options, ['api', 'pages', 'size', 'items', 'init'])
  const policy = described(known)
  const paging = policy.paging({ size: known.size })
  if (paging === undefined) throw Object.assign(new TypeError('the policy says nothing of pages: give `pages`'), { code: 'ERR_INVALID_ARG_VALUE' })
  let next
  for (let here = new URL(url); here !== undefined;) {
    const asked = next !== undefined && policy.pages.style === 'link' ? here : asking(here, paging, next)
    const response = await fetch(asked, known.init)
    if (response.status >= 400) throw await ApiError.from(response, { policy, outcome: outcomeOf(response) })
    const body = await response.json()
    const items = list(body, known.items ?? policy.pages.items)
    const link = policy.pages.style === 'link' ? linked(response, asked) : undefined
    next = link?.href ?? cursor(policy.pages, body, items)
    const goesOn = paging.answered({ items: items.length, more: more(policy.pages, body), next })
    yield* items
    here = goesOn ? link ?? here : undefined
  }
}
function described({ api, pages }) {
  if (pages !== undefined) return Policy.fromJson(JSON.stringify({ name: 'list', categories: [{ name: 'all', limits: [] }], pages }))
  const policy = api instanceof Api ? api.policy : api
  if (!(policy instanceof Policy)) throw invalidType('api', 'an Api or a Policy', api)
  return policy
}
function asking(here, { size, position, cursor }, next) {
  const url = new URL(here)
  if (size !== undefined) url.searchParams.set(size[0], size[1])
  if (position !== undefined) url.searchParams.set(position[0], position[1])
  if (cursor !== undefined && next !== undefined) url.searchParams.set(cursor, next)
  return url
}
function linked(response, asked) {
  const reference = nextLink(response.headers.get('link'))
  if (reference === undefined) return undefined
  const next = new URL(reference, asked)
  if (next.origin !== asked.origin) {
    throw Object.assign(new Error(`the next page is at ${next.origin}, and not at ${asked.origin} as the list`), { code: 'ERR_PAGE_ELSEWHERE' })
  }
  return next
}
function more(pages, body) {
  const value = pages.more === undefined ? undefined : at(body, pages.more)
  return typeof value === 'boolean' ? value : undefined
}
function cursor(pages, body, items) {
  const value = pages.next === undefined ? undefined : at(body, pages.next)
  const found = value ?? (pages.last === undefined ? undefined : at(items.at(-1), pages.last))
  return found === undefined || found === null ? undefined : String(found)
}
function list(body, place) {
  const items = typeof place === 'function' ? place(body) : place === undefined ? body : at(body, place)
  if (Array.isArray(items)) return items
  const where = typeof place === 'string' ? `at "${place}" of the body` : place === undefined ? 'as the body: say with `items` where it stands' : 'from `items`'
  throw Object.assign(new TypeError(`there is no list ${where}`), { code: 'ERR_NO_LIST' })
}
function at(value, place) {
  for (const name of place.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}
module.exports = { paginate }
  },
  'host.cjs': (module, use, core) => {
const native = core
const { sharedOf } = use('errors.cjs')
const values = use('values.cjs')
function removeShared(name, options) {
  const { path } = values.options(options, ['path'])
  values.onHost(true, path)
  return sharedOf(native.hostRemove(values.text(name, 'name'), path))
}
module.exports = { removeShared }
  },
  'retry_policy.cjs': (module, use, core) => {
const { begun, sharedOf } = use('attempts.cjs')
const { run } = use('attempt.cjs')
const { Backoff, backoffOf } = use('backoff.cjs')
const { RetryBudget } = use('budget.cjs')
const { detached, invalidType, outOfRange, valueOf } = use('errors.cjs')
const native = core
const { Operation } = use('operation.cjs')
const { callable, likewise } = use('wrap.cjs')
const values = use('values.cjs')
const EVENTS = ['retry', 'success', 'giveUp']
const OPTIONS = [
  'attempts', 'timeout', 'timeoutNs', 'attemptTimeout', 'attemptTimeoutNs', 'backoff', 'serverJitter', 'serverJitterNs', 'maxServerDelay',
  'maxServerDelayNs', 'shouldRetry', 'budget', 'breaker', 'limiter', 'seed', 'unref', 'onRetry',
]
class RetryPolicy {
  #rules
  #shared
  #told
  #listeners = new Map(EVENTS.map((event) => [event, new Set()]))
  constructor(options) {
    const known = values.options(options, OPTIONS)
    const { backoff, budget = new RetryBudget(), breaker, limiter, shouldRetry, seed = native.randomSeed(), onRetry } = known
    const bounds = rules(known)
    const bounded = bounds.timeout !== undefined || bounds.attemptTimeout !== undefined
    this.#shared = sharedOf(budget, breaker)
    this.#rules = valueOf(native.createRetryRules(bounds, backoff === undefined ? undefined : backoffFrom(backoff), values.count(seed, 'seed')))
    if (limiter !== undefined && typeof limiter?.acquire !== 'function') throw invalidType('limiter', 'a limiter, or another object with acquire()', limiter)
    if (shouldRetry !== undefined) callable(shouldRetry, 'shouldRetry')
    this.#told = { bounded, limiter, shouldRetry, unref: values.unref(known), emit: (event, what) => this.#emit(event, what) }
    if (onRetry !== undefined) this.on('retry', onRetry)
  }
  async run(fn, options) {
    const operation = RetryPolicy.#operation(this, 'run', options)
    callable(fn)
    for (;;) {
      const attempt = await operation.next()
      try {
        const result = await run(attempt, fn)
        attempt.succeed()
        operation.leave()
        return result
      } catch (error) {
        attempt.fail(error)
      }
    }
  }
  async *attempts(options) {
    const operation = RetryPolicy.#operation(this, 'attempts', options)
    try {
      for (let attempt = await operation.next(); attempt !== undefined; attempt = await operation.next()) yield attempt
    } finally {
      operation.leave()
    }
  }
  wrap(fn, options) {
    RetryPolicy.#of(this, 'wrap')
    callable(fn)
    const policy = this
    return likewise(fn, function (...args) {
      return policy.run(() => Reflect.apply(fn, this, args), options)
    })
  }
  on(event, listener) {
    const { listeners } = RetryPolicy.#of(this, 'on')
    values.oneOf(event, EVENTS, 'event')
    callable(listener, 'listener')
    const entry = { listener }
    listeners.get(event).add(entry)
    return { [Symbol.dispose]: () => { listeners.get(event).delete(entry) } }
  }
  begin(numbers) {
    const { rules, shared } = RetryPolicy.#of(this, 'begin')
    const known = values.options(numbers, ['seed', 'call', 'now'])
    const number = (name) => (known[name] === undefined ? undefined : values.count(known[name], name))
    return begun(rules, shared, { seed: number('seed'), call: number('call'), now: values.nanos(known.now, 'now') })
  }
  static #operation(self, method, options) {
    const { rules, shared, told } = RetryPolicy.#of(self, method)
    const { signal } = values.options(options, ['signal'])
    values.signal(signal)?.throwIfAborted()
    return new Operation(told, begun(rules, shared, {}), signal)
  }
  #emit(event, what) {
    for (const { listener } of this.#listeners.get(event)) {
      try {
        listener(what)
      } catch (error) {
        queueMicrotask(() => { throw error })
      }
    }
  }
  static #of(self, method) {
    if (!(#rules in Object(self))) throw detached('RetryPolicy', method)
    return { rules: self.#rules, shared: self.#shared, told: self.#told, listeners: self.#listeners }
  }
}
async function retry(fn, options) {
  const { signal, ...policy } = values.options(options, [...OPTIONS, 'signal'])
  return new RetryPolicy(policy).run(fn, { signal })
}
function rules(known) {
  const { attempts } = known
  if (attempts === 0) throw outOfRange('attempts', 'a whole number from 1 to 4294967295, or Infinity', attempts)
  return {
    attempts: attempts === undefined ? undefined : attempts === Infinity ? 0 : values.small(attempts, 'attempts'),
    timeout: values.length(known, 'timeout'),
    attemptTimeout: values.length(known, 'attemptTimeout'),
    serverJitter: values.length(known, 'serverJitter'),
    maxServerDelay: values.length(known, 'maxServerDelay'),
  }
}
function backoffFrom(backoff) {
  return backoffOf(backoff instanceof Backoff ? backoff : new Backoff(backoff))
}
module.exports = { RetryPolicy, retry }
  },
  'window.cjs': (module, use, core) => {
const native = core
const { detached, valueOf } = use('errors.cjs')
const { Limiter, WAIT, handleOf, promised } = use('limiter.cjs')
const { Lines } = use('lines.cjs')
const values = use('values.cjs')
const WINDOW = ['limit', 'interval', 'intervalNs', 'unref']
class Window extends Limiter {
  #lines
  constructor(parts, clock, known) {
    super(valueOf(parts), clock)
    const { tryAcquire } = this
    const { check, peek } = Limiter.prototype
    this.#lines = new Lines((_, cost, take) => {
      if (take && tryAcquire(cost)) return undefined
      const decision = (take ? check : peek).call(this, cost)
      return decision.allowed ? undefined : decision
    }, values.unref(known))
  }
  acquire(options) {
    return promised(() => {
      handleOf(this, 'acquire')
      const { cost = 1, ...wait } = values.options(options, WAIT)
      return this.#lines.acquire(undefined, typeof cost === 'bigint' ? Number(cost) : cost, wait)
    })
  }
}
class FixedWindow extends Window {
  constructor(options) {
    const known = values.options(options, [...WINDOW, 'skew', 'skewNs'])
    super(native.createFixedWindow(...window(known), values.skew(known)), 'wall', known)
  }
}
class FirstUseWindow extends Window {
  constructor(options) {
    const known = values.options(options, WINDOW)
    super(native.createFirstUseWindow(...window(known)), 'wall', known)
  }
}
class StrictWindow extends Window {
  #segments
  constructor(options) {
    const known = values.options(options, WINDOW)
    super(native.createStrictWindow(...window(known)), 'now', known)
    this.#segments = native.strictWindowSegments(handleOf(this))
  }
  get segments() {
    if (#segments in Object(this)) return this.#segments
    throw detached('StrictWindow', 'segments')
  }
}
function window(known) {
  return [values.count(known.limit, 'limit'), values.requiredLength(known, 'interval')]
}
module.exports = { FixedWindow, FirstUseWindow, StrictWindow }
  },
  'index.cjs': (module, use, core) => {
const { version } = {"version":"0.1.0"}
const { AdaptiveRate, AdaptiveThrottle } = use('adaptive.cjs')
const { Advice, Dialect } = use('advice.cjs')
const { announce } = use('announce.cjs')
const { Api, Call } = use('api.cjs')
const { ApiError } = use('api_error.cjs')
const { Attempts } = use('attempts.cjs')
const { Backoff } = use('backoff.cjs')
const { CircuitBreaker, Passage } = use('breaker.cjs')
const { RateLimiter } = use('bucket.cjs')
const { RetryBudget, RetryQuota, RetryThrottle } = use('budget.cjs')
const { bulk } = use('bulk.cjs')
const { clientKey } = use('client_key.cjs')
const { outcomeOf } = use('drive.cjs')
const { BreakerOpenError, PolicyError, RateLimitError, TidegateError, errors } = use('errors.cjs')
const { failureKind } = use('failure.cjs')
const { withLimits } = use('fetch.cjs')
const { KeyedRateLimiter } = use('keyed.cjs')
const { Layers, peekAll, tryAcquireAll } = use('layers.cjs')
const native = core
const { retryInfo } = use('operation.cjs')
const { paginate } = use('paginate.cjs')
const { Paging, nextLink } = use('paging.cjs')
const { Policy } = use('policy.cjs')
const { removeShared } = use('host.cjs')
const { Reservation } = use('reservation.cjs')
const { RetryPolicy, retry } = use('retry_policy.cjs')
const { sleep } = use('sleep.cjs')
const { FirstUseWindow, FixedWindow, StrictWindow } = use('window.cjs')
const { Hints, parseRetryAfter, scanErrorBody } = use('wire.cjs')
const apis = Object.freeze(native.policyNames())
const failures = Object.freeze(native.failureNames())
const reasons = Object.freeze(native.reasonNames())
module.exports = {
  AdaptiveRate,
  AdaptiveThrottle,
  Advice,
  Api,
  ApiError,
  Attempts,
  Backoff,
  BreakerOpenError,
  Call,
  CircuitBreaker,
  Dialect,
  FirstUseWindow,
  FixedWindow,
  Hints,
  KeyedRateLimiter,
  Layers,
  Passage,
  Paging,
  Policy,
  PolicyError,
  RateLimitError,
  RateLimiter,
  Reservation,
  RetryBudget,
  RetryPolicy,
  RetryQuota,
  RetryThrottle,
  StrictWindow,
  TidegateError,
  announce,
  apis,
  backend: native.backend,
  bulk,
  clientKey,
  errors,
  failureKind,
  failures,
  monotonicNs: native.monotonicNs,
  nextLink,
  outcomeOf,
  paginate,
  parseRetryAfter,
  peekAll,
  reasons,
  removeShared,
  retry,
  retryInfo,
  scanErrorBody,
  sleep,
  tryAcquireAll,
  version,
  withLimits,
}
  },
}

/** The module around these functions of the core. */
export function library(core) {
  const made = {}
  const use = (name) => {
    if (made[name] === undefined) {
      const module = { exports: {} }
      files[name](module, use, core)
      made[name] = module.exports
    }
    return made[name]
  }
  return use('index.cjs')
}

/** The functions of the core, by a compiled module. */
export const instantiate = (() => {
  const module = { exports: {} }
  ;((module) => {
const UNDEFINED = 0
const NULL = 1
const BOOLEAN = 2
const NUMBER = 3
const BIGINT = 4
const STRING = 5
const BYTES = 6
const SHARED_BYTES = 7
const EXTERNAL = 8
const ARRAY = 9
const OBJECT = 10
const OTHER = 11
const TEXT = 12
const FUNCTION = 13
const NEGATIVE = 1
const OVER_64 = 2
const OVER_128 = 4
const NO_ANSWER = 2n ** 64n - 1n
const ROOM = 512
const SHORT = 48
const ERRORS = [Error, TypeError, RangeError]
class External {
  #place
  constructor(place) {
    this.#place = place
  }
  static placeOf(value) {
    return #place in value ? value.#place : undefined
  }
}
class Unwatched {
  register() {}
}
function instantiate(module) {
  return new Instance(module).functions()
}
class Instance {
  #exports
  #externals
  #functions
  #encoder = new TextEncoder()
  #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  #given = []
  #kept = new Map()
  #keeps = 0
  #texts = new Map()
  #false
  #heads = new Uint32Array(0)
  #floats
  #bytes
  #words
  #start = 0
  #room = 0
  #at = 0
  constructor(module) {
    const { exports } = new WebAssembly.Instance(module, { tidegate: this.#host() })
    this.#exports = exports
    const Registry = globalThis.FinalizationRegistry ?? Unwatched
    this.#externals = new Registry((place) => exports.release(place))
    this.#functions = new Registry((record) => exports.release_function(record))
    this.#false = exports.booleans()
    this.#reserve(ROOM)
  }
  #host() {
    return {
      performance_now: () => performance.now(),
      date_now: () => Date.now(),
      random: () => crypto.getRandomValues(new BigInt64Array(1))[0],
      keep: (argument) => {
        this.#keeps += 1
        this.#kept.set(this.#keeps, this.#given[argument])
        return this.#keeps
      },
      ask: (kept, boolean) => {
        const answer = this.#kept.get(kept)(boolean === 1)
        return typeof answer === 'bigint' ? answer : NO_ANSWER
      },
      forget: (kept) => this.#kept.delete(kept),
    }
  }
  functions() {
    const named = Object.entries(this.#exports).filter(([name]) => name.startsWith('js:'))
    return Object.fromEntries(named.map(([name, run]) => [name.slice(3), (...values) => this.#call(run, values)]))
  }
  #call(run, values) {
    this.#give(values)
    const place = run()
    if (this.#given.length > 0) this.#given = []
    if (this.#room > ROOM) this.#reserve(ROOM)
    return this.#answer(place)
  }
  #give(values) {
    if (this.#heads.length === 0) this.#view()
    this.#at = this.#start >>> 3
    this.#head(values.length, 0)
    for (let index = 0; index < values.length; index += 1) this.#write(values[index])
  }
  #giveTwo(count, first, second) {
    if (this.#heads.length === 0) this.#view()
    this.#at = this.#start >>> 3
    this.#head(count, 0)
    this.#write(first)
    if (count === 2) this.#write(second)
  }
  #answer(place) {
    if (this.#heads.length === 0) this.#view()
    if (place === 0) throw this.#error()
    this.#at = place >>> 3
    return this.#read()
  }
  #error() {
    this.#at = this.#exports.error() >>> 3
    const [kind, code, message] = [this.#read(), this.#read(), this.#read()]
    return Object.assign(new ERRORS[kind](message), { code })
  }
  #bare(record) {
    const head = record >>> 2
    const callback = this.#exports.__indirect_function_table.get(this.#heads[head])
    const name = this.#ascii(this.#heads[head + 1], this.#heads[head + 2])
    const [no, yes, instance] = [this.#false, this.#false + 8, this]
    const bare = {
      [name](first, second) {
        let place
        if (arguments.length === 0) {
          place = callback(0, record)
        } else {
          instance.#giveTwo(arguments.length === 1 ? 1 : 2, first, second)
          place = callback(0, record + 1)
        }
        return place === yes ? true : place === no ? false : instance.#answer(place)
      },
    }[name]
    this.#functions.register(bare, record)
    return bare
  }
  #write(value) {
    switch (typeof value) {
      case 'undefined': return this.#head(UNDEFINED, 0)
      case 'boolean': return this.#head(BOOLEAN, value ? 1 : 0)
      case 'number': return this.#number(value)
      case 'bigint': return this.#bigint(value)
      case 'string': return this.#string(value)
      case 'object': return this.#object(value)
      case 'function': return this.#head(OTHER, this.#given.push(value) - 1)
      default: return this.#head(OTHER, 0)
    }
  }
  #head(tag, more) {
    this.#need(1)
    this.#heads[this.#at * 2] = tag
    this.#heads[this.#at * 2 + 1] = more
    this.#at += 1
  }
  #number(value) {
    this.#head(NUMBER, 0)
    this.#need(1)
    this.#floats[this.#at] = value
    this.#at += 1
  }
  #bigint(value) {
    const bits = value < 0n ? -value : value
    const above = bits >> 64n
    const over = above === 0n ? 0 : above >> 64n === 0n ? OVER_64 : OVER_64 | OVER_128
    this.#head(BIGINT, (value < 0n ? NEGATIVE : 0) | over)
    this.#need(2)
    this.#words[this.#at] = bits
    this.#words[this.#at + 1] = above
    this.#at += 2
  }
  #string(value) {
    this.#need(1 + Math.ceil(value.length * 3 / 8))
    const head = this.#at
    this.#head(STRING, 0)
    const length = this.#encode(value, this.#at * 8)
    this.#heads[head * 2 + 1] = length
    this.#at += Math.ceil(length / 8)
  }
  #encode(value, start) {
    const bytes = this.#bytes
    if (value.length <= SHORT) {
      let index = 0
      for (; index < value.length; index += 1) {
        const unit = value.charCodeAt(index)
        if (unit > 127) break
        bytes[start + index] = unit
      }
      if (index === value.length) return index
    }
    return this.#encoder.encodeInto(value, bytes.subarray(start)).written
  }
  #object(value) {
    if (value === null) return this.#head(NULL, 0)
    const place = External.placeOf(value)
    if (place !== undefined) return this.#external(place)
    if (Array.isArray(value)) {
      this.#head(ARRAY, value.length)
      for (const item of value) this.#write(item)
      return undefined
    }
    if (ArrayBuffer.isView(value)) return value[Symbol.toStringTag] === 'Uint8Array' ? this.#octets(value) : this.#head(OTHER, 0)
    const members = Object.entries(value)
    this.#head(OBJECT, members.length)
    for (const [name, member] of members) {
      this.#string(name)
      this.#write(member)
    }
    return undefined
  }
  #external(place) {
    this.#head(EXTERNAL, 0)
    this.#head(place, 0)
  }
  #octets(value) {
    const shared = Object.prototype.toString.call(value.buffer) !== '[object ArrayBuffer]'
    this.#head(shared ? SHARED_BYTES : BYTES, value.length)
    const words = Math.ceil(value.length / 8)
    this.#need(words)
    this.#bytes.set(value, this.#at * 8)
    this.#at += words
  }
  #need(words) {
    const end = this.#at + words - (this.#start >>> 3)
    if (end > this.#room) this.#reserve(Math.max(end, this.#room * 2))
  }
  #reserve(words) {
    const written = this.#at - (this.#start >>> 3)
    const start = this.#exports.reserve(words)
    if (start === 0) throw Object.assign(new RangeError('there is no memory for the arguments'), { code: 'ERR_MEMORY_ALLOCATION_FAILED' })
    this.#view()
    this.#start = start
    this.#room = words
    this.#at = (start >>> 3) + written
  }
  #view() {
    const { buffer } = this.#exports.memory
    this.#heads = new Uint32Array(buffer)
    this.#floats = new Float64Array(buffer)
    this.#bytes = new Uint8Array(buffer)
    this.#words = new BigUint64Array(buffer)
  }
  #read() {
    const [tag, more] = [this.#heads[this.#at * 2], this.#heads[this.#at * 2 + 1]]
    this.#at += 1
    switch (tag) {
      case UNDEFINED: return undefined
      case NULL: return null
      case BOOLEAN: return more === 1
      case NUMBER: return this.#floats[this.#at++]
      case BIGINT: return this.#readBigint(more)
      case STRING: return this.#readString(more)
      case TEXT: return this.#text(this.#readPlace(), more)
      case EXTERNAL: return this.#hold(this.#readPlace())
      case FUNCTION: return this.#bare(this.#readPlace())
      case ARRAY: return Array.from({ length: more }, () => this.#read())
      default: return this.#readObject(more)
    }
  }
  #readPlace() {
    return this.#heads[this.#at++ * 2]
  }
  #readBigint(flags) {
    const [low, high] = [this.#words[this.#at], this.#words[this.#at + 1]]
    this.#at += 2
    const bits = flags & OVER_64 ? low | high << 64n : low
    return flags & NEGATIVE ? -bits : bits
  }
  #readString(length) {
    const start = this.#at * 8
    this.#at += Math.ceil(length / 8)
    return this.#decode(start, length)
  }
  #decode(start, length) {
    return length <= SHORT ? this.#ascii(start, length) ?? this.#utf8(start, length) : this.#utf8(start, length)
  }
  #utf8(start, length) {
    return this.#decoder.decode(this.#bytes.subarray(start, start + length))
  }
  #ascii(start, length) {
    let text = ''
    for (let at = start; at < start + length; at += 1) {
      if (this.#bytes[at] > 127) return undefined
      text += String.fromCharCode(this.#bytes[at])
    }
    return text
  }
  #text(place, length) {
    let text = this.#texts.get(place)
    if (text?.length !== length) {
      text = this.#decode(place, length)
      this.#texts.set(place, text)
    }
    return text
  }
  #readObject(count) {
    const object = {}
    for (let index = 0; index < count; index += 1) {
      const name = this.#read()
      object[name] = this.#read()
    }
    return object
  }
  #hold(place) {
    const external = new External(place)
    this.#externals.register(external, place)
    return external
  }
}
module.exports = { instantiate }
  })(module)
  return module.exports.instantiate
})()
