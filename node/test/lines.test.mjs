// Waiting for what cannot be reserved: windows, layers, keys. First come, first served, under one timer.

import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { FirstUseWindow, FixedWindow, KeyedRateLimiter, RateLimitError, RateLimiter, StrictWindow } from 'tidegate'
import { ManualClock } from 'tidegate/testing'

const manual = (t) => {
  const clock = ManualClock.install({ now: 0n, wall: 0n })
  t.after(() => clock.uninstall())
  return clock
}

/** Waits, and writes down who was served when. */
const writer = (clock, served) => (name, waiting) => waiting.then((waited) => served.push([name, waited, Number(clock.nowNs / 1_000_000n)]))

test('a thousand wait for a window under one timer, and are served in their order', async (t) => {
  const clock = manual(t)
  const window = new FixedWindow({ limit: 10, interval: 'second' })
  const served = []
  const wait = writer(clock, served)
  const all = Array.from({ length: 1000 }, (_, number) => wait(number, window.acquire()))
  await clock.advanceAsync(0)
  assert.equal(clock.timers, 1)
  await clock.advanceAsync('99s')
  await Promise.all(all)
  assert.deepEqual(served, Array.from({ length: 1000 }, (_, number) => [number, Math.floor(number / 10) * 1000, Math.floor(number / 10) * 1000]))
  assert.equal(clock.timers, 0)
})

test('nobody overtakes whoever needs more', async (t) => {
  const clock = manual(t)
  for (const make of [(options) => new FixedWindow(options), (options) => new FirstUseWindow(options), (options) => RateLimiter.all(new FixedWindow(options))]) {
    const window = make({ limit: 4, interval: 'second' })
    const cost = (cost) => (window instanceof FixedWindow || window instanceof FirstUseWindow ? { cost } : { costs: [cost] })
    const start = clock.nowNs
    const order = []
    const all = [3, 3, 1, 2, 0].map((n, at) => window.acquire(cost(n)).then(() => order.push([at, Number((clock.nowNs - start) / 1_000_000n)])))
    await clock.advanceAsync('2s')
    await Promise.all(all)
    assert.deepEqual(order, [[0, 0], [1, 1000], [2, 1000], [3, 2000], [4, 2000]])
    await clock.advanceAsync('8s')
  }
})

test('a timeout is told at once if it is known, and in time if it is not', async (t) => {
  const clock = manual(t)
  const window = new StrictWindow({ limit: 2, interval: 'minute' })
  assert.equal(await window.acquire({ cost: 2 }), 0)
  await assert.rejects(window.acquire({ timeout: '30s' }), (error) => {
    assert.ok(error instanceof RateLimitError)
    assert.ok(error.retryAfter > 60_000)
    return true
  })
  const first = window.acquire({ cost: 2 })
  // When the first one is served it is known that the next turn comes too late.
  const ended = []
  const second = window.acquire({ timeout: '70s' }).then(assert.fail, (error) => ended.push([Number(clock.nowNs / 1_000_000n), error.code, error.retryAfter > 0]))
  await clock.advanceAsync('79s')
  await second
  assert.deepEqual(ended, [[await first, 'ERR_RATE_LIMITED', true]])
  assert.equal(clock.timers, 0)
})

test('who stands behind somebody patient is told when the time is over', async (t) => {
  const clock = manual(t)
  const window = new FixedWindow({ limit: 2, interval: 'minute' })
  window.tryAcquire(1)
  const patient = window.acquire({ cost: 2 })
  // Its own token is there, but it is not its turn.
  const told = []
  window.acquire({ timeout: '2s' }).catch((error) => told.push([clock.nowNs, error.retryAfter]))
  await clock.advanceAsync(1999)
  assert.deepEqual(told, [])
  await clock.advanceAsync(1)
  assert.deepEqual(told, [[2_000_000_000n, 58_000]])
  await clock.advanceAsync('1m')
  assert.equal(await patient, 60_000)
})

