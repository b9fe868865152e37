'use strict'
// `Attempt`: one attempt of an operation, as a program sees it.

const { offAbort, onAbort } = require('./aborts.cjs')
const { clearTimer, setTimer } = require('./clock.cjs')
const { detached, valueOf } = require('./errors.cjs')
const native = require('./native.cjs')

class Attempt {
  #attempts
  #number
  #controller
  #caller
  #timer
  #end
  #outcome
  #unref
  #forward = () => this.#abort(this.#caller.reason)

  /** The newest of `attempts`. It ends with the caller's signal or after `longest` milliseconds, if there are such. */
  constructor(attempts, caller, longest, unref) {
    this.#attempts = attempts
    this.#caller = caller
    this.#unref = unref
    if (caller !== undefined) onAbort(caller, this.#forward)
    if (longest !== undefined) this.#limit(valueOf(native.dueAfter(longest)), longest)
  }

  get number() {
    const self = Attempt.#of(this, 'number')
    // Whoever asks later gets the same.
    return (self.#number ??= self.#attempts.attempts)
  }

  get signal() {
    return Attempt.#of(this, 'signal').#aborter.signal
  }

  succeed() {
    Attempt.#of(this, 'succeed').#outcome ??= { succeeded: true }
  }

  fail(error) {
    Attempt.#of(this, 'fail').#outcome ??= { succeeded: false, error }
  }

  get #aborter() {
    return (this.#controller ??= new AbortController())
  }

  /** Made when somebody asks for it: most attempts end before. */
  #abort(reason) {
    this.#aborter.abort(reason)
    this.#end?.(reason)
  }

  #limit(due, longest) {
    this.#timer = setTimer(() => {
      const left = native.millisUntil(due)
      if (left > 0) this.#limit(due, left)
      else this.#abort(new DOMException(`attempt ${this.number} has used up its time`, 'TimeoutError'))
    }, longest, this.#unref)
  }

  /** What `fn` gives, or why the attempt ended before; `fn` is not waited for then. */
  static run(self, fn) {
    if (self.#caller === undefined && self.#timer === undefined) return fn(self)
    return new Promise((resolve, reject) => {
      self.#end = reject
      Promise.resolve(fn(self)).then(resolve, reject)
    })
  }

  /** It is over: how it was reported, `undefined` if it was not. Nothing is left of it. */
  static over(self) {
    clearTimer(self.#timer)
    if (self.#caller !== undefined) offAbort(self.#caller, self.#forward)
    return self.#outcome
  }

  static #of(self, method) {
    if (#number in Object(self)) return self
    throw detached('Attempt', method)
  }
}

const { over, run } = Attempt
delete Attempt.over
delete Attempt.run

module.exports = { Attempt, over, run }
