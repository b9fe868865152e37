'use strict'
// ky: options for `ky.create`. Its `fetch` is ours; its own retries and its one time for all of them are off.

const { withLimits } = require('../fetch.cjs')

function limits(api, { fetch = globalThis.fetch, ...options } = {}) {
  return { fetch: withLimits(fetch, api, options), retry: 0, timeout: false }
}

module.exports = { limits }
