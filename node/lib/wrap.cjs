'use strict'
// `wrap` and `run`: functions that begin when a limiter lets them.

const { invalidType } = require('./errors.cjs')

/** What `fn` gives, once `pass` has let it begin. */
async function run(fn, pass) {
  callable(fn)
  await pass()
  return fn()
}

/** A function that does what `fn` does, each time once `pass(args)` has let it. It keeps its name and its `this`. */
function wrapped(fn, pass) {
  callable(fn)
  return likewise(fn, async function (...args) {
    await pass(args)
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

/** A value, or what a function makes of the arguments of a call. */
function ofCall(value, args) {
  return typeof value === 'function' ? value(...args) : value
}

function callable(fn, name = 'fn') {
  if (typeof fn !== 'function') throw invalidType(name, 'a function', fn)
}

module.exports = { callable, likewise, ofCall, run, wrapped }
