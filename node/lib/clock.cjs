'use strict'
// The clock of timers: the host's, or what a test has put in the place of all clocks of this thread.
//
// What time it is, is asked natively; the limiters and the waits go by the same clock.

const native = require('./native.cjs')

/** A longer timer of the host fires at once. */
const LONGEST = 2 ** 31 - 1

/** The timers of a test: `setTimeout` and `clearTimeout`. */
let timers

/**
 * Runs something after `delay` milliseconds or somewhat earlier, so whoever is run looks at the clock again.
 * With `unref` the process does not stay for it.
 */
function setTimer(run, delay, unref) {
  // The global ones of this moment: they may be those of a test framework.
  const timer = (timers?.setTimeout ?? setTimeout)(run, Math.min(delay, LONGEST))
  if (unref) timer.unref?.()
  return timer
}

function clearTimer(timer) {
  const clear = timers?.clearTimeout ?? clearTimeout
  clear(timer)
}

/** Puts `read(wall)`, in nanoseconds, in the place of both clocks, and `own` in that of the timers. */
function replaceClock(read, own) {
  native.replaceClock(read)
  timers = own
}

module.exports = { clearTimer, replaceClock, setTimer }
