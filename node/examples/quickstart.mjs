// Five a second, two at once.

import { RateLimiter } from 'tidegate'

const limiter = new RateLimiter({ limit: 5, interval: 'second', burst: 2 })
const now = 0n // in a program leave it out: the limiter reads the clock itself
for (const request of [1, 2, 3]) {
  const { allowed, retryAfter } = limiter.check(1, { now })
  console.log(`request ${request}: ${allowed ? 'go' : `wait ${retryAfter} ms`}`)
}
