'use strict'
// Several limits, all or nothing.

const native = require('./native.cjs')
const { costTooHigh, detached, invalidType, outOfRange, valueOf } = require('./errors.cjs')
const { handleOf, promised } = require('./limiter.cjs')
const { Lines } = require('./lines.cjs')
const { optionsOf, run, wrapped } = require('./wrap.cjs')
const values = require('./values.cjs')

const MOST = 8
const WAIT = ['costs', 'timeout', 'signal']

class Layers {
  #handles
  #lines

  constructor(limiters) {
    const handles = handlesOf(limiters)
    this.#handles = handles
    this.#lines = new Lines((_, costs, take) => {
      const decision = decide(handles, costs, undefined, take)
      return decision.allowed ? undefined : decision
    })
  }

  check(costs, clocks) {
    return decide(Layers.#of(this, 'check'), costs, clocks, true)
  }

  peek(costs, clocks) {
    return decide(Layers.#of(this, 'peek'), costs, clocks, false)
  }

  tryAcquire(costs) {
    return decide(Layers.#of(this, 'tryAcquire'), costs, undefined, true).allowed
  }

  acquire(options) {
    return promised(() => {
      Layers.#of(this, 'acquire')
      const { costs, ...wait } = values.options(options, WAIT)
      // Of one's own, since whoever asked may change theirs while they wait.
      return this.#lines.acquire(undefined, Array.isArray(costs) ? [...costs] : costs, wait)
    })
  }

  run(fn, options) {
    return run(fn, () => this.acquire(options))
  }

  wrap(fn, options) {
    Layers.#of(this, 'wrap')
    const ofCall = optionsOf('costs', values.options(options, WAIT))
    return wrapped(fn, (args) => this.acquire(ofCall(args)))
  }

  static #of(self, method) {
    if (#handles in Object(self)) return self.#handles
    throw detached('Layers', method)
  }
}

function tryAcquireAll(layers, clocks) {
  return decideAll(layers, clocks, true)
}

function peekAll(layers, clocks) {
  return decideAll(layers, clocks, false)
}

function decideAll(layers, clocks, take) {
  if (!Array.isArray(layers)) throw invalidType('layers', 'an array of { limiter, cost }', layers)
  const known = layers.map((layer) => values.options(layer, ['limiter', 'cost'], 'layer'))
  return decide(handlesOf(known.map(({ limiter }) => limiter)), known.map(({ cost }) => cost), clocks, take)
}

function handlesOf(limiters) {
  if (limiters.length > MOST) throw Object.assign(outOfRange('layers', `at most ${MOST} limiters`, limiters.length), { layer: MOST })
  const handles = limiters.map((limiter) => {
    const handle = handleOf(limiter)
    if (handle === undefined) throw invalidType('limiter', 'a RateLimiter or a window', limiter)
    return handle
  })
  if (new Set(handles).size < handles.length) {
    throw Object.assign(new TypeError('a limiter is twice among the layers: give it once, with the sum of its costs'), { code: 'ERR_INVALID_ARG_VALUE' })
  }
  return handles
}

function decide(handles, costs, clocks, take) {
  if (costs !== undefined && !Array.isArray(costs)) throw invalidType('costs', 'an array with a cost for each layer', costs)
  if (costs !== undefined && costs.length !== handles.length) throw outOfRange('costs', `${handles.length} costs, one for each layer`, costs.length)
  const counts = handles.map((_, index) => values.cost(costs?.[index] ?? 1))
  const { now, wall } = values.options(clocks, ['now', 'wall'], 'clocks')
  const [layer, decision] = valueOf(native.layersDecide(handles, counts, values.nanos(now, 'now'), values.nanos(wall, 'wall'), take))
  if (!decision) throw Object.assign(costTooHigh(), { layer })
  return { layer, ...decision }
}

module.exports = { Layers, peekAll, tryAcquireAll }
