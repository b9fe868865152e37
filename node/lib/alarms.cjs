'use strict'
// `Alarms`: any number of times at which something is to be done, under one timer.
//
// A binary heap. An alarm is an object with `due`, in nanoseconds of the monotonic clock, and `ring()`;
// `place` is where it stands, or -1.

const { clearTimer, setTimer } = require('./clock.cjs')
const native = require('./native.cjs')

class Alarms {
  #heap = []
  #timer
  /** For which alarm the timer is set. */
  #next
  #unref
  #wake = () => this.#ring()

  constructor(unref) {
    this.#unref = unref
  }

  add(alarm) {
    this.#put(alarm, this.#heap.push(alarm) - 1)
    this.#rise(alarm)
    this.#set()
  }

  remove(alarm) {
    if (alarm.place < 0) return
    const { place } = alarm
    const last = this.#heap.pop()
    alarm.place = -1
    if (last !== alarm) {
      this.#put(last, place)
      this.#rise(last)
      this.#sink(last)
    }
    this.#set()
  }

  /** Rings all whose time has come; the timer may have fired somewhat early. */
  #ring() {
    this.#next = undefined
    while (this.#heap.length > 0 && native.millisUntil(this.#heap[0].due) === 0) {
      const alarm = this.#heap[0]
      this.remove(alarm)
      alarm.ring()
    }
    this.#set()
  }

  #set() {
    const first = this.#heap[0]
    if (first === this.#next) return
    clearTimer(this.#timer)
    this.#next = first
    if (first !== undefined) this.#timer = setTimer(this.#wake, native.millisUntil(first.due), this.#unref)
  }

  #rise(alarm) {
    while (alarm.place > 0) {
      const above = this.#heap[(alarm.place - 1) >> 1]
      if (above.due <= alarm.due) return
      this.#swap(above, alarm)
    }
  }

  #sink(alarm) {
    for (;;) {
      const left = this.#heap[2 * alarm.place + 1]
      const right = this.#heap[2 * alarm.place + 2]
      const below = right !== undefined && right.due < left.due ? right : left
      if (below === undefined || alarm.due <= below.due) return
      this.#swap(alarm, below)
    }
  }

  #swap(above, below) {
    const { place } = above
    this.#put(above, below.place)
    this.#put(below, place)
  }

  #put(alarm, place) {
    alarm.place = place
    this.#heap[place] = alarm
  }
}

module.exports = { Alarms }
