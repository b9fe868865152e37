'use strict'
// `RateLimiter`: a token bucket.

const native = require('./native.cjs')
const { RateLimitError, costTooHigh, detached, done, outOfRange, sharedOf, valueOf } = require('./errors.cjs')
const { Limiter, WAIT, handleOf } = require('./limiter.cjs')
const { Layers } = require('./layers.cjs')
const { AT_ONCE } = require('./lines.cjs')
const reservation = require('./reservation.cjs')
const { Waiters } = require('./waiters.cjs')
const values = require('./values.cjs')

/** The native handle of a bucket. */
let bucketOf

const OPTIONS = [...values.QUOTA, 'startEmpty', 'now', 'unref']
const CARRIES = ['keep', 'proportional', 'reset']
/** The native parts that a static method has made, in the place of options. */
const MADE = Symbol('made by a static method of RateLimiter')

class RateLimiter extends Limiter {
  #waiters

  static {
    bucketOf = (self, method) => {
      if (#waiters in Object(self)) return handleOf(self)
      throw detached('RateLimiter', method)
    }
  }

  constructor(options, parts) {
    const known = values.options(options, OPTIONS)
    super(parts?.[MADE] ?? created(known), 'now')
    this.#waiters = new Waiters(values.unref(known))
  }

  static restore(options, snapshot, at) {
    const quota = values.quota(values.options(options, values.QUOTA))
    const parts = native.restoreLimiter(quota, ...kept(snapshot, at))
    return new RateLimiter(undefined, { [MADE]: valueOf(parts) })
  }

  static all(...limiters) {
    return new Layers(limiters)
  }

  static neverExceed(options) {
    const { unref, ...known } = values.options(options, [...values.QUOTA, 'unref'])
    const { burst = 1 } = known
    return new RateLimiter({ unref, ...valueOf(native.neverExceeding(values.quota({ ...known, burst }))) })
  }

  static shared(name, options) {
    const { unref, host, path, ...known } = values.options(options, [...values.QUOTA, 'unref', 'host', 'path'])
    if (values.onHost(host, path)) {
      const parts = sharedOf(native.hostLimiter(values.text(name, 'name'), path, values.quota(known)))
      return new RateLimiter({ unref }, { [MADE]: parts })
    }
    const parts = native.sharedLimiter(values.text(name, 'name'), values.quota(known))
    if (parts === 0) {
      throw Object.assign(new TypeError(`there is a shared limiter "${name}" of another quota: give all the same, and use reconfigure() to change it`), { code: 'ERR_INVALID_ARG_VALUE' })
    }
    return new RateLimiter({ unref }, { [MADE]: valueOf(parts) })
  }

  get denied() {
    return native.limiterDenied(bucketOf(this, 'denied')) ?? undefined
  }

  tryAcquireUpTo(cost, clocks) {
    return upTo(this, 'tryAcquireUpTo', cost, clocks)[0]
  }

  checkUpTo(cost, clocks) {
    const [taken, decision] = upTo(this, 'checkUpTo', cost, clocks)
    return { taken, ...decision }
  }

  acquire(options) {
    try {
      // What most calls are, and it needs nothing to be looked at.
      if (options === undefined && this?.tryAcquire !== undefined && #waiters in this && !this.#waiters.some && this.tryAcquire()) return AT_ONCE
      return RateLimiter.#wait(this, options)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  static #wait(self, options) {
    const handle = bucketOf(self, 'acquire')
    const { cost = 1, timeout, signal } = values.options(options, WAIT)
    const longest = timeout === undefined ? undefined : values.delay(timeout, 'timeout')
    values.signal(signal)?.throwIfAborted()
    const waiters = self.#waiters
    const queued = waiters.some
    // Without a queue what is there is taken without a reservation.
    if (!queued && self.tryAcquire(typeof cost === 'bigint' ? Number(cost) : cost)) return AT_ONCE
    const { wait, dueNs, held } = reserved(handle, values.cost(cost), longest, undefined, signal !== undefined)
    // Who comes when it is there, but others have not been woken yet, stands behind them.
    if (wait === 0 && !queued) return AT_ONCE
    if (signal === undefined) return waiters.wait(dueNs, wait)
    return waiters.waitUnlessAborted(dueNs, wait, signal, () => {
      valueOf(native.limiterSettle(handle, held, 0n, undefined))
    })
  }

  reserve(options) {
    const handle = bucketOf(this, 'reserve')
    const known = values.options(options, ['cost', 'timeout', 'timeoutNs', 'now'])
    const tokens = values.cost(known.cost ?? 1)
    const parts = reserved(handle, tokens, values.length(known, 'timeout'), values.nanos(known.now, 'now'), true)
    return reservation.made(handle, Number(tokens), parts)
  }

  refund(cost, taken) {
    const handle = bucketOf(this, 'refund')
    const known = values.options(taken, ['takenAtNs', 'age', 'ageNs', 'now'])
    const [at, age] = [values.nanos(known.takenAtNs, 'takenAtNs'), values.length(known, 'age')]
    if ((at === undefined) === (age === undefined)) {
      throw Object.assign(new TypeError('a refund needs either "takenAtNs" or "age": when the tokens were taken, or how long ago'), { code: 'ERR_INVALID_ARG_VALUE' })
    }
    return Number(valueOf(native.limiterRefund(handle, values.cost(cost), at, age, values.nanos(known.now, 'now'))))
  }

  drain(clocks) {
    return Number(valueOf(native.limiterDrain(bucketOf(this, 'drain'), values.now(clocks))))
  }

  pause(delay, clocks) {
    done(native.limiterPause(bucketOf(this, 'pause'), values.millis(delay, 'delay'), values.now(clocks)))
  }

  pauseUntil(untilNs, clocks) {
    done(native.limiterPause(bucketOf(this, 'pauseUntil'), values.requiredNanos(untilNs, 'untilNs'), values.now(clocks)))
  }

  observe(told, clocks) {
    const handle = bucketOf(this, 'observe')
    const known = values.options(told, ['limit', 'remaining', 'resetAfter', 'resetAfterNs'], 'told')
    const remaining = values.count(known.remaining, 'remaining')
    const limit = known.limit === undefined ? remaining : values.count(known.limit, 'limit')
    done(native.limiterObserve(handle, limit, remaining, values.requiredLength(known, 'resetAfter'), values.now(clocks)))
  }

  reconfigure(options) {
    const handle = bucketOf(this, 'reconfigure')
    const { carry = 'keep', now, ...quota } = values.options(options, [...values.QUOTA, 'carry', 'now'])
    values.oneOf(carry, CARRIES, 'carry')
    done(native.limiterReconfigure(handle, values.quota(quota), carry, values.nanos(now, 'now')))
  }

  snapshot(clocks) {
    const [remaining, fullAfterNs] = valueOf(native.limiterSnapshot(bucketOf(this, 'snapshot'), values.now(clocks)))
    // Text, because JSON knows no bigint and a number would not be exact above 104 days.
    return { remaining, fullAfterNs: String(fullAfterNs) }
  }

  restore(snapshot, at) {
    done(native.limiterRestore(bucketOf(this, 'restore'), ...kept(snapshot, at)))
  }
}

function created(known) {
  const { startEmpty = false } = known
  values.flag(startEmpty, 'startEmpty')
  return valueOf(native.createLimiter(values.quota(known), startEmpty, values.nanos(known.now, 'now')))
}

function upTo(self, method, cost, clocks) {
  const handle = bucketOf(self, method)
  const answer = valueOf(native.limiterUpTo(handle, values.cost(cost), values.now(clocks)))
  if (!answer[1]) throw costTooHigh()
  return answer
}

/** What native reserved, or the error that says why it did not. */
function reserved(handle, tokens, longest, now, keep) {
  const answer = valueOf(native.limiterReserve(handle, tokens, longest, now, keep))
  if (!answer) throw costTooHigh()
  if (!answer.reserved) throw new RateLimitError({ retryAfter: answer.wait, retryAfterNs: answer.waitNs })
  return answer
}

/** A snapshot, its age, and the clock: of a snapshot only how far it is from full is read. */
function kept(snapshot, at) {
  const { fullAfterNs } = values.options(snapshot, ['remaining', 'fullAfterNs'], 'snapshot')
  const known = values.options(at, ['age', 'ageNs', 'now'])
  return [fullAfter(fullAfterNs), values.length(known, 'age'), values.nanos(known.now, 'now')]
}

/** Nanoseconds of text, as JSON keeps them, or of a number. */
function fullAfter(value) {
  if (typeof value !== 'string') return values.requiredNanos(value, 'fullAfterNs')
  if (!/^\d{1,20}$/.test(value)) throw outOfRange('fullAfterNs', 'a whole number of nanoseconds', value)
  return BigInt(value)
}

module.exports = { RateLimiter }
