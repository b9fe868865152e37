'use strict'
// What limiters of all kinds have in common: one native function for the hot path, one handle for the
// rest.

const native = require('./native.cjs')
const { costTooHigh, detached, valueOf } = require('./errors.cjs')
const { optionsOf, run, wrapped } = require('./wrap.cjs')
const values = require('./values.cjs')

/** The native handle of a limiter of any kind; without `method`, `undefined` for what is none. */
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
    // An own property, so that a call goes to native code directly and works without its object.
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

/** A decision, or the error that native gave in its place. */
function decisionOf(answer) {
  if (answer === 0) throw costTooHigh()
  return valueOf(answer)
}

/** What `acquire` of any limiter does, without throwing what it could reject with. */
function promised(acquire) {
  try {
    return acquire()
  } catch (error) {
    return Promise.reject(error)
  }
}

module.exports = { Limiter, WAIT, decisionOf, handleOf, promised }
