'use strict'
// `RateLimiter` and `FixedWindow`.

const native = require('./native.cjs')
const { RateLimitError, costTooHigh, detached, valueOf } = require('./errors.cjs')
const { sleep } = require('./sleep.cjs')
const values = require('./values.cjs')

/** What both have: one native function for the hot path, one handle for the rest. */
class Limiter {
  #handle
  #decide
  #clock

  constructor([tryAcquire, handle], decide, clock) {
    this.#handle = handle
    this.#decide = decide
    this.#clock = clock
    // An own property, so that a call goes to native code directly and works without its object.
    this.tryAcquire = tryAcquire
  }

  check(cost, clocks) {
    return Limiter.#of(this, 'check').#ask(cost, clocks, true)
  }

  peek(cost, clocks) {
    return Limiter.#of(this, 'peek').#ask(cost, clocks, false)
  }

  async acquire(options) {
    const limiter = Limiter.#of(this, 'acquire')
    const { cost = 1, timeout, signal } = values.options(options, ['cost', 'timeout', 'signal'])
    const longest = timeout === undefined ? Infinity : values.delay(timeout, 'timeout')
    values.signal(signal)?.throwIfAborted()
    let waited = 0
    while (!limiter.tryAcquire(cost)) {
      const decision = limiter.peek(cost)
      if (waited + decision.retryAfter > longest) throw new RateLimitError(decision)
      await sleep(decision.retryAfter, { signal })
      waited += decision.retryAfter
    }
    return waited
  }

  #ask(cost = 1, clocks, take) {
    const clock = values.options(clocks, [this.#clock], 'clocks')[this.#clock]
    const decision = this.#decide(this.#handle, values.count(cost, 'cost'), values.nanos(clock, this.#clock), take)
    if (decision === 0) throw costTooHigh()
    return valueOf(decision)
  }

  static #of(self, method) {
    if (#handle in Object(self)) return self
    throw detached('limiter', method)
  }
}

class RateLimiter extends Limiter {
  constructor(options) {
    const known = values.options(options, ['limit', 'interval', 'intervalNs', 'burst'])
    const limit = values.count(known.limit, 'limit')
    const burst = known.burst === undefined ? limit : values.count(known.burst, 'burst')
    const parts = native.createLimiter(limit, values.requiredLength(known, 'interval'), burst)
    super(valueOf(parts), native.limiterDecide, 'now')
  }
}

class FixedWindow extends Limiter {
  constructor(options) {
    const known = values.options(options, ['limit', 'interval', 'intervalNs'])
    const limit = values.count(known.limit, 'limit')
    const parts = native.createWindow(limit, values.requiredLength(known, 'interval'))
    super(valueOf(parts), native.windowDecide, 'wall')
  }
}

module.exports = { RateLimiter, FixedWindow }
