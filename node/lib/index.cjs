'use strict'
// The npm module `tidegate`: rate limits and retries whose every decision is made by one core.

const { version } = require('../package.json')
const { Api, Call } = require('./api.cjs')
const { Backoff } = require('./backoff.cjs')
const { RateLimitError, TidegateError, errors } = require('./errors.cjs')
const { failureKind } = require('./failure.cjs')
const { FixedWindow, RateLimiter } = require('./limiter.cjs')
const native = require('./native.cjs')
const { sleep } = require('./sleep.cjs')
const { Hints, parseRetryAfter, scanErrorBody } = require('./wire.cjs')

const failures = Object.freeze(native.failureNames())
const reasons = Object.freeze(native.reasonNames())

module.exports = {
  Api,
  Backoff,
  Call,
  FixedWindow,
  Hints,
  RateLimitError,
  RateLimiter,
  TidegateError,
  errors,
  failureKind,
  failures,
  parseRetryAfter,
  reasons,
  scanErrorBody,
  sleep,
  version,
}