test('who leaves the front lets the next one in', async (t) => {
  const clock = manual(t)
  const window = new FixedWindow({ limit: 3, interval: 'minute' })
  window.tryAcquire(2)
  const controller = new AbortController()
  const first = window.acquire({ cost: 3, signal: controller.signal })
  const second = window.acquire({ cost: 1, signal: controller.signal })
  const third = window.acquire({ cost: 3, timeout: '2m' })
  assert.equal(getEventListeners(controller.signal, 'abort').length, 1)
  await clock.advanceAsync(500)
  // Both are told, in their order; the second one was let in by then.
  controller.abort(new Error('enough'))
  await assert.rejects(first, { message: 'enough' })
  assert.equal(await second, 500)
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
  await clock.advanceAsync('1m')
  assert.equal(await third, 60_000)
  assert.equal(clock.timers, 0)
})

test('each key has its line, and all lines one timer', async (t) => {
  const clock = manual(t)
  const keyed = new KeyedRateLimiter({ limit: 1, interval: 'second', burst: 1, capacity: 4096 })
  const served = []
  const wait = writer(clock, served)
  const keys = ['a', new Uint8Array([98]), 7, 8n]
  const all = [0, 1, 2].flatMap((round) => keys.map((key) => wait(`${key} ${round}`, keyed.acquire(key))))
  await clock.advanceAsync(0)
  assert.equal(clock.timers, 1)
  // The same key in another form, and bytes that change while they are waited for.
  const bytes = new Uint8Array([97])
  all.push(wait('7n 3', keyed.acquire(7n)), wait('bytes', keyed.acquire(bytes, { cost: 1 })))
  bytes[0] = 98
  await clock.advanceAsync('4s')
  await Promise.all(all)
  for (const [round, at] of [0, 1, 2].map((round) => [round, round * 1000])) {
    assert.deepEqual(served.filter(([name]) => name.endsWith(` ${round}`)).sort(), keys.map((key) => [`${key} ${round}`, at, at]).sort())
  }
  assert.deepEqual(served.slice(12).sort(), [['7n 3', 3000, 3000], ['bytes', 3000, 3000]])
  assert.equal(clock.timers, 0)
})

test('a key that waits is refused, aborted and let go like any other', async (t) => {
  const clock = manual(t)
  const keyed = new KeyedRateLimiter({ limit: 1, interval: 'second', capacity: 16 })
  assert.equal(await keyed.acquire('a', { cost: 1n }), 0)
  await assert.rejects(keyed.acquire('a', { timeout: 999 }), { code: 'ERR_RATE_LIMITED', retryAfter: 1000, retryAfterNs: 1_000_000_000n })
  await assert.rejects(keyed.acquire('a', { cost: 2 }), { code: 'ERR_COST_TOO_HIGH' })
  const controller = new AbortController()
  const aborted = keyed.acquire('a', { signal: controller.signal })
  controller.abort()
  await assert.rejects(aborted, { name: 'AbortError' })
  assert.equal(clock.timers, 0)
  await clock.advanceAsync(1000)
  assert.equal(keyed.tryAcquire('a'), true)
})

test('a thousand deadlines in any order end in theirs, under one timer', async (t) => {
  const clock = manual(t)
  const window = new FixedWindow({ limit: 1, interval: 'hour' })
  window.tryAcquire(1)
  const patient = window.acquire()
  const ended = []
  let seed = 1
  const timeouts = Array.from({ length: 1000 }, () => {
    seed = (seed * 48_271) % 2_147_483_647
    return 3_600_001 + (seed % 3_000_000)
  })
  for (const timeout of timeouts) window.acquire({ timeout }).catch(() => ended.push(timeout))
  await clock.advanceAsync(0)
  assert.equal(clock.timers, 1)
  // The window ends after an hour, lets the patient one in, and then no one can be in time.
  await clock.advanceAsync('59m')
  assert.deepEqual(ended, [])
  await clock.advanceAsync('70m')
  await patient
  assert.equal(ended.length, 1000)
  assert.deepEqual(ended, timeouts)
  assert.equal(clock.timers, 0)

  const behind = new FixedWindow({ limit: 2, interval: 'day' })
  behind.tryAcquire(1)
  behind.acquire({ cost: 2 })
  const over = []
  for (const timeout of timeouts) behind.acquire({ timeout }).catch(() => over.push(timeout))
  await clock.advanceAsync('2h')
  assert.deepEqual(over, [...timeouts].sort((a, b) => a - b))
})
