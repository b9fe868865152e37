'use strict'
// What servers say: `Retry-After`, the rate-limit headers, error bodies.

const native = require('./native.cjs')
const { detached, valueOf } = require('./errors.cjs')
const values = require('./values.cjs')

const FIELDS = ['limit', 'limitExact', 'remaining', 'remainingExact', 'reset', 'resetNs', 'window', 'windowNs', 'unit', 'retryAfter', 'date', 'dateNs', 'shouldRetry', 'isGlobal', 'invalid']

/** A native handle in the place of an empty one, beside no headers. */
const HANDLE = Symbol('made by advice.hints()')

/** The native handle of hints; nothing of anything else. */
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

/** A count of 64 bits as the nearest number, and exactly. */
function counted(name, exact) {
  return exact === undefined ? {} : { [name]: Number(exact), [`${name}Exact`]: exact }
}

/** The hints that native has made. */
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
