// KeyedRateLimiter, on explicit clocks where it matters.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { KeyedRateLimiter } from 'tidegate'

const QUOTA = { limit: 5, interval: 'second', burst: 2 }
const keyed = (options) => new KeyedRateLimiter({ ...QUOTA, capacity: 1000, ...options })
const at = { now: 0n }

test('each key has its own bucket', () => {
  const limiter = keyed()
  assert.deepEqual(limiter.check('alice', 2, at), {
    allowed: true, remaining: 0, resetAfter: 400, resetAfterNs: 400_000_000n, retryAfter: 0, retryAfterNs: 0n,
  })
  assert.deepEqual(limiter.check('alice', 1, at), { allowed: false, retryAfter: 200, retryAfterNs: 200_000_000n })
  assert.equal(limiter.check('bob', 2, at).allowed, true)
  assert.deepEqual([limiter.capacity, limiter.occupied(at), limiter.overflowed], [1000, 2, 0])
})

test('peek answers as check would, and takes nothing', () => {
  const limiter = keyed()
  for (let i = 0; i < 3; i += 1) assert.equal(limiter.peek('alice', 2, at).allowed, true)
  assert.equal(limiter.occupied(at), 0)
  limiter.check('alice', 2, at)
  assert.equal(limiter.peek('alice', 1, at).retryAfter, 200)
})

test('every form of a key, by both ways, is one bucket', () => {
  const eight = Uint8Array.of(0xb1, 0x68, 0xde, 0x3a, 0, 0, 0, 0) // 987,654,321
  for (const forms of [
    ['', new Uint8Array(0), Buffer.alloc(0)],
    ['grüße', new TextEncoder().encode('grüße'), Buffer.from('grüße')],
    ['\ud800', '\ufffd', '\udfff'],
    [987_654_321, 987_654_321n, eight, new Uint8Array([9, ...eight, 9]).subarray(1, 9)],
    [-0, 0, 0n, new Uint8Array(8)],
    [Number.MAX_SAFE_INTEGER, 2n ** 53n - 1n],
    [2n ** 64n - 1n, new Uint8Array(8).fill(255)],
  ]) {
    for (const one of forms) {
      for (const other of forms) {
        const limiter = keyed({ interval: 'day', burst: 4 })
        assert.equal(limiter.tryAcquire(one, 3), true)
        assert.equal(limiter.tryAcquire(other, 2), false)
        assert.equal(limiter.check(other, 1).allowed, true)
        assert.equal(limiter.tryAcquire(one), false)
        assert.equal(limiter.occupied(), 1)
      }
    }
  }
})

test('text of any length is all of it', () => {
  const limiter = keyed({ interval: 'day', burst: 1 })
  let keys = 0
  for (const letter of ['a', 'ä', '€', '𝄞']) {
    for (let length = 240 / Buffer.byteLength(letter); Buffer.byteLength(letter) * length <= 264; length += 1) {
      for (const end of ['', 'x', 'y']) {
        const key = letter.repeat(length) + end
        assert.equal(limiter.tryAcquire(key), true, key)
        assert.equal(limiter.tryAcquire(Buffer.from(key)), false, key)
        keys += 1
      }
    }
  }
  const long = 'z'.repeat(100_000)
  assert.deepEqual(['1', '2', '1'].map((end) => limiter.tryAcquire(long + end)), [true, true, false])
  assert.equal(limiter.occupied(), keys + 2)
})

test('tryAcquire needs no receiver, and counts costs', () => {
  const { tryAcquire } = keyed({ interval: 'day', burst: 3 })
  assert.deepEqual([0, undefined, 2, 1].map((cost) => tryAcquire('alice', cost)), [true, true, true, false])
  assert.equal(tryAcquire('bob'), true)
})

test('a quota for each call, and a limiter for each plan, in one table', () => {
  const limiter = keyed()
  const quota = { limit: 10, interval: 'second', burst: 20 }
  assert.equal(limiter.check('gold', 20, { quota, ...at }).allowed, true)
  assert.equal(limiter.peek('gold', 1, { quota, ...at }).retryAfter, 100)
  assert.throws(() => limiter.check('gold', 20, at), { code: 'ERR_COST_TOO_HIGH' })
  const gold = limiter.withQuota(quota)
  assert.equal(gold.check('gold', 1, at).allowed, false)
  assert.equal(gold.check('other', 20, at).allowed, true)
  assert.equal(limiter.check('other', 1, at).allowed, false)
  assert.equal(gold.tryAcquire('new', 20), true)
  assert.deepEqual([gold.capacity, gold.occupied(at), limiter.occupied(at)], [1000, 3, 3])
})

