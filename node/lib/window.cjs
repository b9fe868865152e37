'use strict'
// `FixedWindow`, `FirstUseWindow`, `StrictWindow`: so many in each window, or in any.

const native = require('./native.cjs')
const { detached, valueOf } = require('./errors.cjs')
const { Limiter, handleOf } = require('./limiter.cjs')
const { polled } = require('./polled.cjs')
const { Waiters } = require('./waiters.cjs')
const values = require('./values.cjs')

const WINDOW = ['limit', 'interval', 'intervalNs']

class Window extends Limiter {
  #waiters = new Waiters()

  async acquire(options) {
    handleOf(this, 'acquire')
    const { cost = 1, ...wait } = values.options(options, ['cost', 'timeout', 'signal'])
    const tokens = typeof cost === 'bigint' ? Number(cost) : cost
    return polled(this.#waiters, wait, () => (this.tryAcquire(tokens) ? undefined : this.peek(tokens)))
  }
}

class FixedWindow extends Window {
  constructor(options) {
    const known = values.options(options, [...WINDOW, 'skew', 'skewNs'])
    super(valueOf(native.createFixedWindow(...window(known), values.skew(known))), 'wall')
  }
}

class FirstUseWindow extends Window {
  constructor(options) {
    super(valueOf(native.createFirstUseWindow(...window(values.options(options, WINDOW)))), 'wall')
  }
}

class StrictWindow extends Window {
  #segments

  constructor(options) {
    super(valueOf(native.createStrictWindow(...window(values.options(options, WINDOW)))), 'now')
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
