'use strict'
// Sleeping: the one thing that the core never does.

const { delay: checkDelay, options: checkOptions, signal: checkSignal } = require('./values.cjs')

/** A longer timer fires at once. */
const LONGEST = 2 ** 31 - 1

/** Resolves after `delay` milliseconds, however many; rejects with the signal's reason when aborted. */
async function sleep(delay, options) {
  const signal = checkSignal(checkOptions(options, ['signal']).signal)
  let left = checkDelay(delay, 'delay')
  signal?.throwIfAborted()
  do {
    await timer(Math.min(left, LONGEST), signal)
    left -= LONGEST
  } while (left > 0)
}

function timer(delay, signal) {
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, delay)
    const abort = () => {
      clearTimeout(timeout)
      reject(signal.reason)
    }
    signal?.addEventListener('abort', abort, { once: true })
  })
}

module.exports = { sleep }
