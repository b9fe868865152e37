'use strict'
// `RateLimiter`: a token bucket.

const native = require('./native.cjs')
const { RateLimitError, costTooHigh, detached, done, outOfRange, valueOf } = require('./errors.cjs')
const { Limiter, handleOf } = require('./limiter.cjs')
const { Layers } = require('./layers.cjs')
const reservation = require('./reservation.cjs')
const { Waiters } = require('./waiters.cjs')
const values = require('./values.cjs')

/** The native handle of a bucket. */
let bucketOf

const CARRIES = ['keep', 'proportional', 'reset']
/** The native parts that `restore` has made, in the place of options. */
const RESTORED = Symbol('made by RateLimiter.restore()')

class RateLimiter extends Limiter {
  #waiters = new Waiters()

  static {
    bucketOf = (self, method) => {
      if (#waiters in Object(self)) return handleOf(self)
      throw detached('RateLimiter', method)
    }
  }

  constructor(options, parts) {
    super(parts?.[RESTORED] ?? created(options), 'now')
  }

  static restore(options, snapshot, at) {
    const quota = values.quota(values.options(options, values.QUOTA))
    const parts = native.restoreLimiter(quota, ...kept(snapshot, at))
    return new RateLimiter(undefined, { [RESTORED]: valueOf(parts) })
  }

  static all(...limiters) {
    return new Layers(limiters)
  }

  tryAcquireUpTo(cost, clocks) {
    return upTo(this, 'tryAcquireUpTo', cost, clocks)[0]
  }

  checkUpTo(cost, clocks) {
    const [taken, decision] = upTo(this, 'checkUpTo', cost, clocks)
    return { taken, ...decision }
  }

  async acquire(options) {
    const handle = bucketOf(this, 'acquire')
    const { cost = 1, timeout, signal } = values.options(options, ['cost', 'timeout', 'signal'])
    const longest = timeout === undefined ? undefined : values.delay(timeout, 'timeout')
    values.signal(signal)?.throwIfAborted()
    const queued = this.#waiters.some
    // Without a queue what is there is taken without a reservation.
    if (!queued && this.tryAcquire(typeof cost === 'bigint' ? Number(cost) : cost)) return 0
    const { wait, waitNs, dueNs, held } = reserved(handle, values.cost(cost), longest, undefined, signal !== undefined)
    // Who comes when it is there, but others have not been woken yet, stands behind them.
    if (wait > 0 || queued) {
      const giveBack = () => valueOf(native.limiterSettle(handle, held, 0n, undefined))
      await this.#waiters.wait(waitNs, { order: dueNs, giveBack, signal })
    }
    return wait
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

function created(options) {
  const known = values.options(options, [...values.QUOTA, 'startEmpty', 'now'])
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
