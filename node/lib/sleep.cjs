'use strict'
// Sleeping: the one thing that the core never does.

const { offAbort, onAbort } = require('./aborts.cjs')
const { clearTimer, setTimer } = require('./clock.cjs')
const { valueOf } = require('./errors.cjs')
const native = require('./native.cjs')
const values = require('./values.cjs')

/**
 * Resolves after `delay`, however long, and never before; rejects with the signal's reason when aborted. A delay of
 * 0 lets the event loop turn.
 */
async function sleep(delay, options) {
  const { signal, unref = false } = values.options(options, ['signal', 'unref'])
  values.flag(unref, 'unref')
  const wait = values.delay(delay, 'delay')
  values.signal(signal)?.throwIfAborted()
  const due = valueOf(native.dueAfter(wait))
  let left = native.millisUntil(due)
  do {
    await timer(left, signal, unref)
    left = native.millisUntil(due)
  } while (left > 0)
}

function timer(delay, signal, unref) {
  return new Promise((resolve, reject) => {
    const timeout = setTimer(() => {
      if (signal !== undefined) offAbort(signal, abort)
      resolve()
    }, delay, unref)
    const abort = () => {
      clearTimer(timeout)
      reject(signal.reason)
    }
    if (signal !== undefined) onAbort(signal, abort)
  })
}

module.exports = { sleep }
