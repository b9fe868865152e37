'use strict'
// An operation under a `RetryPolicy`: the loop that waits, begins attempts, and tells what came of them.

const { Attempt, over } = require('./attempt.cjs')
const { ahead } = require('./attempts.cjs')
const { BreakerOpenError } = require('./errors.cjs')
const { retryCause } = require('./retry_cause.cjs')
const { sleep } = require('./sleep.cjs')
const values = require('./values.cjs')

/** Under this an error says how its operation ended. */
const retryInfo = Symbol.for('tidegate.retryInfo')

class Operation {
  #policy
  #attempts
  #signal
  /** The attempt that runs. */
  #attempt
  /** Of the last attempt; in a box, because anything can be thrown. */
  #last

  /** `policy` is what a policy has said: `limiter`, `shouldRetry`, `unref`, `emit`, and whether it has a timeout. */
  constructor(policy, attempts, signal) {
    this.#policy = policy
    this.#attempts = attempts
    this.#signal = signal
  }

  /** The next attempt, when its time has come; `undefined` when there is nothing more to do. */
  async next() {
    if (this.#attempt !== undefined && await this.#ended()) return undefined
    let failed = this.#last !== undefined
    for (;;) {
      if (this.#signal?.aborted) throw this.#gaveUp(this.#signal.reason, 'aborted')
      const step = this.#attempts.next()
      if (step.kind === 'giveUp') throw this.#refused(step)
      if (failed) this.#tell('retry', { attempt: this.#last.attempt, delay: step.delay ?? 0, error: this.#last.error })
      failed = false
      if (step.kind === 'send') return this.#begin()
      await sleep(step.delay, { signal: this.#signal, unref: this.#policy.unref }).catch(() => {})
    }
  }

  /** It is left: without a report nothing is known of the attempt that runs. */
  leave() {
    if (this.#attempt === undefined) return
    const outcome = over(this.#attempt)
    this.#attempt = undefined
    if (outcome?.succeeded) this.#succeeded()
    else this.#attempts.aborted()
  }

  async #begin() {
    const { bounded, limiter, unref } = this.#policy
    if (limiter !== undefined) {
      const { all } = bounded ? ahead(this.#attempts) : {}
      try {
        await limiter.acquire({ timeout: all, signal: this.#signal })
      } catch (error) {
        this.#attempts.aborted()
        if (this.#signal?.aborted) throw this.#gaveUp(this.#signal.reason, 'aborted')
        throw this.#gaveUp(this.#last === undefined ? error : this.#last.error, 'deadline_too_close')
      }
    }
    const { one } = bounded ? ahead(this.#attempts) : {}
    this.#attempt = new Attempt(this.#attempts, this.#signal, one, unref)
    return this.#attempt
  }

  /** Whether the operation is over with the attempt that has just ended; an error that ends it is thrown. */
  async #ended() {
    const attempt = this.#attempt
    const outcome = over(attempt)
    this.#attempt = undefined
    if (outcome === undefined || outcome.succeeded) {
      this.#succeeded()
      return true
    }
    const { error } = outcome
    this.#last = { error, attempt: attempt.number }
    if (this.#signal?.aborted) throw this.#gaveUp(this.#signal.reason, 'aborted')
    const { cause, told } = await this.#judged(error, attempt.number)
    if (cause === undefined) throw this.#gaveUp(error, 'not_retryable')
    this.#attempts.failed(cause, { retryAfterNs: told })
    return false
  }

  /** The cause and the wait, as the policy's function or the defaults have it. */
  async #judged(error, attempt) {
    const judged = retryCause(error)
    const { shouldRetry } = this.#policy
    if (shouldRetry === undefined) return judged
    let said
    try {
      said = await shouldRetry(error, { attempt, cause: judged.cause })
      if (typeof said === 'number') return { cause: judged.cause ?? 'failure', told: values.toNanos(said, 'what shouldRetry gives') }
      values.flag(said, 'what shouldRetry gives')
    } catch (wrong) {
      this.#attempts.aborted()
      throw wrong
    }
    return said ? { cause: judged.cause ?? 'failure', told: judged.told } : { cause: undefined }
  }

  #succeeded() {
    this.#attempts.succeeded()
    this.#tell('success', { attempts: this.#attempts.attempts })
  }

  /** The error of an operation that core has given up. */
  #refused({ reason, serverDelay, serverDelayNs }) {
    const error = this.#last === undefined ? new BreakerOpenError() : this.#last.error
    return this.#gaveUp(error, reason, serverDelay === undefined ? {} : { serverDelay, serverDelayNs })
  }

  #gaveUp(error, reason, delays) {
    this.#attempts.aborted()
    const info = Object.freeze({ attempts: this.#attempts.attempts, reason, ...delays })
    // What is thrown is thrown as it is, and the reason of a signal is the caller's own.
    if (reason !== 'aborted' && Object(error) === error && Object.isExtensible(error)) {
      Object.defineProperty(error, retryInfo, { value: info, writable: true, configurable: true })
    }
    this.#tell('giveUp', { ...info, error })
    return error
  }

  #tell(event, what) {
    this.#policy.emit(event, what)
  }
}

module.exports = { Operation, retryInfo }
