'use strict'
// `tidegate/testing`: time that passes when a test says so.
//
// Both clocks of this thread are replaced, for limiters, breakers, budgets, calls and everything that waits.

const { replaceClock } = require('./clock.cjs')
const { detached, row, valueOf } = require('./errors.cjs')
const native = require('./native.cjs')
const values = require('./values.cjs')

// Of this moment, because a test framework may put others in their place.
const { setImmediate } = globalThis

const NANOS_PER_MILLI = 1_000_000n
/** Only `install` makes a clock, because a clock that is not installed tells nobody the time. */
const INSTALLED = Symbol('made by ManualClock.install()')

/** Which clock is installed. */
let installed

class ManualClock {
  #now
  #wall
  /** The timers that are set, in the order of their times. */
  #timers = []

  constructor(made, now, wall) {
    if (made !== INSTALLED) throw Object.assign(new TypeError('a ManualClock is made by ManualClock.install()'), { code: 'ERR_ILLEGAL_CONSTRUCTOR' })
    this.#now = now
    this.#wall = wall
  }

  static install(options) {
    const known = values.options(options, ['now', 'wall'])
    const now = values.nanos(known.now, 'now') ?? native.monotonicNs()
    const wall = values.nanos(known.wall, 'wall') ?? hostWall()
    checkTime(now)
    checkTime(wall)
    const clock = new ManualClock(INSTALLED, now, wall)
    install(clock, (asked) => (asked ? clock.#wall : clock.#now), {
      setTimeout: (run, delay) => clock.#setTimeout(run, delay),
      clearTimeout: (timer) => clock.#clearTimeout(timer),
    })
    return clock
  }

  get nowNs() {
    return ManualClock.#of(this, 'nowNs').#now
  }

  get wallNs() {
    return ManualClock.#of(this, 'wallNs').#wall
  }

  get timers() {
    return ManualClock.#of(this, 'timers').#timers.length
  }

  advance(delay) {
    const clock = ManualClock.#of(this, 'advance')
    const target = clock.#after(values.millis(delay, 'delay'))
    while (clock.#fireUntil(target));
    clock.#moveTo(target)
  }

  async advanceAsync(delay) {
    const clock = ManualClock.#of(this, 'advanceAsync')
    const target = clock.#after(values.millis(delay, 'delay'))
    await turn()
    while (clock.#fireUntil(target)) await turn()
    clock.#moveTo(target)
    await turn()
  }

  setWall(wall) {
    const clock = ManualClock.#of(this, 'setWall')
    clock.#wall = checkTime(values.requiredNanos(wall, 'wall'))
  }

  uninstall() {
    if (ManualClock.#of(this, 'uninstall') === installed) uninstall()
  }

  [Symbol.dispose]() {
    this.uninstall()
  }

  /** The time that is so many milliseconds from now, in nanoseconds. */
  #after(millis) {
    if (installed !== this) throw Object.assign(new Error('the clock is not installed any more: nothing goes by it'), { code: 'ERR_CLOCK_NOT_INSTALLED' })
    return valueOf(native.dueAfter(millis))
  }

  #moveTo(now) {
    if (now <= this.#now) return
    this.#wall += now - this.#now
    this.#now = now
  }

  /** Runs the first timer that is due until then, at its time; says whether there was one. */
  #fireUntil(target) {
    const [first] = this.#timers
    if (first === undefined || first.due > target) return false
    this.#timers.shift()
    this.#moveTo(first.due)
    first.run()
    return true
  }

  #setTimeout(run, delay) {
    const timer = { due: this.#after(delay), run }
    const after = this.#timers.findIndex(({ due }) => due > timer.due)
    this.#timers.splice(after < 0 ? this.#timers.length : after, 0, timer)
    return timer
  }

  #clearTimeout(timer) {
    const place = this.#timers.indexOf(timer)
    if (place >= 0) this.#timers.splice(place, 1)
  }

  static #of(self, method) {
    if (#timers in Object(self)) return self
    throw detached('ManualClock', method)
  }
}

function followTimers() {
  const [now, wall] = [native.monotonicNs(), hostWall()]
  const passed = () => hostWall() - wall
  const clock = { [Symbol.dispose]: () => { if (installed === clock) uninstall() } }
  // A `Date` that goes back below where it began stands still here: the monotonic clock cannot go back.
  install(clock, (asked) => (asked ? hostWall() : passed() > 0n ? now + passed() : now), undefined)
  return clock
}

function install(clock, read, timers) {
  if (installed !== undefined) throw Object.assign(new Error('another clock is installed already: uninstall it first'), { code: 'ERR_CLOCK_INSTALLED' })
  replaceClock(read, timers)
  installed = clock
}

function uninstall() {
  replaceClock(undefined, undefined)
  installed = undefined
}

/** What `Date` says now, which a test framework may have made. */
function hostWall() {
  return BigInt(Date.now()) * NANOS_PER_MILLI
}

function checkTime(nanos) {
  if (nanos < 0n || nanos >= 2n ** 64n) throw row('TimeOutOfRange')
  return nanos
}

/** Lets everything run that promises have made ready. */
function turn() {
  return new Promise((resolve) => setImmediate(resolve))
}

module.exports = { ManualClock, followTimers }
