'use strict'
// `Lines`: those who wait for what cannot be reserved: windows, layers, and the buckets of keys.
//
// There is a line for each key, or one. Only the first of a line asks, and whoever comes later stands behind
// it: first come, first served. All lines of a limiter have one timer, however many stand in them.

const { offAbort, onAbort } = require('./aborts.cjs')
const { Alarms } = require('./alarms.cjs')
const { RateLimitError, valueOf } = require('./errors.cjs')
const native = require('./native.cjs')
const values = require('./values.cjs')

/** Nothing had to be waited for. */
const AT_ONCE = Promise.resolve(0)

class Lines {
  #lines = new Map()
  #alarms
  #ask

  /** `ask(key, cost, take)` answers a denial, or nothing if it has taken `cost` or could. */
  constructor(ask, unref) {
    this.#ask = ask
    this.#alarms = new Alarms(unref)
  }

  /**
   * Takes `cost` as soon as it is there, and tells how many milliseconds that took. A wait that would go beyond
   * the timeout is refused at once, or as soon as that is known.
   */
  acquire(key, cost, { timeout, signal }) {
    const deadline = timeout === undefined ? undefined : valueOf(native.dueAfter(values.delay(timeout, 'timeout')))
    values.signal(signal)?.throwIfAborted()
    const line = this.#lines.get(key)
    const denied = this.#ask(key, cost, line === undefined)
    if (line === undefined && denied === undefined) return AT_ONCE
    const due = denied === undefined ? undefined : native.dueAfter(denied.retryAfterNs)
    if (due !== undefined && deadline !== undefined && due > deadline) throw new RateLimitError(denied)
    return new Promise((resolve, reject) => {
      const stands = line ?? this.#begin(key)
      const waiter = new Waiter(stands, cost, resolve, reject)
      stands.push(waiter)
      if (signal !== undefined) this.#heed(stands, waiter, signal)
      if (deadline !== undefined) {
        waiter.due = deadline
        this.#alarms.add(waiter)
      }
      if (line === undefined) this.#wait(stands, due)
    })
  }

  #begin(key) {
    const line = new Line(key, this)
    this.#lines.set(key, line)
    return line
  }

  #heed(line, waiter, signal) {
    waiter.signal = signal
    waiter.abort = () => {
      this.#leave(line, waiter)
      waiter.reject(signal.reason)
    }
    onAbort(signal, waiter.abort)
  }

  /** The time of a waiter is over. */
  late(line, waiter) {
    const denied = this.#ask(line.key, waiter.cost, false) ?? this.#ask(line.key, line.first.cost, false)
    this.#leave(line, waiter)
    waiter.reject(new RateLimitError(denied ?? { retryAfter: 0, retryAfterNs: 0n }))
  }

  /** The first one asks again then. */
  #wait(line, due) {
    this.#alarms.remove(line)
    line.due = due
    this.#alarms.add(line)
  }

  /** Lets in as many as there is room for, in their order. */
  serve(line) {
    for (let waiter = line.first; waiter !== undefined; waiter = line.first) {
      let denied
      try {
        denied = this.#ask(line.key, waiter.cost, true)
      } catch (error) {
        this.#done(line, waiter)
        waiter.reject(error)
        continue
      }
      if (denied === undefined) {
        this.#done(line, waiter)
        waiter.resolve(native.millisSince(waiter.since))
        continue
      }
      const due = native.dueAfter(denied.retryAfterNs)
      if (waiter.due === undefined || due <= waiter.due) return this.#wait(line, due)
      this.#done(line, waiter)
      waiter.reject(new RateLimitError(denied))
    }
    this.#lines.delete(line.key)
  }

  /** Without having been let in. The next one may need less. */
  #leave(line, waiter) {
    const wasFirst = line.first === waiter
    this.#done(line, waiter)
    if (!wasFirst) return
    this.#alarms.remove(line)
    this.serve(line)
  }

  #done(line, waiter) {
    line.remove(waiter)
    this.#alarms.remove(waiter)
    if (waiter.signal !== undefined) offAbort(waiter.signal, waiter.abort)
  }
}

/** Somebody who waits, and the alarm of when that is given up. */
class Waiter {
  place = -1
  due = undefined
  since = native.monotonicNs()
  signal = undefined
  abort = undefined
  previous = undefined
  next = undefined

  constructor(line, cost, resolve, reject) {
    this.line = line
    this.cost = cost
    this.resolve = resolve
    this.reject = reject
  }

  ring() {
    this.line.lines.late(this.line, this)
  }
}

/** A ring of waiters, and the alarm of the first of them. */
class Line {
  #ring = {}
  due = 0n
  place = -1

  constructor(key, lines) {
    this.key = key
    this.lines = lines
    this.#ring.next = this.#ring.previous = this.#ring
  }

  get first() {
    return this.#ring.next === this.#ring ? undefined : this.#ring.next
  }

  push(waiter) {
    waiter.previous = this.#ring.previous
    waiter.next = this.#ring
    waiter.previous.next = this.#ring.previous = waiter
  }

  remove(waiter) {
    waiter.previous.next = waiter.next
    waiter.next.previous = waiter.previous
  }

  ring() {
    this.lines.serve(this)
  }
}

module.exports = { AT_ONCE, Lines }
