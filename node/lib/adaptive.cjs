'use strict'
// `AdaptiveThrottle`, `AdaptiveRate`: a client that rejects its own requests, or slows down.

const native = require('./native.cjs')
const { detached, done, valueOf } = require('./errors.cjs')
const values = require('./values.cjs')

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
