// `tidegate/testing`: time passes when a test says so, with its own clock and with those of test frameworks.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { once } from 'node:events'
import { Api, CircuitBreaker, FixedWindow, KeyedRateLimiter, RateLimiter, RetryBudget, monotonicNs, parseRetryAfter, sleep } from 'tidegate'
import { ManualClock, followTimers } from 'tidegate/testing'

const require = createRequire(import.meta.url)

test('every clock of the module is this one, for limiters of before too', (t) => {
  const before = new RateLimiter({ limit: 1, interval: 'minute', burst: 1 })
  assert.equal(before.tryAcquire(), true)
  const clock = ManualClock.install()
  t.after(() => clock.uninstall())
  assert.equal(monotonicNs(), clock.nowNs)
  assert.equal(before.tryAcquire(), false)
  clock.advance('1m')
  assert.equal(before.tryAcquire(), true)

  const keyed = new KeyedRateLimiter({ limit: 1, interval: 'second', capacity: 4 })
  const window = new FixedWindow({ limit: 1, interval: 'day' })
  const breaker = CircuitBreaker.consecutive({ failures: 1, openFor: '30s' })
  const budget = new RetryBudget({ window: '1s', ratio: 1, reserve: 0 })
  assert.deepEqual([keyed.tryAcquire('a'), keyed.tryAcquire('a'), window.tryAcquire(), window.tryAcquire()], [true, false, true, false])
  breaker.failed(breaker.tryCall().passage)
  budget.deposit()
  assert.equal(budget.available(), 1)
  clock.advance(29_999)
  assert.equal(breaker.tryCall().allowed, false)
  clock.advance(1)
  assert.deepEqual([breaker.tryCall().allowed, budget.available(), keyed.tryAcquire('a')], [true, 0, true])

  const now = clock.nowNs
  clock.setWall(1_700_000_000_000_000_000n)
  assert.equal(clock.nowNs, now)
  assert.equal(Api.stackflow().admit('GET', '/a', { key: 'a' }).reset, 1_700_000_040_000)
  assert.equal(parseRetryAfter('Tue, 14 Nov 2023 22:13:25 GMT').date, 1_700_000_005_000)
  clock.setWall(clock.wallNs - 86_400_000_000_000n)
  assert.equal(clock.wallNs, 1_699_913_600_000_000_000n)
})

test('timers fire in their order, each at its time', async (t) => {
  const clock = ManualClock.install({ now: 5n })
  t.after(() => clock.uninstall())
  const fired = []
  for (const delay of [30, 10, 20, 10]) sleep(delay).then(() => fired.push([delay, clock.nowNs]))
  sleep(5).then(() => sleep(7)).then(() => fired.push([12, clock.nowNs]))
  assert.equal(clock.timers, 5)
  await clock.advanceAsync(20)
  assert.deepEqual(fired, [[10, 10_000_005n], [10, 10_000_005n], [12, 12_000_005n], [20, 20_000_005n]])
  assert.deepEqual([clock.timers, clock.nowNs], [1, 20_000_005n])
  clock.advance(10)
  await null
  assert.equal(clock.timers, 0)
  clock.advance(1e-6)
  assert.equal(clock.nowNs, 30_000_006n)
})

test('a clock is given back, and is of use only while it is installed', () => {
  const clock = ManualClock.install({ now: 7n })
  assert.throws(() => ManualClock.install(), { code: 'ERR_CLOCK_INSTALLED' })
  assert.throws(() => followTimers(), { code: 'ERR_CLOCK_INSTALLED' })
  clock[Symbol.dispose]()
  assert.throws(() => clock.advance(1), { code: 'ERR_CLOCK_NOT_INSTALLED' })
  assert.ok(monotonicNs() > 7n)
  // Of an old clock it means nothing to a new one.
  const next = ManualClock.install({ now: 9n })
  clock.uninstall()
  assert.equal(monotonicNs(), 9n)
  next.uninstall()
})

