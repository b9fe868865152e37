/// <reference lib="esnext.disposable" />
// Types of retrying operations of any kind.

import type {
  Backoff, BackoffOptions, CircuitBreaker, Clocks, Duration, Nanoseconds, Reason, RetryBudget, RetryCause, RetryQuota, RetryThrottle, Step,
} from './index.js'

/** What each attempt passes: any limiter of this module, or what does the same. */
export interface Passed {
  acquire(options?: { timeout?: number | undefined; signal?: AbortSignal | undefined }): PromiseLike<unknown>
}

export interface RetryPolicyOptions {
  /** How many attempts in all, the first included, or `Infinity`; 4 by default. */
  attempts?: number | bigint | undefined
  /** For all attempts and waits together. No wait begins that would end then or later. Without it, no bound. */
  timeout?: Duration | undefined
  timeoutNs?: Nanoseconds | undefined
  /** For one attempt, without its wait for the `limiter`. Without it, no bound. */
  attemptTimeout?: Duration | undefined
  attemptTimeoutNs?: Nanoseconds | undefined
  /** The wait where none was told; by default doubling from 500 ms to 20 s, each from half of that up. */
  backoff?: Backoff | BackoffOptions | undefined
  /** What is added at random to a wait that was told, so that not all come at once; 1 s by default. */
  serverJitter?: Duration | undefined
  serverJitterNs?: Nanoseconds | undefined
  /** The longest wait that is obeyed when it is told; 1 hour by default. A longer one ends the operation. */
  maxServerDelay?: Duration | undefined
  maxServerDelayNs?: Nanoseconds | undefined
  /**
   * Whether an error is worth another attempt: yes or no, or the milliseconds that the other side has said to
   * wait. By default every error is, but for
   *
   * - those of a program: `TypeError`, `RangeError`, `SyntaxError`, … (not the one of `fetch`),
   * - `AbortError`s, and certificates that are not trusted,
   * - those with a `status`, `statusCode` or `response.status` other than 408, 425, 429, 500, 502, 503 and 504,
   * - those whose `headers` or `response.headers` say `x-should-retry: false`.
   *
   * A `Retry-After` in these headers, in any form, and the `retryAfter` of a `RateLimitError` are waits that were
   * told.
   */
  shouldRetry?: ((
    error: any,
    attempt: { attempt: number; cause: RetryCause | undefined },
  ) => boolean | number | PromiseLike<boolean | number>) | undefined
  /**
   * What the retries of all operations may spend together. A `RetryBudget` of the policy's own by default, so
   * that retries add at most a fifth, and ten in ten seconds; `null` for no bound.
   */
  budget?: RetryBudget | RetryQuota | RetryThrottle | null | undefined
  /** What each attempt asks first. While it is open, operations end at once. */
  breaker?: CircuitBreaker | undefined
  /** What each attempt passes before it begins. */
  limiter?: Passed | undefined
  /** Spreads the delays of this process; a random number by default. */
  seed?: number | bigint | undefined
  /** Whether the process does not stay for waits. `false` by default. */
  unref?: boolean | undefined
  /** As `on('retry', …)`. */
  onRetry?: ((event: RetryEvents['retry']) => void) | undefined
}

/** What a policy tells. */
export interface RetryEvents {
  /** An attempt has failed, and the next one comes after `delay` milliseconds. */
  retry: { readonly attempt: number; readonly delay: number; readonly error: any }
  /** An operation has succeeded. */
  success: { readonly attempts: number }
  /** An operation has ended with `error`. */
  giveUp: RetryInfo & { readonly error: any }
}

/** How an operation ended that did not succeed. */
export interface RetryInfo {
  /** How often it was tried. */
  readonly attempts: number
  readonly reason: Reason
  /** Milliseconds that the other side has said to wait, uncut. */
  readonly serverDelay?: number
  readonly serverDelayNs?: bigint
}

/**
 * Under this symbol the error of an operation says how it ended. It is not seen when the error is printed, and what
 * was thrown is thrown as it is: an error that cannot be extended has none.
 *
 * @example catch (error) { console.error(error, error[retryInfo]?.reason) }
 */
export const retryInfo: unique symbol

/** One attempt of an operation. */
export interface Attempt {
  /** Which one, counted from 1. */
  readonly number: number
  /** Aborted when the attempt has used up its time, and when the caller's signal is. */
  readonly signal: AbortSignal
  /** Reports that it has succeeded. Only the first report counts. */
  succeed(): void
  /** Reports that it has failed: the loop goes on when it is time, or throws this error. */
  fail(error: unknown): void
}

