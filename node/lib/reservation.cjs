'use strict'
// `Reservation`: tokens taken ahead of their time.

const native = require('./native.cjs')
const { detached, valueOf } = require('./errors.cjs')
const values = require('./values.cjs')

/** Only a `RateLimiter` makes reservations. */
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

  /** Uses it up: how many tokens others can have. */
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

/** What a limiter has reserved, by the native handle of that limiter. */
function made(limiter, tokens, parts) {
  return new Reservation(MADE, limiter, tokens, parts)
}

module.exports = { Reservation, made }