test('what a clock cannot be is refused', async () => {
  assert.throws(() => new ManualClock(), { name: 'TypeError', code: 'ERR_ILLEGAL_CONSTRUCTOR' })
  assert.throws(() => ManualClock.install({ now: -1n }), { code: 'TimeOutOfRange' })
  assert.throws(() => ManualClock.install({ wall: 2n ** 64n }), { code: 'TimeOutOfRange' })
  assert.throws(() => ManualClock.install({ time: 1 }), { code: 'ERR_INVALID_ARG_VALUE', message: /the options are now, wall/ })
  const clock = ManualClock.install()
  assert.throws(() => clock.advance(-1), { code: 'TimeOutOfRange' })
  assert.throws(() => clock.advance('soon'), { code: 'ERR_OUT_OF_RANGE' })
  assert.throws(() => clock.setWall(), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.throws(() => clock.setWall(-1n), { code: 'TimeOutOfRange' })
  await assert.rejects(clock.advanceAsync(NaN), { code: 'TimeOutOfRange' })
  clock.uninstall()
  assert.throws(() => ManualClock.prototype.advance.call({}, 1), { code: 'ERR_INVALID_THIS' })
})

test('a clock that throws is heard, and breaks nothing', () => {
  const { replaceClock } = require('../lib/clock.cjs')
  const limiter = new RateLimiter({ limit: 1, interval: 'hour', burst: 2 })
  const keyed = new KeyedRateLimiter({ limit: 1, interval: 'hour', burst: 2, capacity: 4 })
  replaceClock(() => { throw new Error('stopped') })
  assert.throws(() => limiter.tryAcquire(), { message: 'stopped' })
  assert.throws(() => limiter.check(), { message: 'stopped' })
  assert.throws(() => keyed.tryAcquire('a'), { message: 'stopped' })
  replaceClock(() => 'late')
  assert.equal(typeof limiter.tryAcquire(), 'boolean')
  replaceClock()
})

test('the clock of one thread is not that of another', async () => {
  const clock = ManualClock.install({ now: 1n })
  const source = `
    const { parentPort, workerData } = require('node:worker_threads')
    const { monotonicNs } = require(workerData + '/index.cjs')
    const { ManualClock } = require(workerData + '/testing.cjs')
    const real = monotonicNs()
    ManualClock.install({ now: 2n })
    parentPort.postMessage([real, monotonicNs()])
    process.exit(0) // see workers.test.mjs
  `
  const worker = new Worker(source, { eval: true, workerData: fileURLToPath(new URL('../lib', import.meta.url)) })
  const [[[real, manual]]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')])
  assert.deepEqual([real > 1_000_000n, manual, monotonicNs()], [true, 2n, 1n])
  clock.uninstall()
})

test('the timers of node:test', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  const follows = followTimers()
  t.after(() => follows[Symbol.dispose]())
  const limiter = new RateLimiter({ limit: 1, interval: 'minute', burst: 1 })
  const window = new FixedWindow({ limit: 1, interval: 'hour' })
  assert.equal(await limiter.acquire(), 0)
  assert.equal(await window.acquire(), 0)
  let served = 0
  const waiting = [limiter.acquire().then(() => { served += 1 }), window.acquire().then(() => { served += 1 })]
  t.mock.timers.tick(59_999)
  await new Promise(setImmediate)
  assert.equal(served, 0)
  t.mock.timers.tick(1)
  await new Promise(setImmediate)
  assert.deepEqual([served, limiter.tryAcquire()], [1, false])
  t.mock.timers.tick(59 * 60_000)
  await Promise.all(waiting)
  assert.equal(window.tryAcquire(), false)
  const sleeping = sleep('60d')
  t.mock.timers.tick(2 ** 31 - 1)
  await new Promise(setImmediate)
  t.mock.timers.tick(2 ** 31 - 1)
  await new Promise(setImmediate)
  t.mock.timers.tick(2 ** 31 - 1)
  await sleeping
})

test('the timers of vitest', () => {
  const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs')
  const folder = fileURLToPath(new URL('vitest', import.meta.url))
  for (const pool of ['threads', 'forks']) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [vitest, 'run', '--root', folder, '--pool', pool, '--reporter', 'json'], { encoding: 'utf8' })
    assert.equal(status, 0, stdout + stderr)
    const { numPassedTests, numTotalTests } = JSON.parse(stdout)
    assert.deepEqual([numPassedTests, numTotalTests], [3, 3])
  }
})
