// A hundred thousand who wait: what each costs, how many timers they have, and that they are served in their order.
//
//   node --expose-gc waiters.mjs

import { FixedWindow, KeyedRateLimiter, RateLimiter } from '../../node/lib/index.mjs'
import { ManualClock } from '../../node/lib/testing.mjs'
import { bars } from './rounds.mjs'

const WAITERS = 100_000
const clock = ManualClock.install()
const used = async () => {
  for (let i = 0; i < 4; i += 1) { gc(); await new Promise((done) => setImmediate(done)) }
  return process.memoryUsage().heapUsed
}

async function measured(name, acquire) {
  const promises = new Array(WAITERS).fill(null)
  const before = await used()
  const start = performance.now()
  for (let i = 0; i < WAITERS; i += 1) promises[i] = acquire(i)
  const began = performance.now()
  const bytes = (await used() - before) / WAITERS
  const { timers } = clock
  let next = 0
  let inOrder = true
  const all = promises.map((promise, number) => promise.then(() => {
    if (number !== next) inOrder = false
    next += 1
  }))
  const wakes = performance.now()
  while (next < WAITERS) await clock.advanceAsync('1m')
  await Promise.all(all)
  console.log(`${name.padEnd(24)} ${bytes.toFixed(0).padStart(5)} B each, ${((began - start) * 1e6 / WAITERS).toFixed(0).padStart(6)} ns to wait, ${((performance.now() - wakes) * 1e6 / WAITERS).toFixed(0).padStart(6)} ns to be served; ${timers} timer, ${inOrder ? 'in order' : 'NOT in order'}`)
  return bytes
}

const bucket = new RateLimiter({ limit: 10_000, interval: 'second', burst: 1 })
bucket.drain()
const window = new FixedWindow({ limit: 1000, interval: 'second' })
window.tryAcquire(1000)
const timed = new FixedWindow({ limit: 1000, interval: 'second' })
timed.tryAcquire(1000)
const keyed = new KeyedRateLimiter({ limit: 10_000, interval: 'second', burst: 1, capacity: 64 })
keyed.tryAcquire('a')
console.log()
const bytes = await measured('a bucket', () => bucket.acquire())
await measured('a window', () => window.acquire())
await measured('a window, with timeouts', () => timed.acquire({ timeout: '1h' }))
await measured('a key', () => keyed.acquire('a'))
bars(['B a waiter of a bucket, of which there may be 400', 400 / bytes, 1])
