// What a decision costs: against an empty call into native code that reads the clock, and against peers.
//
//   npm install && node hot.mjs          (a C compiler is needed)

import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RateLimiter as PeerLimiter, TokenBucket } from 'limiter'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { RateLimiter } from '../../node/lib/index.mjs'
import { bars, rounds } from './rounds.mjs'

const source = fileURLToPath(new URL('floor.c', import.meta.url))
const addon = join(tmpdir(), `tidegate-floor-${process.pid}.node`)
const shared = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-fPIC']
const compiled = spawnSync('cc', ['-O2', ...shared, '-o', addon, source], { stdio: 'inherit' })
if (compiled.status !== 0) throw new Error('cc could not compile floor.c')
const floor = createRequire(import.meta.url)(addon)

const MANY = 1_000_000_000
const limiter = new RateLimiter({ limit: MANY, interval: 'second', burst: 4_000_000_000 })
const denies = new RateLimiter({ limit: 1, interval: 'day', burst: 1 })
denies.tryAcquire()
const bucket = new TokenBucket({ bucketSize: MANY, tokensPerInterval: MANY, interval: 'second' })
bucket.content = MANY
const peer = new PeerLimiter({ tokensPerInterval: MANY, interval: 'second' })
const flexible = new RateLimiterMemory({ points: MANY, duration: 1 })

const loop = (call) => (calls) => { for (let i = 0; i < calls; i += 1) call() }
const { tryAcquire } = limiter

const ns = await rounds('a decision', {
  'empty native call and clock': loop(() => floor.clock()),
  'empty native call': loop(() => floor.empty()),
  'performance.now()': loop(() => performance.now()),
  'tryAcquire()': loop(() => tryAcquire()),
  'limiter.tryAcquire()': loop(() => limiter.tryAcquire()),
  'limiter.tryAcquire(2)': loop(() => limiter.tryAcquire(2)),
  'a denial': loop(() => denies.tryAcquire()),
  'limiter.check()': loop(() => limiter.check()),
  'limiter TokenBucket.tryRemoveTokens(1)': loop(() => bucket.tryRemoveTokens(1)),
  'limiter RateLimiter.tryRemoveTokens(1)': loop(() => peer.tryRemoveTokens(1)),
}, { calls: 20_000, times: 101 })
const peers = await rounds('a decision for which there is a promise', {
  'limiter.tryAcquire()': loop(() => limiter.tryAcquire()),
  'rate-limiter-flexible consume(key)': async (calls) => { for (let i = 0; i < calls; i += 1) await flexible.consume('a') },
}, { calls: 10_000, times: 101 })

const own = ns['limiter.tryAcquire()']
bars(
  ['an empty call and the clock, of which tryAcquire may be 1.5', 1.5 * ns['empty native call and clock'] / own, 1],
  ['times faster than the TokenBucket of limiter', ns['limiter TokenBucket.tryRemoveTokens(1)'] / own, 1.5],
  ['times faster than rate-limiter-flexible', peers['rate-limiter-flexible consume(key)'] / peers['limiter.tryAcquire()'], 5],
)
