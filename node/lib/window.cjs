'use strict'
// `FixedWindow`, `FirstUseWindow`, `StrictWindow`: so many in each window, or in any.

const native = require('./native.cjs')
const { detached, valueOf } = require('./errors.cjs')
const { Limiter, WAIT, handleOf, promised } = require('./limiter.cjs')
const { Lines } = require('./lines.cjs')
const values = require('./values.cjs')

const WINDOW = ['limit', 'interval', 'intervalNs', 'unref']

class Window extends Limiter {
  #lines

  constructor(parts, clock, known) {
    super(valueOf(parts), clock)
    // Here and not in a method: what is waited for is this window, whatever a subclass does to its methods.
    const { tryAcquire } = this
    const { check, peek } = Limiter.prototype
    this.#lines = new Lines((_, cost, take) => {
      if (take && tryAcquire(cost)) return undefined
      const decision = (take ? check : peek).call(this, cost)
      return decision.allowed ? undefined : decision
    }, values.unref(known))
  }

  acquire(options) {
    return promised(() => {
      handleOf(this, 'acquire')
      const { cost = 1, ...wait } = values.options(options, WAIT)
      return this.#lines.acquire(undefined, typeof cost === 'bigint' ? Number(cost) : cost, wait)
    })
  }
}

class FixedWindow extends Window {
  constructor(options) {
    const known = values.options(options, [...WINDOW, 'skew', 'skewNs'])
    super(native.createFixedWindow(...window(known), values.skew(known)), 'wall', known)
  }
}

class FirstUseWindow extends Window {
  constructor(options) {
    const known = values.options(options, WINDOW)
    super(native.createFirstUseWindow(...window(known)), 'wall', known)
  }
}

class StrictWindow extends Window {
  #segments

  constructor(options) {
    const known = values.options(options, WINDOW)
    super(native.createStrictWindow(...window(known)), 'now', known)
    this.#segments = native.strictWindowSegments(handleOf(this))
  }

  get segments() {
    if (#segments in Object(this)) return this.#segments
    throw detached('StrictWindow', 'segments')
  }
}

function window(known) {
  return [values.count(known.limit, 'limit'), values.requiredLength(known, 'interval')]
}

module.exports = { FixedWindow, FirstUseWindow, StrictWindow }
