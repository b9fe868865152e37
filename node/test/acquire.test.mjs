// acquire() and sleep(): the only places where anything waits.

import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { RateLimitError, RateLimiter, sleep } from 'tidegate'

const empty = (interval) => {
  const limiter = new RateLimiter({ limit: 1, interval, burst: 1 })
  assert.equal(limiter.tryAcquire(), true)
  return limiter
}

test('what is there is taken without waiting', async () => {
  const limiter = new RateLimiter({ limit: 1, interval: 'day', burst: 3 })
  assert.equal(await limiter.acquire(), 0)
  assert.equal(await limiter.acquire({ cost: 2, timeout: 0 }), 0)
  assert.equal(limiter.tryAcquire(), false)
})

test('what is not there is waited for, and taken', async () => {
  const limiter = empty(30)
  const waited = await limiter.acquire({ timeout: '10s' })
  assert.ok(waited >= 1 && waited <= 60, `${waited}`)
  assert.equal(limiter.tryAcquire(), false)
})

test('a wait longer than the timeout is refused at once, and nothing is taken', async () => {
  const limiter = empty('hour')
  await assert.rejects(limiter.acquire({ timeout: '1s' }), (error) => {
    assert.ok(error instanceof RateLimitError && error instanceof Error)
    assert.deepEqual([error.name, error.code], ['RateLimitError', 'ERR_RATE_LIMITED'])
    assert.ok(error.retryAfter > 3_590_000 && error.retryAfter <= 3_600_000)
    assert.equal(BigInt(error.retryAfter), (error.retryAfterNs + 999_999n) / 1_000_000n)
    return true
  })
})

test('a signal ends the wait and leaves no listener behind', async () => {
  const controller = new AbortController()
  const waiting = empty('hour').acquire({ signal: controller.signal })
  assert.equal(getEventListeners(controller.signal, 'abort').length, 1)
  controller.abort(new Error('enough'))
  await assert.rejects(waiting, { message: 'enough' })
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
})

test('a signal that is not used is left clean', async () => {
  const { signal } = new AbortController()
  await empty(5).acquire({ signal })
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('a signal that is already aborted takes nothing', async () => {
  const limiter = new RateLimiter({ limit: 1, interval: 'day', burst: 1 })
  await assert.rejects(limiter.acquire({ signal: AbortSignal.abort() }), { name: 'AbortError' })
  assert.equal(limiter.tryAcquire(), true)
})

test('an impossible cost never waits', async () => {
  await assert.rejects(empty('hour').acquire({ cost: 2 }), { name: 'RangeError', code: 'ERR_COST_TOO_HIGH' })
})

test('a sleep longer than any timer is split', async (t) => {
  const delays = []
  t.mock.method(globalThis, 'setTimeout', (wake, delay) => {
    delays.push(delay)
    queueMicrotask(wake)
  })
  await sleep(2 ** 31 - 1)
  await sleep('50d')
  assert.deepEqual(delays, [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1, 50 * 86_400_000 - 2 * (2 ** 31 - 1)])
})

test('a sleep of nothing still yields, and an aborted one rejects', async () => {
  await sleep(0)
  await assert.rejects(sleep(1e6, { signal: AbortSignal.abort(new Error('no')) }), { message: 'no' })
})