test('what a full table gives is chosen, and counted', () => {
  const full = (whenFull) => {
    const limiter = keyed({ capacity: 1, whenFull })
    assert.equal(limiter.capacity, 4)
    for (let key = 0; key < 4; key += 1) assert.equal(limiter.check(key, 2, at).allowed, true)
    const answers = [4, 5, 6].map((key) => limiter.check(key, 1, at).allowed)
    assert.equal(limiter.check(0, 1, at).retryAfter, 200, 'nobody was evicted')
    return [...answers, limiter.overflowed]
  }
  assert.deepEqual(full('deny'), [false, false, false, 3])
  assert.deepEqual(full('share'), [true, true, false, 3])
  assert.deepEqual(full(undefined), [true, true, false, 3])
  assert.deepEqual(full('allow'), [true, true, true, 3])
})

test('places are free again by themselves', () => {
  const limiter = keyed({ capacity: 4, whenFull: 'deny' })
  for (let key = 0; key < 4; key += 1) limiter.check(key, 2, at)
  // A second after a bucket is full again.
  assert.equal(limiter.check('new', 1, { now: 1_399_999_999n }).allowed, false)
  assert.equal(limiter.check('new', 1, { now: 1_400_000_000n }).allowed, true)
  assert.equal(limiter.occupied({ now: 1_400_000_000n }), 1)
})

test('it can be walked through', () => {
  const limiter = keyed({ seed: 7n })
  limiter.check('alice', 1, at)
  limiter.check('bob', 2, at)
  const seen = limiter.occupants({ now: 1n })
  assert.deepEqual(seen.map(({ fullAfter }) => fullAfter).sort(), [200, 400])
  assert.deepEqual(seen.map(({ fullAfterNs }) => fullAfterNs).sort(), [199_999_999n, 399_999_999n])
  assert.equal(new Set(seen.map(({ fingerprint }) => fingerprint)).size, 2)
  limiter.tryAcquire('carol')
  assert.equal([...limiter].length, 1, 'the host is on long after 0')
})

test('a seed decides where keys are, and none is like another', () => {
  const fingerprint = (seed) => {
    const limiter = keyed({ seed })
    limiter.check('alice', 1, at)
    return limiter.occupants(at)[0].fingerprint
  }
  assert.equal(fingerprint(7), fingerprint(7n))
  assert.notEqual(fingerprint(7n), fingerprint(7n + 2n ** 64n))
  assert.notEqual(fingerprint(undefined), fingerprint(undefined))
})

test('memory does not grow with the number of keys', () => {
  const module = fileURLToPath(new URL('../lib/index.cjs', import.meta.url))
  const script = `
    const { KeyedRateLimiter } = require(${JSON.stringify(module)})
    const limiter = new KeyedRateLimiter({ limit: 5, interval: 'second', capacity: 10_000 })
    const use = (from) => { for (let i = 0; i < 1_000_000; i += 1) limiter.tryAcquire('user' + (from + i)) }
    use(0); gc()
    const before = process.memoryUsage().rss
    use(1_000_000); gc()
    console.log(Math.round((process.memoryUsage().rss - before) / 2 ** 20))`
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '-e', script], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  // A million keys of 16 bytes would be 15 MB, and of a Map several times that.
  assert.ok(Number(stdout) < 10, `${stdout.trim()} MB`)
})

test('what is collected is freed', () => {
  const module = fileURLToPath(new URL('../lib/index.cjs', import.meta.url))
  const script = `
    const { KeyedRateLimiter } = require(${JSON.stringify(module)})
    const rest = () => new Promise((done) => setImmediate(done))
    ;(async () => {
      for (let i = 0; i < 300; i += 1) {
        const limiter = new KeyedRateLimiter({ limit: 5, interval: 'second', capacity: 100_000 })
        limiter.withQuota({ limit: 6, interval: 'second' }).tryAcquire('a')
        if (i % 10 === 0) { gc(); await rest() }
      }
      gc(); await rest(); gc(); await rest()
      console.log(Math.round(process.memoryUsage().rss / 2 ** 20))
    })()`
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '-e', script], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  // 300 of them together are 460 MB.
  assert.ok(Number(stdout) < 200, `${stdout.trim()} MB`)
})
