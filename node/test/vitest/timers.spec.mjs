// What a user of vitest writes; `testing.test.mjs` runs it.

import { RateLimiter, FirstUseWindow, monotonicNs, sleep } from 'tidegate'
import { ManualClock, followTimers } from 'tidegate/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

/** As in a program, it is there before any test begins. */
const limiter = new RateLimiter({ limit: 1, interval: 'minute', burst: 1 })

describe('fake timers', () => {
  let follows
  beforeEach(() => {
    vi.useFakeTimers()
    follows = followTimers()
  })
  afterEach(() => {
    follows[Symbol.dispose]()
    vi.useRealTimers()
  })

  test('who waits is served when the test says so', async () => {
    const window = new FirstUseWindow({ limit: 1, interval: 'second' })
    await Promise.all([limiter.acquire(), window.acquire()])
    const waiting = Promise.all([limiter.acquire(), window.acquire(), sleep('1m')])
    await vi.advanceTimersByTimeAsync(59_999)
    expect(vi.getTimerCount()).toBe(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(await waiting).toEqual([60_000, 1000, undefined])
    expect(vi.getTimerCount()).toBe(0)
    expect(limiter.tryAcquire()).toBe(false)
  })

  test('the system time moves the clocks too', () => {
    const before = monotonicNs()
    vi.setSystemTime(Date.now() + 3_600_000)
    expect(monotonicNs() - before).toBe(3_600_000_000_000n)
    expect(limiter.tryAcquire()).toBe(true)
  })
})

test('a clock of its own needs no fake timers', async () => {
  const clock = ManualClock.install()
  const waiting = limiter.reserve({ timeout: '1d' })
  await clock.advanceAsync(waiting.wait)
  expect(limiter.peek().allowed).toBe(false)
  await clock.advanceAsync('1m')
  expect(limiter.tryAcquire()).toBe(true)
  clock.uninstall()
})
