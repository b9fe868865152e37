'use strict'
// The errors: the core's one table as a class, and what a limiter refuses.

const native = require('./native.cjs')

/** The core's table; every language has the same rows. */
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

/** The value that native gave, or the error whose row it gave instead. */
function valueOf(answer) {
  if (typeof answer === 'number') throw new TidegateError(answer)
  return answer
}

/** As `valueOf`, of what processes share: an error tells what was found. */
function sharedOf(answer) {
  if (answer?.message === undefined) return answer
  const { number, message } = answer
  throw Object.assign(new TidegateError(number), { message })
}

/** As `valueOf`, where 0 says that all went well. */
function done(answer) {
  if (answer !== 0) throw new TidegateError(answer)
}

/** The error of the row with this name. */
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

/** A method without its object: `const { check } = limiter; check()`. */
function detached(type, method) {
  const error = new TypeError(`${method}() was called without its ${type}: call it as a method, or bind it`)
  return Object.assign(error, { code: 'ERR_INVALID_THIS' })
}

/** A cost that no wait would make possible; `tryAcquire` throws the same one natively. */
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
