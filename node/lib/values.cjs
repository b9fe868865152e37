'use strict'
// What users pass, checked and made plain: a number is milliseconds, a name that ends in `Ns` is
// nanoseconds. Ranges of times are left to the core.

const { row, invalidType, outOfRange, valueOf } = require('./errors.cjs')
const native = require('./native.cjs')

const LARGEST = 2n ** 64n - 1n
const UNITS = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 }
const NAMES = { second: '1s', minute: '1m', hour: '1h', day: '1d' }
const LENGTH = "milliseconds, 'second', 'minute', 'hour', 'day', or text like '15m' and '500ms'"

/** An options object with no name in it that is not known. */
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

/** A count from 0, as a bigint. */
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

/** A count from 0 that 32 bits hold, as a number. */
function small(value, name) {
  return Number(count(value, name, 2n ** 32n - 1n))
}

/** A number that may have a fraction; its range is left to the core. */
function part(value, name) {
  if (typeof value !== 'number') throw invalidType(name, 'a number like 0.2', value)
  return value
}

/** Yes or no. */
function flag(value, name) {
  if (typeof value !== 'boolean') throw invalidType(name, 'true or false', value)
  return value
}

/** Whether the process does not stay for who waits, from the option `unref`. */
function unref({ unref = false }) {
  return flag(unref, 'unref')
}

/** A cost from 0, as a bigint; what no limiter can hold becomes the largest. */
function cost(value) {
  const beyond = typeof value === 'bigint' ? value > LARGEST : Number.isInteger(value) && value >= 2 ** 64
  return beyond ? LARGEST : count(value, 'cost')
}

/** What says how many, how often, and how many at once. */
const QUOTA = ['limit', 'interval', 'intervalNs', 'burst']

/** A quota of such options; the burst is the limit where none is given. */
function quota(from) {
  const limit = count(from.limit, 'limit')
  const burst = from.burst === undefined ? limit : count(from.burst, 'burst')
  return { limit, interval: requiredLength(from, 'interval'), burst }
}

/** One of a few texts. */
function oneOf(value, allowed, name) {
  const expected = `one of: ${allowed.join(', ')}`
  if (typeof value !== 'string') throw invalidType(name, expected, value)
  if (!allowed.includes(value)) throw outOfRange(name, expected, value)
}

/** Nanoseconds of a clock or a length, as a bigint; `undefined` stays. */
function nanos(value, name) {
  if (value === undefined || typeof value === 'bigint') return value
  if (typeof value !== 'number') throw invalidType(name, 'nanoseconds as a bigint or a whole number', value)
  if (!Number.isInteger(value)) throw outOfRange(name, 'a whole number of nanoseconds', value)
  return BigInt(value)
}

/** As `nanos`, and it must be there. */
function requiredNanos(value, name) {
  if (value === undefined) throw invalidType(name, 'nanoseconds as a bigint or a whole number', value)
  return nanos(value, name)
}

/** A length of time from the options `name` and `nameNs`: milliseconds as a number, or nanoseconds as a bigint. */
function length(from, name) {
  const [plain, exact] = [from[name], from[`${name}Ns`]]
  if (exact === undefined) return plain === undefined ? undefined : millis(plain, name)
  if (plain !== undefined) throw Object.assign(new TypeError(`give "${name}" or "${name}Ns", not both`), { code: 'ERR_INVALID_ARG_VALUE' })
  return nanos(exact, `${name}Ns`)
}

/** As `length`, and it must be there. */
function requiredLength(from, name) {
  const value = length(from, name)
  if (value === undefined) throw invalidType(name, LENGTH, value)
  return value
}

/** Lengths from the options `name` and `nameNs`, each as `length` has it. */
function lengths(from, name) {
  const [plain, exact] = [from[name], from[`${name}Ns`]]
  if (plain !== undefined && exact !== undefined) throw Object.assign(new TypeError(`give "${name}" or "${name}Ns", not both`), { code: 'ERR_INVALID_ARG_VALUE' })
  if (!Array.isArray(plain ?? exact)) throw invalidType(name, 'an array of lengths of time', plain ?? exact)
  if (plain === undefined) return Array.from(exact, (one) => requiredNanos(one, `${name}Ns`))
  return Array.from(plain, (one) => millis(one, name))
}

/** The monotonic clock of `clocks`, if it is given. */
function now(clocks) {
  return nanos(options(clocks, ['now'], 'clocks').now, 'now')
}

/** The wall clock of `clocks`, if it is given. */
function wall(clocks) {
  return nanos(options(clocks, ['wall'], 'clocks').wall, 'wall')
}

/** A length from the options `skew` and `skewNs` that may be negative. */
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

/** Milliseconds of a number or of text like `'minute'` and `'15m'`. */
function millis(value, name) {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') throw invalidType(name, LENGTH, value)
  const text = Object.hasOwn(NAMES, value) ? NAMES[value] : value
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
  if (unit === undefined) throw outOfRange(name, LENGTH, value)
  return Number(number) * UNITS[unit]
}

/** Milliseconds that a timer can be asked to wait. */
function delay(value, name) {
  const wait = millis(value, name)
  if (!(wait >= 0 && wait < 2 ** 64 / 1e6)) throw row('TimeOutOfRange')
  return wait
}

/** As `delay`, in exact nanoseconds. */
function toNanos(value, name) {
  return valueOf(native.lengthNanos(delay(value, name)))
}

/** Text without halves of characters. */
function text(value, name) {
  if (typeof value !== 'string') throw invalidType(name, 'a string', value)
  if (!value.isWellFormed()) throw row('NotText')
  return value
}

/** Whether a limiter is shared by the processes of this machine, and not only the threads of this one. */
function onHost(host, path) {
  if (host !== undefined && typeof host !== 'boolean') throw invalidType('host', 'a boolean', host)
  if (path !== undefined) {
    if (host === false) throw outOfRange('path', 'left out where host is false', path)
    text(path, 'path')
    return true
  }
  return host === true
}

/** The bytes of a body. */
function bytes(value, name) {
  if (value === undefined || value === null) return new Uint8Array(0)
  if (typeof value === 'string') return new TextEncoder().encode(value)
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  throw invalidType(name, 'a string or bytes', value)
}

/** An `AbortSignal`, if there is one. */
function signal(value) {
  if (value === undefined) return undefined
  if (typeof value?.addEventListener !== 'function' || typeof value.throwIfAborted !== 'function') throw invalidType('signal', 'an AbortSignal', value)
  return value
}

/** The pairs of headers in any of the forms that libraries use. */
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
