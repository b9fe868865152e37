'use strict'
// `wrap` and `run`: functions that begin when a limiter lets them.

const { invalidType } = require('./errors.cjs')
const { AT_ONCE } = require('./lines.cjs')

/** What `fn` gives, once `pass` has let it begin. */
async function run(fn, pass) {
  callable(fn)
  const passes = pass()
  if (passes !== AT_ONCE) await passes
  return fn()
}

/** A function that does what `fn` does, each time once `pass(args)` has let it. It keeps its name and its `this`. */
function wrapped(fn, pass) {
  callable(fn)
  return likewise(fn, async function (...args) {
    const passes = pass(args)
    if (passes !== AT_ONCE) await passes
    return Reflect.apply(fn, this, args)
  })
}

/** A function under the name of another. */
function likewise(fn, instead) {
  return Object.defineProperties(instead, {
    name: { value: fn.name, configurable: true },
    length: { value: fn.length, configurable: true },
  })
}

/** The options of one call, where `name` may be a function of its arguments. */
function optionsOf(name, { [name]: value, ...wait }) {
  if (typeof value === 'function') return (args) => ({ [name]: value(...args), ...wait })
  const same = value === undefined && Object.keys(wait).length === 0 ? undefined : { [name]: value, ...wait }
  return () => same
}

/** A value, or what a function makes of the arguments of a call. */
function ofCall(value, args) {
  return typeof value === 'function' ? value(...args) : value
}

function callable(fn, name = 'fn') {
  if (typeof fn !== 'function') throw invalidType(name, 'a function', fn)
}

module.exports = { callable, likewise, ofCall, optionsOf, run, wrapped }
