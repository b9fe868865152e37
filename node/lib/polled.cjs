'use strict'
// Waiting for limits that cannot be reserved: windows and layers. Who asks first after the wait wins.

const { RateLimitError } = require('./errors.cjs')
const values = require('./values.cjs')

/** Asks until there is no denial any more, and tells how many milliseconds it waited. */
async function polled(waiters, { timeout, signal }, denial) {
  const longest = timeout === undefined ? Infinity : values.delay(timeout, 'timeout')
  values.signal(signal)?.throwIfAborted()
  let waited = 0
  for (;;) {
    const denied = denial()
    if (denied === undefined) return waited
    if (waited + denied.retryAfter > longest) throw new RateLimitError(denied)
    await waiters.wait(denied.retryAfterNs, { signal })
    waited += denied.retryAfter
  }
}

module.exports = { polled }
