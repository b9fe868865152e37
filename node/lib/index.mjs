// The same objects for `import`: both module systems share one instance.

import tidegate from './index.cjs'

export const {
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
} = tidegate
