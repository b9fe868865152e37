// `await acquire()` where nothing has to be waited for, against peers.

import pThrottle from 'p-throttle'
import { RateLimiter as PeerLimiter } from 'limiter'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { KeyedRateLimiter, RateLimiter } from '../../node/lib/index.mjs'
import { bars, rounds } from './rounds.mjs'

const MANY = 1_000_000_000
const limiter = new RateLimiter({ limit: MANY, interval: 'second', burst: 4_000_000_000 })
const keyed = new KeyedRateLimiter({ limit: MANY, interval: 'second', capacity: 1024 })
const wrapped = limiter.wrap(() => 1)
const flexible = new RateLimiterMemory({ points: MANY, duration: 1 })
const peer = new PeerLimiter({ tokensPerInterval: MANY, interval: 'second' })
const throttled = pThrottle({ limit: MANY, interval: 1000 })(() => 1)

const loop = (call) => async (calls) => { for (let i = 0; i < calls; i += 1) await call() }
const ns = await rounds('await, without a wait', {
  'limiter.acquire()': loop(() => limiter.acquire()),
  'limiter.acquire({ cost: 2 })': loop(() => limiter.acquire({ cost: 2 })),
  'a function that limiter.wrap() made': loop(() => wrapped()),
  "keyed.acquire('a')": loop(() => keyed.acquire('a')),
  "rate-limiter-flexible consume('a')": loop(() => flexible.consume('a')),
  'limiter removeTokens(1)': loop(() => peer.removeTokens(1)),
  'a function that p-throttle made': loop(() => throttled()),
}, { calls: 10_000, times: 101 })

bars(
  ['times faster than rate-limiter-flexible', ns["rate-limiter-flexible consume('a')"] / ns['limiter.acquire()'], 2],
  ['times faster than p-throttle', ns['a function that p-throttle made'] / ns['limiter.acquire()'], 1.5],
)
