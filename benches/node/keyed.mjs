// A million keys: what a decision and a key cost, and whether ten million of them make the process grow.
//
//   node --expose-gc keyed.mjs

import { RateLimiterMemory } from 'rate-limiter-flexible'
import { KeyedRateLimiter } from '../../node/lib/index.mjs'
import { bars, rounds } from './rounds.mjs'

const KEYS = 1_000_000
const keys = Array.from({ length: KEYS }, (_, i) => `user:${i}`)
/** Every key comes once, in no order that memory likes. */
const any = (i) => keys[(i * 611_953) % KEYS]

const rest = async () => { for (let i = 0; i < 4; i += 1) { globalThis.gc?.(); await new Promise((done) => setImmediate(done)) } }
await rest()
const before = process.memoryUsage()
const limiter = new KeyedRateLimiter({ limit: 100, interval: 'minute', burst: 20, capacity: KEYS * 1.43 })
for (let i = 0; i < KEYS; i += 1) limiter.tryAcquire(keys[i])
await rest()
const after = process.memoryUsage()
const outside = (after.rss - before.rss) / KEYS
const heap = (after.heapUsed - before.heapUsed) / KEYS
console.log(`\n${KEYS} keys: ${outside.toFixed(1)} B a key in the process, ${heap.toFixed(2)} of them in the heap; ${limiter.overflowed} overflowed`)

const flexible = new RateLimiterMemory({ points: 1_000_000, duration: 3600 })
for (let i = 0; i < KEYS; i += 1) await flexible.consume(keys[i])
await rest()
const peer = process.memoryUsage().rss - after.rss
console.log(`rate-limiter-flexible: ${(peer / KEYS).toFixed(0)} B a key`)

let [mine, theirs] = [0, 0]
const ns = await rounds('a decision for one of a million keys, in random order', {
  'keyed.tryAcquire(key)': (calls) => { for (let i = 0; i < calls; i += 1) limiter.tryAcquire(any(mine += 1)) },
  'rate-limiter-flexible consume(key)': async (calls) => { for (let i = 0; i < calls; i += 1) await flexible.consume(any(theirs += 1)) },
}, { calls: 20_000, times: 51 })

const small = new KeyedRateLimiter({ limit: 100, interval: 'minute', burst: 20, capacity: 65_536 })
small.tryAcquire('a')
const sizes = []
for (let million = 0; million < 10; million += 1) {
  for (let i = 0; i < 1_000_000; i += 1) small.tryAcquire(`client:${million}:${i}`)
  await rest()
  sizes.push(Math.round(process.memoryUsage().rss / 2 ** 20))
}
console.log(`\nMiB after each of ten million further keys: ${sizes.join(' ')}`)
bars(
  ['times faster than rate-limiter-flexible', ns['rate-limiter-flexible consume(key)'] / ns['keyed.tryAcquire(key)'], 3],
  ['B a key in the process, of which there may be 32', 32 / outside, 1],
)
