'use strict'
// `Dialect` and `Advice`: what one response's headers say, in any dialect, of any number of limits.

const native = require('./native.cjs')
const { detached, valueOf } = require('./errors.cjs')
const { hintsFrom } = require('./wire.cjs')
const values = require('./values.cjs')

const FIELDS = ['retryAfter', 'date', 'dateNs', 'shouldRetry', 'isGlobal', 'isCached', 'bucket', 'scope', 'invalid', 'dropped']

/** A native handle in the place of a name. */
const HANDLE = Symbol('the dialect of a policy')

/** The native handle of a dialect, or of one by its name. */
let dialectOf
/** The dialect of a native handle. */
let dialectFrom
/** The native handle of an advice; nothing of anything else. */
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
