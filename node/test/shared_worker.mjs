// One of the processes of `cargo xtask faults`; see host/examples/shared_worker.rs.

import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { KeyedRateLimiter, RateLimiter, monotonicNs } from '../lib/index.mjs'

const [folder, log, tokensOfCount] = process.argv.slice(2)
const second = { interval: 'second', limit: 1_000_000 }
const at = (name) => ({ path: join(folder, name) })
const count = RateLimiter.shared('count', { ...second, burst: Number(tokensOfCount), ...at('count') })
const rate = RateLimiter.shared('rate', { ...second, burst: 1_000, ...at('rate') })
const keys = KeyedRateLimiter.shared('keys', { limit: 1_000, interval: 'second', burst: 20, capacity: 64, whenFull: 'deny', ...at('keys') })

const STILL = 1_000_000_000n
const RATE = 2 ** 32 - 1
const COUNT = 2 ** 32 - 2
const file = openSync(log, 'w+')
const entry = Buffer.alloc(16)
const asks = Buffer.alloc(8)
let end = 16

for (let asked = 0; asked < 4_000_000; asked += 1) {
  let tokens = 1 + Math.floor(asked / 4) % 3
  let limiter = RATE
  let now = monotonicNs()
  let decision
  if (asked % 4 === 1) {
    ;[limiter, tokens, now] = [COUNT, 1, STILL]
    decision = count.check(1, { now })
  } else if (asked % 4 === 3) {
    limiter = Number(BigInt.asUintN(32, BigInt(asked) * 2_654_435_761n >> 8n) % 200n)
    tokens = 1
    decision = keys.check(`k${limiter}`, 1, { now })
  } else {
    decision = rate.check(tokens, { now })
  }
  if (decision.allowed) {
    entry.writeBigUInt64LE(now, 0)
    entry.writeUInt32LE(limiter, 8)
    entry.writeUInt32LE(tokens, 12)
    writeSync(file, entry, 0, 16, end)
    end += 16
  }
  if (asked % 64 === 63) {
    asks.writeBigUInt64LE(BigInt(asked + 1))
    writeSync(file, asks, 0, 8, 0)
  }
}
