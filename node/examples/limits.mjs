// What a limiter can do beyond saying yes or no. Every time is given, so that it prints the same always:
// in a program leave `now` and `wall` out.

import { KeyedRateLimiter, RateLimiter, StrictWindow, tryAcquireAll } from 'tidegate'

const now = 0n

// An estimate is reserved, and corrected when the truth is known.
const tokens = new RateLimiter({ limit: 6_000, interval: 'minute', burst: 1_000 })
const estimate = tokens.reserve({ cost: 800, timeout: '5s', now })
console.log(`wait ${estimate.wait} ms, then send; ${estimate.settle(300, { now })} tokens given back`)

// Two limits, all or nothing, each with its own cost.
const requests = new StrictWindow({ limit: 2, interval: 'second' })
for (const cost of [400, 400, 10]) {
  const { allowed, layer, retryAfter } = tryAcquireAll([{ limiter: requests }, { limiter: tokens, cost }], { now })
  console.log(`${cost} tokens: ${allowed ? 'go' : `limit ${layer} says wait ${retryAfter} ms`}`)
}

// A server said no: nobody asks again before.
tokens.pause('20s', { now })
console.log(`paused: wait ${tokens.check(1, { now }).retryAfter} ms`)

// Over a restart, 15 seconds later.
const kept = JSON.stringify(tokens.snapshot({ now }))
const restored = RateLimiter.restore({ limit: 6_000, interval: 'minute', burst: 1_000 }, JSON.parse(kept), { age: '15s', now })
console.log(`restored: wait ${restored.check(1, { now }).retryAfter} ms`)

// A bucket for each user, in memory that is taken once; some pay for more.
const users = new KeyedRateLimiter({ limit: 5, interval: 'second', burst: 2, capacity: 10_000 })
const gold = { limit: 50, interval: 'second', burst: 20 }
console.log(`alice: ${[1, 2, 3].map(() => users.check('alice', 1, { now }).allowed)}`)
console.log(`bob: ${users.check('bob', 20, { quota: gold, now }).allowed}, users: ${users.occupied({ now })}`)
