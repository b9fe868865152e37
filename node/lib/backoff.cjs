'use strict'
// `Backoff`: the delay before each retry.

const native = require('./native.cjs')
const { detached, invalidType, outOfRange, valueOf } = require('./errors.cjs')
const values = require('./values.cjs')

/** What all kinds are told. */
const COMMON = ['cap', 'capNs', 'jitter', 'spread', 'spreadNs', 'firstAtOnce', 'seed']
const INITIAL = ['initial', 'initialNs']
/** Which kind a static method makes, beside its options. */
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

/** The native handle of a backoff. */
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

/** What all kinds have, as native takes it. */
function common(known, cap = values.requiredLength(known, 'cap')) {
  const { jitter = 'full', firstAtOnce = false } = known
  values.text(jitter, 'jitter')
  return { cap, jitter, spread: spread(known, jitter), firstAtOnce: values.flag(firstAtOnce, 'firstAtOnce') }
}

/** A length of time, or a part of the delay, as the jitter has it. */
function spread(known, jitter) {
  if (jitter === 'additive') return values.requiredLength(known, 'spread')
  if (jitter !== 'around' && jitter !== 'above') return values.length(known, 'spread')
  if (known.spreadNs === undefined) return values.part(known.spread, 'spread')
  throw Object.assign(new TypeError(`the jitter '${jitter}' has a "spread" that is a part of the delay, and no "spreadNs"`), { code: 'ERR_INVALID_ARG_VALUE' })
}

/** Numerator and denominator. */
function factor(value = 2) {
  if (Array.isArray(value) && value.length === 2) return Array.from(value, (term) => values.count(term, 'factor'))
  if (typeof value === 'bigint' || Number.isInteger(value)) return [values.count(value, 'factor'), 1n]
  if (typeof value !== 'number') throw invalidType('factor', FACTOR, value)
  const ratio = native.factorRatio(value)
  if (ratio === null) throw outOfRange('factor', FACTOR, value)
  return ratio
}

module.exports = { Backoff, backoffOf }
