'use strict'
// The npm module `tidegate`: rate limits and retries whose every decision is made by one core.

const { version } = require('../package.json')
const { AdaptiveRate, AdaptiveThrottle } = require('./adaptive.cjs')
const { Advice, Dialect } = require('./advice.cjs')
const { announce } = require('./announce.cjs')
const { Api, Call } = require('./api.cjs')
const { ApiError } = require('./api_error.cjs')
const { Attempts } = require('./attempts.cjs')
const { Backoff } = require('./backoff.cjs')
const { CircuitBreaker, Passage } = require('./breaker.cjs')
const { RateLimiter } = require('./bucket.cjs')
const { RetryBudget, RetryQuota, RetryThrottle } = require('./budget.cjs')
const { bulk } = require('./bulk.cjs')
const { clientKey } = require('./client_key.cjs')
const { outcomeOf } = require('./drive.cjs')
const { BreakerOpenError, PolicyError, RateLimitError, TidegateError, errors } = require('./errors.cjs')
const { failureKind } = require('./failure.cjs')
const { withLimits } = require('./fetch.cjs')
const { KeyedRateLimiter } = require('./keyed.cjs')
const { Layers, peekAll, tryAcquireAll } = require('./layers.cjs')
const native = require('./native.cjs')
const { retryInfo } = require('./operation.cjs')
const { paginate } = require('./paginate.cjs')
const { Paging, nextLink } = require('./paging.cjs')
const { Policy } = require('./policy.cjs')
const { removeShared } = require('./host.cjs')
const { Reservation } = require('./reservation.cjs')
const { RetryPolicy, retry } = require('./retry_policy.cjs')
const { sleep } = require('./sleep.cjs')
const { FirstUseWindow, FixedWindow, StrictWindow } = require('./window.cjs')
const { Hints, parseRetryAfter, scanErrorBody } = require('./wire.cjs')

const apis = Object.freeze(native.policyNames())
const failures = Object.freeze(native.failureNames())
const reasons = Object.freeze(native.reasonNames())

module.exports = {
  AdaptiveRate,
  AdaptiveThrottle,
  Advice,
  Api,
  ApiError,
  Attempts,
  Backoff,
  BreakerOpenError,
  Call,
  CircuitBreaker,
  Dialect,
  FirstUseWindow,
  FixedWindow,
  Hints,
  KeyedRateLimiter,
  Layers,
  Passage,
  Paging,
  Policy,
  PolicyError,
  RateLimitError,
  RateLimiter,
  Reservation,
  RetryBudget,
  RetryPolicy,
  RetryQuota,
  RetryThrottle,
  StrictWindow,
  TidegateError,
  announce,
  apis,
  backend: native.backend,
  bulk,
  clientKey,
  errors,
  failureKind,
  failures,
  monotonicNs: native.monotonicNs,
  nextLink,
  outcomeOf,
  paginate,
  parseRetryAfter,
  peekAll,
  reasons,
  removeShared,
  retry,
  retryInfo,
  scanErrorBody,
  sleep,
  tryAcquireAll,
  version,
  withLimits,
}
