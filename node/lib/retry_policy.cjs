'use strict'
// `RetryPolicy`: runs an operation of any kind again until it succeeds or should not be tried any more.

const { begun, sharedOf } = require('./attempts.cjs')
const { run } = require('./attempt.cjs')
const { Backoff, backoffOf } = require('./backoff.cjs')
const { RetryBudget } = require('./budget.cjs')
const { detached, invalidType, outOfRange, valueOf } = require('./errors.cjs')
const native = require('./native.cjs')
const { Operation } = require('./operation.cjs')
const { callable, likewise } = require('./wrap.cjs')
const values = require('./values.cjs')

const EVENTS = ['retry', 'success', 'giveUp']
const OPTIONS = [
  'attempts', 'timeout', 'timeoutNs', 'attemptTimeout', 'attemptTimeoutNs', 'backoff', 'serverJitter', 'serverJitterNs', 'maxServerDelay',
  'maxServerDelayNs', 'shouldRetry', 'budget', 'breaker', 'limiter', 'seed', 'unref', 'onRetry',
]

class RetryPolicy {
  #rules
  #shared
  /** What an operation is told. */
  #told
  #listeners = new Map(EVENTS.map((event) => [event, new Set()]))

  constructor(options) {
    const known = values.options(options, OPTIONS)
    const { backoff, budget = new RetryBudget(), breaker, limiter, shouldRetry, seed = native.randomSeed(), onRetry } = known
    const bounds = rules(known)
    const bounded = bounds.timeout !== undefined || bounds.attemptTimeout !== undefined
    this.#shared = sharedOf(budget, breaker)
    this.#rules = valueOf(native.createRetryRules(bounds, backoff === undefined ? undefined : backoffFrom(backoff), values.count(seed, 'seed')))
    if (limiter !== undefined && typeof limiter?.acquire !== 'function') throw invalidType('limiter', 'a limiter, or another object with acquire()', limiter)
    if (shouldRetry !== undefined) callable(shouldRetry, 'shouldRetry')
    this.#told = { bounded, limiter, shouldRetry, unref: values.unref(known), emit: (event, what) => this.#emit(event, what) }
    if (onRetry !== undefined) this.on('retry', onRetry)
  }

  async run(fn, options) {
    const operation = RetryPolicy.#operation(this, 'run', options)
    callable(fn)
    for (;;) {
      const attempt = await operation.next()
      try {
        const result = await run(attempt, fn)
        attempt.succeed()
        operation.leave()
        return result
      } catch (error) {
        attempt.fail(error)
      }
    }
  }

  async *attempts(options) {
    const operation = RetryPolicy.#operation(this, 'attempts', options)
    try {
      for (let attempt = await operation.next(); attempt !== undefined; attempt = await operation.next()) yield attempt
    } finally {
      operation.leave()
    }
  }

  wrap(fn, options) {
    RetryPolicy.#of(this, 'wrap')
    callable(fn)
    const policy = this
    return likewise(fn, function (...args) {
      return policy.run(() => Reflect.apply(fn, this, args), options)
    })
  }

  on(event, listener) {
    const { listeners } = RetryPolicy.#of(this, 'on')
    values.oneOf(event, EVENTS, 'event')
    callable(listener, 'listener')
    // An object of its own, so that one function can be told twice.
    const entry = { listener }
    listeners.get(event).add(entry)
    return { [Symbol.dispose]: () => { listeners.get(event).delete(entry) } }
  }

  begin(numbers) {
    const { rules, shared } = RetryPolicy.#of(this, 'begin')
    const known = values.options(numbers, ['seed', 'call', 'now'])
    const number = (name) => (known[name] === undefined ? undefined : values.count(known[name], name))
    return begun(rules, shared, { seed: number('seed'), call: number('call'), now: values.nanos(known.now, 'now') })
  }

  static #operation(self, method, options) {
    const { rules, shared, told } = RetryPolicy.#of(self, method)
    const { signal } = values.options(options, ['signal'])
    values.signal(signal)?.throwIfAborted()
    return new Operation(told, begun(rules, shared, {}), signal)
  }

  #emit(event, what) {
    for (const { listener } of this.#listeners.get(event)) {
      try {
        listener(what)
      } catch (error) {
        // As with other events: it is not the operation that has failed.
        queueMicrotask(() => { throw error })
      }
    }
  }

  static #of(self, method) {
    if (!(#rules in Object(self))) throw detached('RetryPolicy', method)
    return { rules: self.#rules, shared: self.#shared, told: self.#told, listeners: self.#listeners }
  }
}

/** One operation under a policy of its own. */
async function retry(fn, options) {
  const { signal, ...policy } = values.options(options, [...OPTIONS, 'signal'])
  return new RetryPolicy(policy).run(fn, { signal })
}

function rules(known) {
  const { attempts } = known
  if (attempts === 0) throw outOfRange('attempts', 'a whole number from 1 to 4294967295, or Infinity', attempts)
  return {
    attempts: attempts === undefined ? undefined : attempts === Infinity ? 0 : values.small(attempts, 'attempts'),
    timeout: values.length(known, 'timeout'),
    attemptTimeout: values.length(known, 'attemptTimeout'),
    serverJitter: values.length(known, 'serverJitter'),
    maxServerDelay: values.length(known, 'maxServerDelay'),
  }
}

function backoffFrom(backoff) {
  return backoffOf(backoff instanceof Backoff ? backoff : new Backoff(backoff))
}

module.exports = { RetryPolicy, retry }