/**
 * Runs an operation of any kind again until it succeeds or should not be tried any more: after delays that are
 * spread, never before the other side has said, within a budget that all operations share. It does not change,
 * and any number of operations may use it at once.
 *
 * @example
 * const policy = new RetryPolicy({ attempts: 5, timeout: '45s', attemptTimeout: '10s' })
 * const user = await policy.run(({ signal }) => fetchUser(id, { signal }), { signal: request.signal })
 *
 * @throws TidegateError `BackoffOutOfRange`, `TimeOutOfRange`; RangeError and TypeError for what is none.
 */
export class RetryPolicy {
  constructor(options?: RetryPolicyOptions)
  /**
   * What `fn` gives, once it does not throw or reject. The error of the last attempt is thrown as it is, with
   * `retryInfo`; it ends at once, also in a wait, with the reason of `signal`. An attempt whose time is used up is
   * not waited for, so `fn` should heed its signal.
   *
   * @throws BreakerOpenError the breaker is open, and nothing was tried.
   */
  run<T>(fn: (attempt: Attempt) => T | PromiseLike<T>, options?: RetryOptions): Promise<T>
  /**
   * The attempts of one operation, each when its time has come: report what came of it. What is thrown in the
   * loop leaves it; what is left without a report says nothing.
   *
   * @example
   * for await (const attempt of policy.attempts({ signal })) {
   *   try {
   *     result = await send({ signal: attempt.signal })
   *     attempt.succeed()
   *   } catch (error) {
   *     attempt.fail(error)
   *   }
   * }
   */
  attempts(options?: RetryOptions): AsyncGenerator<Attempt, void, undefined>
  /** A function that does what `fn` does under this policy; with the name and the `this` of `fn`. */
  wrap<This, Args extends unknown[], T>(
    fn: (this: This, ...args: Args) => T | PromiseLike<T>,
    options?: RetryOptions,
  ): (this: This, ...args: Args) => Promise<T>
  /**
   * Tells a listener what happens, until the disposable is disposed of. What a listener throws is an uncaught
   * exception, and not the operation's.
   */
  on<Event extends keyof RetryEvents>(event: Event, listener: (event: RetryEvents[Event]) => void): Disposable
  /**
   * An operation for a loop of your own, which sleeps by itself. `seed` and `call` say which delays are drawn, in
   * place of the policy's own.
   */
  begin(numbers?: {
    seed?: number | bigint | undefined
    call?: number | bigint | undefined
    now?: Nanoseconds | undefined
  }): Attempts
}

export interface RetryOptions {
  /** Ends the operation. */
  signal?: AbortSignal | undefined
}

/**
 * `new RetryPolicy(options).run(fn)`. Operations that have a server in common had better share a policy, and with
 * it a budget.
 *
 * @example const user = await retry(() => fetchUser(id), { attempts: 3 })
 */
export function retry<T>(
  fn: (attempt: Attempt) => T | PromiseLike<T>,
  options?: RetryPolicyOptions & RetryOptions,
): Promise<T>

/**
 * One operation across its attempts, for a loop that sleeps by itself; made by `policy.begin()`.
 *
 * @example
 * const attempts = policy.begin()
 * for (let step = attempts.next(); step.kind !== 'done'; step = attempts.next()) {
 *   if (step.kind === 'giveUp') throw last
 *   if (step.kind === 'wait') await sleep(step.delay)
 *   else try { await work(); attempts.succeeded() } catch (error) { last = error; attempts.failed('failure') }
 * }
 */
export class Attempts {
  private constructor()
  /** What to do now; `send` is to try once, and then to report. */
  next(clocks?: Pick<Clocks, 'now'>): Step
  /**
   * Reports that the attempt has succeeded.
   *
   * @throws TidegateError `OutOfOrder`: none runs.
   */
  succeeded(clocks?: Pick<Clocks, 'now'>): void
  /**
   * Reports that it has failed for a cause, `'failure'` by default, and the wait that was told, if one was.
   *
   * @throws TidegateError `OutOfOrder`: none runs. `UnknownCause`, `TimeOutOfRange`.
   */
  failed(
    cause?: RetryCause,
    options?: { retryAfter?: Duration | undefined; retryAfterNs?: Nanoseconds | undefined; now?: Nanoseconds | undefined },
  ): void
  /** Reports that it is not tried again. What a waiting retry has paid is given back. */
  aborted(): void
  /** How often it was tried, the attempt that runs included. */
  readonly attempts: number
  /** Milliseconds that the attempt which runs may go on, rounded up; `undefined` for ever. */
  left(clocks?: Pick<Clocks, 'now'>): number | undefined
  leftNs(clocks?: Pick<Clocks, 'now'>): bigint | undefined
}

/** The breaker is open: nothing was tried. */
export class BreakerOpenError extends Error {
  readonly name: 'BreakerOpenError'
  readonly code: 'ERR_BREAKER_OPEN'
  readonly [retryInfo]?: RetryInfo
}
