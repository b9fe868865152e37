// The same objects for `import`: both module systems share one instance.

import tidegate from './index.cjs'

export const {
  Api,
  Backoff,
  Call,
  FirstUseWindow,
  FixedWindow,
  Hints,
  KeyedRateLimiter,
  Layers,
  RateLimitError,
  RateLimiter,
  Reservation,
  StrictWindow,
  TidegateError,
  errors,
  failureKind,
  failures,
  parseRetryAfter,
  peekAll,
  reasons,
  scanErrorBody,
  sleep,
  tryAcquireAll,
  version,
} = tidegate
