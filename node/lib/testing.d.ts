/// <reference lib="esnext.disposable" />
// Types of `tidegate/testing`: time that passes when a test says so.

import type { Duration, Nanoseconds } from './index.js'

/**
 * Clocks and timers that stand still until a test moves them. While one is installed, everything of this module
 * goes by it in this thread: limiters that were made before too. Timers of anybody else go on.
 *
 * @example
 * const clock = ManualClock.install()
 * const limiter = new RateLimiter({ limit: 1, interval: 'minute' })
 * await limiter.acquire()
 * const second = limiter.acquire()
 * await clock.advanceAsync('1m')
 * await second                       // 60000
 * clock.uninstall()
 */
export class ManualClock implements Disposable {
  private constructor()
  /**
   * Puts a clock in the place of the host's, at these times; the host's of this moment by default.
   *
   * @throws Error `ERR_CLOCK_INSTALLED`: there is one already.
   * @throws TidegateError `TimeOutOfRange`.
   */
  static install(options?: { now?: Nanoseconds | undefined; wall?: Nanoseconds | undefined }): ManualClock
  /** The monotonic clock. */
  readonly nowNs: bigint
  /** The wall clock, in nanoseconds since 1970. */
  readonly wallNs: bigint
  /** How many timers are set. */
  readonly timers: number
  /**
   * Lets so much time pass, and fires each timer at its time. What promises do then comes later: use
   * `advanceAsync` where somebody waits again and again.
   *
   * @throws Error `ERR_CLOCK_NOT_INSTALLED`.
   */
  advance(delay: Duration): void
  /** As `advance`; before it and after each timer everything runs that promises have made ready. */
  advanceAsync(delay: Duration): Promise<void>
  /** Sets the wall clock alone, in either direction, as an administrator does. */
  setWall(wall: Nanoseconds): void
  /** Gives the host's clocks back. Timers that are still set never fire. */
  uninstall(): void
  /** The same. */
  [Symbol.dispose](): void
}

/**
 * Lets everything of this module go by `Date` and `setTimeout` in this thread, in the milliseconds that they
 * have: for tests that have put others in their place, with `mock.timers` of `node:test`, with `vi.useFakeTimers()`
 * or with the fake timers of jest or sinon. Call it when they are in place. The end of its scope, or
 * `Symbol.dispose`, gives the host's clocks back.
 *
 * @example
 * vi.useFakeTimers()
 * using follows = followTimers()
 * const second = limiter.acquire()
 * await vi.advanceTimersByTimeAsync(60_000)
 *
 * @throws Error `ERR_CLOCK_INSTALLED`: there is one already.
 */
export function followTimers(): Disposable
