// The Node subjects of `cargo xtask bench`: tidegate, its peers, and floors. `benches/README.md` says what
// this program is asked and what it answers.

import { createInterface } from 'node:readline'
import Bottleneck from 'bottleneck'
import { ConstantBackoff, handleAll, retry as cockatielRetry } from 'cockatiel'
import { RateLimiter as PlainLimiter, TokenBucket } from 'limiter'
import pRetry from 'p-retry'
import pThrottle from 'p-throttle'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { KeyedRateLimiter, RateLimiter, RetryPolicy, monotonicNs } from 'tidegate'

/** By case: the subjects, each with what makes it ready. */
const cases = new Map()

function subject(name, of, make) {
  const all = cases.get(`node/${name}`) ?? new Map()
  cases.set(`node/${name}`, all.set(of, make))
}

/** Times an operation; every answer must be the expected one. */
const each = (operation, expected = true) => (times) => {
  let wrong = 0
  const start = process.hrtime.bigint()
  for (let time = 0; time < times; time++) if (operation() !== expected) wrong++
  const spent = process.hrtime.bigint() - start
  if (wrong) throw new Error(`${wrong} of ${times} operations came out wrong`)
  return spent
}

/** Times an operation that is awaited. */
const awaited = (operation) => async (times) => {
  const start = process.hrtime.bigint()
  for (let time = 0; time < times; time++) await operation()
  return process.hrtime.bigint() - start
}

const VAST = 1_000_000_000
const ours = () => new RateLimiter({ limit: VAST, interval: 'second', burst: 2 ** 32 })

// One bucket, nobody waits.
subject('bucket/try', 'floor-empty-call', () => {
  let count = 0
  const nothing = () => count++ >= 0
  return each(nothing)
})
subject('bucket/try', 'floor-clock', () => each(() => performance.now() > 0))
// Reads the clock and gives a BigInt: what an addon's function cannot cost less than, with a value to make.
subject('bucket/try', 'floor-napi-clock', () => each(() => monotonicNs() > 0n))
subject('bucket/try', 'tidegate', () => {
  const limiter = ours()
  return each(() => limiter.tryAcquire())
})
subject('bucket/try', 'limiter-token-bucket', () => {
  const bucket = new TokenBucket({ bucketSize: VAST, tokensPerInterval: VAST, interval: 'second' })
  bucket.content = VAST
  return each(() => bucket.tryRemoveTokens(1))
})
subject('bucket/try', 'limiter-rate-limiter', () => {
  const limiter = new PlainLimiter({ tokensPerInterval: VAST, interval: 'second' })
  return each(() => limiter.tryRemoveTokens(1))
})
subject('bucket/deny', 'tidegate', () => {
  const limiter = new RateLimiter({ limit: 1, interval: 'day' })
  limiter.tryAcquire()
  return each(() => limiter.tryAcquire(), false)
})
subject('bucket/deny', 'limiter-token-bucket', () => {
  const bucket = new TokenBucket({ bucketSize: 1, tokensPerInterval: 1, interval: 'day' })
  return each(() => bucket.tryRemoveTokens(1), false)
})

// One bucket, awaited, nobody has to wait.
subject('bucket/await', 'tidegate', () => {
  const limiter = ours()
  return awaited(() => limiter.acquire())
})
subject('bucket/await', 'rate-limiter-flexible', () => {
  const limiter = new RateLimiterMemory({ points: VAST, duration: 60 })
  return awaited(() => limiter.consume('key'))
})
subject('bucket/await', 'limiter-rate-limiter', () => {
  const limiter = new PlainLimiter({ tokensPerInterval: VAST, interval: 'second' })
  return awaited(() => limiter.removeTokens(1))
})
subject('bucket/await', 'p-throttle', () => {
  const throttled = pThrottle({ limit: VAST, interval: 1000 })(() => true)
  return awaited(throttled)
})
subject('bucket/await', 'bottleneck', () => {
  const limiter = new Bottleneck({ reservoir: VAST })
  return awaited(() => limiter.schedule(async () => true))
})

// A limit for each of many keys.
const KEYS = 100_000
const keys = Array.from({ length: KEYS }, (_, number) => `user-${String(number).padStart(7, '0')}`)
let turn = 0
const next = () => keys[(turn = (turn + 1) % KEYS)]
subject('keyed-1e5/try', 'tidegate', () => {
  const options = { limit: 1_000, interval: 'second', burst: 1_000_000, capacity: 2 * KEYS }
  const limiter = new KeyedRateLimiter(options)
  return each(() => limiter.tryAcquire(next()))
})
subject('keyed-1e5/await', 'tidegate', () => {
  const options = { limit: 1_000, interval: 'second', burst: 1_000_000, capacity: 2 * KEYS }
  const limiter = new KeyedRateLimiter(options)
  return awaited(async () => limiter.tryAcquire(next()))
})
subject('keyed-1e5/await', 'rate-limiter-flexible', () => {
  // Without an end, so that there is no timer for each key.
  const limiter = new RateLimiterMemory({ points: VAST, duration: 0 })
  return awaited(() => limiter.consume(next()))
})

// An operation that succeeds at once, wrapped so that it would be tried again.
const succeed = async () => true
subject('retry/success', 'floor-await', () => awaited(succeed))
subject('retry/success', 'tidegate', () => {
  const policy = new RetryPolicy({ attempts: 3 })
  return awaited(() => policy.run(succeed))
})
subject('retry/success', 'p-retry', () => awaited(() => pRetry(succeed, { retries: 2 })))
subject('retry/success', 'cockatiel', () => {
  const policy = cockatielRetry(handleAll, { maxAttempts: 2, backoff: new ConstantBackoff(1) })
  return awaited(() => policy.execute(succeed))
})

async function serve() {
  let open
  let ready = new Map()
  for await (const line of createInterface({ input: process.stdin })) {
    const [name, of, times] = line.split('\t')
    try {
      if (name !== open) [open, ready] = [name, new Map()]
      if (!ready.has(of)) ready.set(of, cases.get(name).get(of)())
      console.log(`${await ready.get(of)(Number(times))}\t-`)
    } catch (error) {
      console.log(`error\t${String(error).replaceAll('\n', ' ')}`)
    }
  }
}

const [order] = process.argv.slice(2)
if (order === 'list') {
  for (const [name, all] of cases) for (const of of all.keys()) console.log(`${name}\t${of}`)
} else if (order === 'serve') {
  await serve()
  process.exit() // whatever timers peers hold
} else {
  console.error('usage: subjects.mjs list|serve (see benches/README.md)')
  process.exit(2)
}
