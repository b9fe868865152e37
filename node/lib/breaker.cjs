'use strict'
// `CircuitBreaker`: no request to what has just failed again and again, then one at a time.

const native = require('./native.cjs')
const { detached, done, invalidType, valueOf } = require('./errors.cjs')
const values = require('./values.cjs')

const MADE_BY_BREAKER = Symbol('made by breaker.tryCall()')
/** The native handle, beside nothing. */
const HANDLE = Symbol('made by a static method of CircuitBreaker')

/** The number of a passage. */
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

/** The native handle of a breaker. */
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

/** How long it stays open, and how many probes close it. */
function reopening(known) {
  const { probes = 1 } = known
  return [values.requiredLength(known, 'openFor'), values.small(probes, 'probes')]
}

function illegal(message) {
  return Object.assign(new TypeError(message), { code: 'ERR_ILLEGAL_CONSTRUCTOR' })
}

module.exports = { CircuitBreaker, Passage, breakerOf }
