'use strict'
// `Waiters`: everybody who waits for one limiter, under one timer.
//
// Who has a reservation knows its time exactly on the limiter's clock, and nearly on that of the timers.
// They stand in the order of the exact times, and those with the same time in that of their coming.

/** A longer timer fires at once. */
const LONGEST = 2 ** 31 - 1

class Waiters {
  /** A ring of waiters; this is the place before the first and after the last. */
  #ring = {}
  #timer

  constructor() {
    this.#ring.next = this.#ring.previous = this.#ring
  }

  /**
   * Resolves when `waitNs` nanoseconds have passed, never before; those with a smaller `order` first. An
   * abort gives back what the caller holds, and rejects.
   */
  wait(waitNs, { order, giveBack, signal }) {
    return new Promise((resolve, reject) => {
      const due = performance.now() + Number(waitNs) / 1e6
      const waiter = { due, order: order ?? due, signal, abort: undefined, resolve, previous: undefined, next: undefined }
      if (signal !== undefined) {
        waiter.abort = () => {
          this.#remove(waiter)
          if (this.#ring.next === this.#ring) clearTimeout(this.#timer)
          giveBack?.()
          reject(signal.reason)
        }
        signal.addEventListener('abort', waiter.abort, { once: true })
      }
      this.#insert(waiter)
      if (this.#ring.next === waiter) this.#set()
    })
  }

  /** Whether anybody waits. */
  get some() {
    return this.#ring.next !== this.#ring
  }

  #insert(waiter) {
    let before = this.#ring.previous
    // Whoever reserves later has a later time, unless the quota was changed or somebody gave back.
    while (before !== this.#ring && before.order > waiter.order) before = before.previous
    waiter.previous = before
    waiter.next = before.next
    before.next.previous = waiter
    before.next = waiter
  }

  #remove(waiter) {
    waiter.previous.next = waiter.next
    waiter.next.previous = waiter.previous
    waiter.signal?.removeEventListener('abort', waiter.abort)
  }

  /** For the first of them. A timer may fire up to a millisecond early; then there is another one. */
  #set() {
    clearTimeout(this.#timer)
    const left = Math.ceil(this.#ring.next.due - performance.now())
    this.#timer = setTimeout(() => this.#wake(), Math.min(left, LONGEST))
  }

  #wake() {
    const now = performance.now()
    while (this.#ring.next !== this.#ring && this.#ring.next.due <= now) {
      const waiter = this.#ring.next
      this.#remove(waiter)
      waiter.resolve()
    }
    if (this.#ring.next !== this.#ring) this.#set()
  }
}

module.exports = { Waiters }
