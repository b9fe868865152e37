'use strict'
// `Backoff`: the delay before each retry.

const native = require('./native.cjs')
const { detached, valueOf } = require('./errors.cjs')
const values = require('./values.cjs')

class Backoff {
  #handle
  #seed

  constructor(options) {
    const known = values.options(options, ['initial', 'initialNs', 'factor', 'cap', 'capNs', 'jitter', 'spread', 'spreadNs', 'seed'])
    const { factor = 2, jitter = 'full', seed = native.randomSeed() } = known
    const lengthOfSpread = jitter === 'additive' ? values.requiredLength : values.length
    this.#seed = values.count(seed, 'seed')
    this.#handle = valueOf(native.createBackoff(
      values.requiredLength(known, 'initial'),
      values.count(factor, 'factor'),
      values.requiredLength(known, 'cap'),
      values.text(jitter, 'jitter'),
      lengthOfSpread(known, 'spread'),
    ))
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
    const number = Number(values.count(attempt, 'attempt', 2n ** 32n - 1n))
    return native.backoffDelay(self.#handle, values.count(seed, 'seed'), values.count(call, 'call'), number)
  }
}

module.exports = { Backoff }
