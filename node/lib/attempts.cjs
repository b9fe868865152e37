'use strict'
// `Attempts`: one operation of any kind across its attempts; what `Call` is for a request.

const { breakerOf } = require('./breaker.cjs')
const { budgetOf } = require('./budget.cjs')
const { detached, done, valueOf } = require('./errors.cjs')
const native = require('./native.cjs')
const values = require('./values.cjs')

/** Only a `RetryPolicy` makes attempts. */
const MADE = Symbol('made by policy.begin()')

class Attempts {
  #handle
  #rules
  #shared

  constructor(made, rules, shared, { seed, call, now } = {}) {
    if (made !== MADE) throw Object.assign(new TypeError('Attempts are made by policy.begin()'), { code: 'ERR_ILLEGAL_CONSTRUCTOR' })
    this.#rules = rules
    this.#shared = shared
    this.#handle = valueOf(native.createAttempts(rules, seed, call, now))
  }

  next(clocks) {
    return valueOf(native.attemptsNext(Attempts.#of(this, 'next'), ...this.#shared, values.now(clocks)))
  }

  succeeded(clocks) {
    done(native.attemptsSucceeded(Attempts.#of(this, 'succeeded'), ...this.#shared, values.now(clocks)))
  }

  failed(cause = 'failure', options) {
    const handle = Attempts.#of(this, 'failed')
    const known = values.options(options, ['retryAfter', 'retryAfterNs', 'now'])
    const failed = { cause: values.text(cause, 'cause'), told: values.length(known, 'retryAfter'), now: values.nanos(known.now, 'now') }
    done(native.attemptsFailed(handle, this.#rules, ...this.#shared, failed))
  }

  aborted() {
    native.attemptsAborted(Attempts.#of(this, 'aborted'), ...this.#shared)
  }

  get attempts() {
    return native.attemptsCount(Attempts.#of(this, 'attempts'))
  }

  left(clocks) {
    return Attempts.#left(this, 'left', clocks)?.[0]
  }

  leftNs(clocks) {
    return Attempts.#left(this, 'leftNs', clocks)?.[1]
  }

  static #left(self, method, clocks) {
    const handle = Attempts.#of(self, method)
    return valueOf(native.attemptsLeft(handle, self.#rules, values.now(clocks))) ?? undefined
  }

  /** How long all of them may go on, and how long one that begins now; `undefined` for ever. */
  static ahead(self) {
    const [all, one] = native.attemptsAhead(self.#handle, self.#rules)
    return { all: all ?? undefined, one: one ?? undefined }
  }

  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('Attempts', method)
  }
}

const { ahead } = Attempts
delete Attempts.ahead

/** What the operations of a policy share, as native takes it. */
function sharedOf(budget, breaker) {
  const { quota, throttle, ratio } = budgetOf(budget)
  return [quota, throttle, ratio, breaker === undefined ? undefined : breakerOf(breaker)]
}

/** An operation under these rules. */
function begun(rules, shared, numbers) {
  return new Attempts(MADE, rules, shared, numbers)
}

module.exports = { Attempts, ahead, begun, sharedOf }
