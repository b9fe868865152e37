'use strict'
// `Waiters`: everybody who has a reservation of one limiter, under one timer.
//
// They stand in the order of the exact times that they were told, and those with the same time in that of
// their coming. 100,000 of them take some 300 bytes each, their promise included: a waiter without a signal
// is one object and the function that resolves its promise.

const { offAbort, onAbort } = require('./aborts.cjs')
const { clearTimer, setTimer } = require('./clock.cjs')
const native = require('./native.cjs')

class Waiters {
  /** A ring of waiters; this is the place before the first and after the last. */
  #ring = {}
  #timer
  #unref
  /** Of all waiters: one function and not one for each timer. */
  #wake = () => this.#serve()

  constructor(unref) {
    this.#unref = unref
    this.#ring.next = this.#ring.previous = this.#ring
  }

  /** Resolves with `wait` at `due`, in nanoseconds of the monotonic clock, and never before. */
  wait(due, wait) {
    return new Promise((resolve) => this.#add({ due, wait, resolve, abort: undefined, previous: undefined, next: undefined }))
  }

  /** The same; an abort gives back what the caller holds, and rejects. */
  waitUnlessAborted(due, wait, signal, giveBack) {
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#remove(waiter)
        if (!this.some) clearTimer(this.#timer)
        giveBack()
        reject(signal.reason)
      }
      const served = (value) => {
        offAbort(signal, abort)
        resolve(value)
      }
      const waiter = { due, wait, resolve: served, abort, previous: undefined, next: undefined }
      onAbort(signal, abort)
      this.#add(waiter)
    })
  }

  /** Whether anybody waits. */
  get some() {
    return this.#ring.next !== this.#ring
  }

  #add(waiter) {
    let before = this.#ring.previous
    // Whoever reserves later has a later time, unless the quota was changed or somebody gave back.
    while (before !== this.#ring && before.due > waiter.due) before = before.previous
    waiter.previous = before
    waiter.next = before.next
    before.next.previous = waiter
    before.next = waiter
    if (this.#ring.next === waiter) this.#set(native.millisUntil(waiter.due))
  }

  #remove(waiter) {
    waiter.previous.next = waiter.next
    waiter.next.previous = waiter.previous
  }

  #set(left) {
    clearTimer(this.#timer)
    this.#timer = setTimer(this.#wake, left, this.#unref)
  }

  /** All whose time has come. A timer may fire up to a millisecond early; then there is another one. */
  #serve() {
    while (this.some) {
      const waiter = this.#ring.next
      const left = native.millisUntil(waiter.due)
      if (left > 0) return this.#set(left)
      this.#remove(waiter)
      waiter.resolve(waiter.wait)
    }
  }
}

module.exports = { Waiters }
