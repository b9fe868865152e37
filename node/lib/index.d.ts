/// <reference lib="esnext.disposable" />
// Types of the npm module `tidegate`. A `number` of time is milliseconds, a name that ends in `Ns` is
// an exact count of nanoseconds. Milliseconds that come out are rounded up to whole ones, so that
// whoever sleeps as told never wakes early.

// What is not marked `export` stays inside.
export {}

export * from './retry_policy.js'

/**
 * A length of time: milliseconds, one of a unit by its name, or a number of units.
 *
 * @example 60_000, 'minute', '15m', '500ms'
 */
export type Duration =
  | number
  | 'second' | 'minute' | 'hour' | 'day'
  | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

/** A whole count of nanoseconds. A number is taken too, but above 2⁵³ (104 days) it is not exact. */
export type Nanoseconds = bigint | number

/** Which clock readings to decide on in place of the host's. For tests and simulations. */
export interface Clocks {
  /** The monotonic clock, in nanoseconds from an origin that you choose. */
  now?: Nanoseconds | undefined
  /** The wall clock, in nanoseconds since 1970. */
  wall?: Nanoseconds | undefined
}

// ---------------------------------------------------------------------------------- limiters ---

/** What a limiter decided, from one state: no other request came in between. */
export type Decision =
  | {
      readonly allowed: true
      /** Whole tokens left, rounded down. */
      readonly remaining: number
      /** Milliseconds until the bucket is full again, or the window over; rounded up. */
      readonly resetAfter: number
      readonly resetAfterNs: bigint
      /** 0: the request was let through. */
      readonly retryAfter: 0
      readonly retryAfterNs: bigint
    }
  | {
      readonly allowed: false
      readonly remaining?: undefined
      readonly resetAfter?: undefined
      readonly resetAfterNs?: undefined
      /** Milliseconds after which the same request succeeds if nobody else takes tokens; rounded up. */
      readonly retryAfter: number
      /** The exact wait: one nanosecond earlier the same request is denied. */
      readonly retryAfterNs: bigint
    }

export interface AcquireOptions {
  /** How many tokens; 1 by default. */
  cost?: number | bigint | undefined
  /** How long to wait at most, in all. Without it, as long as it takes. */
  timeout?: Duration | undefined
  /** Ends the wait: the promise rejects with the signal's reason, and what was reserved is given back. */
  signal?: AbortSignal | undefined
}

declare class Limiter {
  protected constructor()

  /**
   * Takes `cost` tokens (1 by default) if they are there: `true`, or `false` and nothing is taken.
   * A cost of 0 takes nothing and is always `true`.
   *
   * It is a native function of its own for each limiter and needs no receiver: it may be passed
   * around. One call costs some 35 ns and a clock reading.
   *
   * @throws RangeError `ERR_COST_TOO_HIGH`: more than the limiter can ever hold.
   * @throws RangeError `ERR_OUT_OF_RANGE`: negative, not whole, not finite.
   * @throws TypeError `ERR_INVALID_ARG_TYPE`: not a number.
   */
  tryAcquire: (cost?: number) => boolean

  /**
   * Takes `cost` tokens as soon as they are there, and tells how many milliseconds it waited for them.
   * It sleeps by the clock of the host.
   *
   * Whoever asks first is served first, and all who wait share one timer. Of a `RateLimiter` each makes one
   * reservation and sleeps once; of a window only the first in the line asks when its time has come.
   * `tryAcquire` does not stand in any line.
   *
   * @throws RateLimitError at once, when the wait would be longer than `timeout`; nothing is taken. Who
   * stands in the line of a window is told as soon as it is known, at the latest when the time is over.
   * @throws RangeError, TypeError as `tryAcquire`.
   */
  acquire(options?: AcquireOptions): Promise<number>
  /**
   * Calls `fn` as soon as the tokens are there, and gives what it gives.
   *
   * @example const user = await limiter.run(() => fetchUser(id), { timeout: '5s', signal })
   *
   * @throws as `acquire`, and then `fn` was not called; whatever `fn` throws.
   */
  run<T>(fn: () => T | PromiseLike<T>, options?: AcquireOptions): Promise<T>
  /**
   * A function that does what `fn` does, each time once its tokens are there; with the name and the `this`
   * of `fn`.
   *
   * @example const complete = limiter.wrap(client.complete, { cost: (prompt) => estimate(prompt) })
   */
  wrap<This, Args extends unknown[], T>(
    fn: (this: This, ...args: Args) => T | PromiseLike<T>,
    options?: WrapOptions<Args>,
  ): (this: This, ...args: Args) => Promise<T>
}

/** A value, or a function that makes it of the arguments of a call. */
export type OfCall<Args extends unknown[], T> = T | ((...args: Args) => T)

export interface WrapOptions<Args extends unknown[] = never> {
  /** How many tokens a call takes; 1 by default. */
  cost?: OfCall<Args, number | bigint> | undefined
  /** How long a call waits at most. Without it, as long as it takes. */
  timeout?: Duration | undefined
  /** Ends the waits of all calls. */
  signal?: AbortSignal | undefined
}

/** How many, how often, and how many at once. */
export interface QuotaOptions {
  /** Tokens each interval, at most 1,000,000,000 and one a nanosecond; 0 denies everything. */
  limit: number | bigint
  /** The interval, from 1 ms to 366 days. */
  interval?: Duration | undefined
  /** The interval in exact nanoseconds, in place of `interval`. */
  intervalNs?: Nanoseconds | undefined
  /**
   * Tokens that may be taken at one instant, at most 2³². By default `limit`, and then the first
   * interval can let up to twice the limit through: what was saved up, and what came in.
   */
  burst?: number | bigint | undefined
}

export interface RateLimiterOptions extends QuotaOptions {
  /** Whether the bucket starts empty: the first token comes one `interval / limit` later. `false` by default. */
  startEmpty?: boolean | undefined
  /** The time at which it starts empty, in place of the host's clock. */
  now?: Nanoseconds | undefined
  /** Whether the process does not stay for who waits. `false` by default. */
  unref?: boolean | undefined
}

/** How many, how often, and how many at once, as a limiter tells it; it is also what `RateLimiter` is made of. */
export interface ToldQuota {
  readonly limit: number
  /** Milliseconds, with their fraction. */
  readonly interval: number
  readonly burst: number
}

export interface NeverExceedOptions extends QuotaOptions {
  /** How many of the limit may be taken at one instant, below the limit; 1 by default. */
  burst?: number | bigint | undefined
  /** As of `RateLimiter`. */
  unref?: boolean | undefined
}

/** What `checkUpTo` took, and what is left; of nothing taken, how long until one token is there. */
export type PartialDecision = Decision & {
  /** From 0 to as many as were asked for. */
  readonly taken: number
}

export interface ReserveOptions {
  /** How many tokens; 1 by default. */
  cost?: number | bigint | undefined
  /** The longest wait that is wanted. Without it, any up to some fifty years. */
  timeout?: Duration | undefined
  /** The same in exact nanoseconds. */
  timeoutNs?: Nanoseconds | undefined
  /** The monotonic clock, in place of the host's. */
  now?: Nanoseconds | undefined
}

/**
 * Tokens that are taken and that may be used after `wait`. To use them, wait and do so: nothing needs to
 * be called. To give them back, `cancel`; to correct an estimate, `settle`; one of both, once.
 *
 * @example
 * using turn = limiter.reserve({ cost: 1200, timeout: '30s' })
 * await sleep(turn.wait, { signal }) // aborted: the scope ends before the time, and it is given back
 * const { usage } = await complete(prompt)
 * turn.settle(usage.total_tokens)
 */
export class Reservation implements Disposable {
  private constructor()
  /** How many tokens. */
  readonly tokens: number
  /** Milliseconds from the reservation until they may be used; rounded up. */
  readonly wait: number
  /** The exact wait. */
  readonly waitNs: bigint
  /**
   * Gives the tokens back and tells how many another caller can now have, rounded down: all but what
   * has flowed back by itself and, while others wait, what they have built on: their times stay.
   *
   * @throws Error `ERR_RESERVATION_USED`: cancelled or settled before.
   */
  cancel(clocks?: Pick<Clocks, 'now'>): number
  /**
   * Tells how many tokens were really used. What was not is given back as by `cancel`, and the number
   * returned is how many; what was used beyond the reservation is charged now, and later callers wait
   * for it.
   *
   * @throws Error `ERR_RESERVATION_USED`: cancelled or settled before.
   */
  settle(actual: number | bigint, clocks?: Pick<Clocks, 'now'>): number
  /**
   * Cancels a reservation whose time has not come by the host's clock: its tokens cannot have been used
   * yet. Afterwards, and after `cancel` or `settle`, it does nothing.
   */
  [Symbol.dispose](): void
}

/**
 * When tokens were taken: the time on the clock of `now`, or how long ago.
 *
 * @example
 * const takenAtNs = monotonicNs()
 * limiter.tryAcquire(100)
 * const used = await job()
 * limiter.refund(100 - used, { takenAtNs })
 */
export type Taken = { now?: Nanoseconds | undefined } & (
  | { takenAtNs: Nanoseconds; age?: undefined; ageNs?: undefined }
  | { age: Duration; takenAtNs?: undefined; ageNs?: undefined }
  | { ageNs: Nanoseconds; age?: undefined; takenAtNs?: undefined }
)

/**
 * The clock of `now`, `takenAtNs`, `pauseUntil` and deadlines, in nanoseconds since the machine started. It
 * counts on while the machine sleeps, which `process.hrtime` and `performance.now` do not.
 */
export function monotonicNs(): bigint

/** What a server said of its limit. */
export interface Told {
  /** Requests a window; `remaining` by default. */
  limit?: number | bigint | undefined
  /** Requests left in this window. */
  remaining: number | bigint
  /** How long until the window ends. */
  resetAfter?: Duration | undefined
  /** The same in exact nanoseconds, in place of `resetAfter`. */
  resetAfterNs?: Nanoseconds | undefined
}

export interface ReconfigureOptions extends QuotaOptions {
  /**
   * What becomes of the tokens in use. Of 10 with 4 used, a new burst of 20 leaves 16 under `'keep'`
   * (the default), 12 under `'proportional'`, and 20 under `'reset'`.
   */
  carry?: 'keep' | 'proportional' | 'reset' | undefined
  /** The monotonic clock, in place of the host's. */
  now?: Nanoseconds | undefined
}

/** A bucket's state without any time of a clock, as plain JSON. */
export interface Snapshot {
  /** Whole tokens that are there, rounded down: for people. */
  readonly remaining: number
  /** Nanoseconds until the bucket is full again, in decimal: what `RateLimiter.restore` reads. */
  readonly fullAfterNs: string
}

/** What is read of a snapshot. */
export type KeptSnapshot = { readonly remaining?: number | undefined; readonly fullAfterNs: string | Nanoseconds }

export interface RestoreOptions {
  /** How old the snapshot is: so long tokens have flowed in. 0 by default, which can only deny more. */
  age?: Duration | undefined
  /** The same in exact nanoseconds. */
  ageNs?: Nanoseconds | undefined
  /** The monotonic clock, in place of the host's. */
  now?: Nanoseconds | undefined
}

/**
 * A token bucket, exact to the nanosecond: in every stretch of time it lets through at most
 * `burst` tokens and what `limit` brings in that time.
 *
 * @example
 * const limiter = new RateLimiter({ limit: 300, interval: 'minute', burst: 50 })
 * if (!limiter.tryAcquire()) response.writeHead(429).end()
 *
 * @throws TidegateError `PeriodOutOfRange`, `LimitTooHigh`, `BurstZero`, `BurstTooLarge`,
 * `TimeOutOfRange`; RangeError and TypeError for what is no number at all.
 */
export class RateLimiter extends Limiter {
  constructor(options: RateLimiterOptions)
  /**
   * A bucket of this quota in the state of a snapshot, which may come from another process.
   *
   * @throws as the constructor.
   */
  static restore(options: QuotaOptions, snapshot: KeptSnapshot, at?: RestoreOptions): RateLimiter
  /** These limiters, at most 8 of any kind, as layers of one: a request takes from all or from none. */
  static all(...limiters: AnyLimiter[]): Layers
  /**
   * A bucket that never lets more than `limit` through in any stretch of time as long as `interval`: up to
   * `burst` at once, and the others at `limit - burst` an interval. A burst of half the limit can only be
   * used up in the first interval, and then half of the limit is the rate. `StrictWindow` has no such price, and
   * a coarser clock.
   *
   * @throws TidegateError `BurstTooLarge`: the burst is not below the limit; and as the constructor.
   */
  static neverExceed(options: NeverExceedOptions): RateLimiter
  /**
   * The bucket of this name, which all worker threads of this process share. Whoever asks first makes it. It
   * stays when threads end, as long as the process. A name is for ever: do not make names of what users send.
   *
   * @throws TypeError `ERR_INVALID_ARG_VALUE`: it was made for another quota. What `reconfigure` made of it
   * since does not matter.
   */
  static shared(name: string, options: QuotaOptions & { unref?: boolean | undefined; host?: false | undefined }): RateLimiter
  /**
   * The bucket of this name, which all processes of this user on this machine share, whatever language they
   * are in; a full one if there is none yet. It lies in memory, `/dev/shm`, until the machine starts anew;
   * `path` is a file to use instead. It can do all that a limiter can, but `reconfigure` and
   * `restore`. A process that is killed takes with it what it had taken, and nothing else. Linux only.
   *
   * @throws TidegateError `SharedDiffers`: it was made with another quota, and the message tells both;
   * `SharedNameInvalid`; `SharedInvalid`: the file is no limiter; `SharedUnavailable`: the system says no.
   */
  static shared(name: string, options: QuotaOptions & HostOptions): RateLimiter
  /** How often `tryAcquire` and `check` denied, in all processes (C programs count none); else `undefined`. */
  readonly denied: number | undefined
  /** The quota of this moment. */
  readonly quota: ToldQuota

  /** As `tryAcquire`, with all details, and at a time of your choice. */
  check(cost?: number | bigint, clocks?: Pick<Clocks, 'now'>): Decision
  /** What `check` would answer; takes nothing. */
  peek(cost?: number | bigint, clocks?: Pick<Clocks, 'now'>): Decision
  /**
   * Takes as many of `cost` tokens as are there, and tells how many: for a batch that may be cut.
   *
   * @throws RangeError `ERR_COST_TOO_HIGH`: the limit is 0.
   */
  tryAcquireUpTo(cost: number | bigint, clocks?: Pick<Clocks, 'now'>): number
  /** As `tryAcquireUpTo`, with all details. */
  checkUpTo(cost: number | bigint, clocks?: Pick<Clocks, 'now'>): PartialDecision
  /**
   * Takes tokens that may be used after a wait. Whoever reserves first waits least.
   *
   * @throws RateLimitError at once, when the wait would be longer than `timeout`; nothing is taken.
   * @throws RangeError `ERR_COST_TOO_HIGH`: more than the limiter can ever hold.
   */
  reserve(options?: ReserveOptions): Reservation
  /**
   * Gives back tokens that `tryAcquire` or `check` took and that were not used. Tells how many another
   * caller can now have, rounded down: all but what has flowed back by itself since they were taken,
   * and none while somebody waits for a reservation or a pause lasts, nor of what was taken before
   * `reconfigure` or `restore`. It must know when they were taken, because the bucket would have been full
   * earlier without them.
   */
  refund(cost: number | bigint, taken: Taken): number
  /** Takes everything that is there, and tells how many tokens that was. */
  drain(clocks?: Pick<Clocks, 'now'>): number
  /**
   * Lets nothing through for so long, for what a 429 orders; then one token is there, and the others
   * follow at the limit's pace. Of several pauses the longest counts; one that is not the longest makes the
   * wait longer by at most a nanosecond. None is longer than 50 years.
   */
  pause(delay: Duration, clocks?: Pick<Clocks, 'now'>): void
  /** As `pause`, until a time of the monotonic clock in nanoseconds: of `monotonicNs()`, and of no other. */
  pauseUntil(untilNs: Nanoseconds, clocks?: Pick<Clocks, 'now'>): void
  /**
   * Heeds what a server said: leaves no more tokens than are left there, and when none are, pauses until
   * its window ends. It never grants anything.
   */
  observe(told: Told, clocks?: Pick<Clocks, 'now'>): void
  /**
   * Another quota from now on. Who waits already keeps the time that was told, and a pause its end; what
   * was taken or reserved before can no longer be given back.
   *
   * @throws as the constructor; then the old quota stays.
   */
  reconfigure(options: ReconfigureOptions): void
  /** The state, to be kept over a restart. */
  snapshot(clocks?: Pick<Clocks, 'now'>): Snapshot
  /** Puts the state of a snapshot in the place of whatever was used. The quota stays. */
  restore(snapshot: KeptSnapshot, at?: RestoreOptions): void
}

export interface WindowOptions {
  /** Requests each window, at most 1,000,000,000; 0 denies everything. */
  limit: number | bigint
  /** The length of a window, from 1 ms to 366 days. */
  interval?: Duration | undefined
  /** The length in exact nanoseconds, in place of `interval`. */
  intervalNs?: Nanoseconds | undefined
  /** Whether the process does not stay for who waits. `false` by default. */
  unref?: boolean | undefined
}

export interface FixedWindowOptions extends WindowOptions {
  /**
   * Milliseconds by which the edges are later than the multiples of the length; negative is earlier.
   * Days of a zone two hours ahead of UTC have a skew of -7,200,000. 0 by default.
   */
  skew?: number | undefined
  /** The same in exact nanoseconds, in place of `skew`. */
  skewNs?: Nanoseconds | undefined
}

/**
 * So many in each window of the wall clock, windows aligned to multiples of their length since 1970.
 * Around an edge it lets up to twice the limit through: that is what such a limit means. Use it to
 * mirror or to offer a documented window, and a `RateLimiter` to protect something.
 *
 * @throws as `RateLimiter`.
 */
export class FixedWindow extends Limiter {
  constructor(options: FixedWindowOptions)
  /** How many a window, and how long that is. */
  readonly quota: Omit<ToldQuota, 'burst'>
  /** As `tryAcquire`, with all details, and at a time of your choice. */
  check(cost?: number | bigint, clocks?: Pick<Clocks, 'wall'>): Decision
  /** What `check` would answer; takes nothing. */
  peek(cost?: number | bigint, clocks?: Pick<Clocks, 'wall'>): Decision
}

/**
 * So many in each window, where a window starts with the first request after the last one has ended.
 * Clients that wake up together do not all start anew together. Around the end of a window it lets up to
 * twice the limit less one through. `resetAfter` is 0 while no window is running.
 *
 * @throws as `RateLimiter`.
 */
export class FirstUseWindow extends Limiter {
  constructor(options: WindowOptions)
  /** How many a window, and how long that is. */
  readonly quota: Omit<ToldQuota, 'burst'>
  /** As `tryAcquire`, with all details, and at a time of your choice. */
  check(cost?: number | bigint, clocks?: Pick<Clocks, 'wall'>): Decision
  /** What `check` would answer; takes nothing. */
  peek(cost?: number | bigint, clocks?: Pick<Clocks, 'wall'>): Decision
}

/**
 * Never more than `limit` in any stretch of time as long as `interval`, wherever it starts. The interval
 * is cut into `segments`, and a request counts until one more than these has passed: a caller that always
 * asks gets `segments / (segments + 1)` of the limit at the worst. A burst within the limit goes at once.
 *
 * @throws as `RateLimiter`.
 */
export class StrictWindow extends Limiter {
  constructor(options: WindowOptions)
  /** How many in any interval, and how long that is. */
  readonly quota: Omit<ToldQuota, 'burst'>
  /** Into how many parts the interval is cut, from 1 to 32: as many as fit. */
  readonly segments: number
  /** As `tryAcquire`, with all details, and at a time of your choice. */
  check(cost?: number | bigint, clocks?: Pick<Clocks, 'now'>): Decision
  /** What `check` would answer; takes nothing. */
  peek(cost?: number | bigint, clocks?: Pick<Clocks, 'now'>): Decision
}

/** A limiter that can be a layer. */
export type AnyLimiter = RateLimiter | FixedWindow | FirstUseWindow | StrictWindow

/** What several limiters decided together. */
export type LayeredDecision = Decision & {
  /**
   * Which one decided, counted from 0: of a denial the one with the longest wait, which `retryAfter` is;
   * otherwise the one with the least that remains.
   */
  readonly layer: number
}

/** A limiter and how much of it a request needs. */
export interface Layer {
  limiter: AnyLimiter
  /** 1 by default. */
  cost?: number | bigint | undefined
}

/**
 * Takes from all of these, at most 8, or from none. Of no layers at all `remaining` is `Infinity`.
 *
 * @example tryAcquireAll([{ limiter: requests }, { limiter: tokens, cost: 1200 }]).allowed
 *
 * @throws RangeError `ERR_COST_TOO_HIGH`, with the `layer` that can never hold its cost.
 * @throws TypeError `ERR_INVALID_ARG_VALUE`: the same limiter twice.
 */
export function tryAcquireAll(layers: readonly Layer[], clocks?: Clocks): LayeredDecision
/** What `tryAcquireAll` would answer; takes nothing. */
export function peekAll(layers: readonly Layer[], clocks?: Clocks): LayeredDecision

/**
 * Several limiters as one, made by `RateLimiter.all`: a request takes from all of them or from none. A
 * denial has taken nothing. `costs` has one cost for each; without it all are 1.
 *
 * @example
 * const both = RateLimiter.all(requests, tokens)
 * await both.acquire({ costs: [1, 1200], timeout: '1m' })
 */
export class Layers {
  private constructor()
  /** Takes the costs, if all are there; throws as `tryAcquireAll`. */
  tryAcquire(costs?: readonly (number | bigint)[]): boolean
  /** As `tryAcquire`, with all details, and at times of your choice. */
  check(costs?: readonly (number | bigint)[], clocks?: Clocks): LayeredDecision
  /** What `check` would answer; takes nothing. */
  peek(costs?: readonly (number | bigint)[], clocks?: Clocks): LayeredDecision
  /**
   * Takes the costs as soon as all are there, and tells how many milliseconds it waited. Those who wait
   * for these layers stand in one line, and have one timer.
   *
   * @throws RateLimitError at once, when the wait would be longer than `timeout`; nothing is taken. Who
   * stands in the line is told as soon as it is known, at the latest when the time is over.
   */
  acquire(options?: LayersOptions): Promise<number>
  /** As `run` of a limiter. */
  run<T>(fn: () => T | PromiseLike<T>, options?: LayersOptions): Promise<T>
  /**
   * As `wrap` of a limiter.
   *
   * @example const complete = both.wrap(client.complete, { costs: (prompt) => [1, estimate(prompt)] })
   */
  wrap<This, Args extends unknown[], T>(
    fn: (this: This, ...args: Args) => T | PromiseLike<T>,
    options?: Omit<WrapOptions<Args>, 'cost'> & { costs?: OfCall<Args, readonly (number | bigint)[]> | undefined },
  ): (this: This, ...args: Args) => Promise<T>
}

export interface LayersOptions extends Omit<AcquireOptions, 'cost'> {
  /** A cost for each layer; all 1 by default. */
  costs?: readonly (number | bigint)[] | undefined
}

/**
 * Whose bucket: text as UTF-8 (half a character counts as U+FFFD), bytes, or a whole number of up to 64
 * bits. A number, as `number` or `bigint`, has the bucket of its eight bytes, lowest first.
 */
export type Key = string | Uint8Array | bigint | number

/** What processes of one machine share. */
export type HostOptions = {
  /** As the constructor's. */
  unref?: boolean | undefined
} & (
  | { host: true; path?: string | undefined }
  /** A file to use in place of one in memory. */
  | { host?: true | undefined; path: string }
)

/**
 * Removes what processes share by this name, or by the path that stands for it; `false` if there is nothing.
 * Processes that have it go on sharing it among themselves; who asks for it anew makes another one.
 *
 * @throws TidegateError `SharedNameInvalid`, `SharedUnavailable`.
 */
export function removeShared(name: string, options?: { path?: string | undefined }): boolean

export interface KeyedRateLimiterOptions extends QuotaOptions {
  /**
   * Room for so many keys, rounded up to a multiple of 4, at most 2³². Each takes 16 bytes, at once and
   * outside of the JavaScript heap; nothing grows later. A key is dropped when its bucket has been full
   * for a second and another key wants the place, and never before. Give twice the number of keys that
   * are in use at once.
   */
  capacity: number | bigint
  /**
   * What a new key gets when all eight places that it may use are taken: one bucket that all such keys
   * share (`'share'`, the default), a denial until a place is free (`'deny'`), or an admission that is
   * not counted (`'allow'`). `overflowed` counts them.
   */
  whenFull?: 'share' | 'deny' | 'allow' | undefined
  /**
   * Up to 128 bits that decide which keys meet, for tests. By default a random number that nobody can
   * know.
   */
  seed?: number | bigint | undefined
  /** Whether the process does not stay for who waits. `false` by default. */
  unref?: boolean | undefined
}

export interface KeyedOptions {
  /** The quota of this key, in place of the limiter's: keys of several plans can share one table. */
  quota?: QuotaOptions | undefined
  /** The monotonic clock, in place of the host's. */
  now?: Nanoseconds | undefined
}

/** A key that is in the table. */
export interface Occupant {
  /** The keyed hash by which the table knows the key. */
  readonly fingerprint: bigint
  /** Milliseconds until its bucket is full again; rounded up. 0 when it is. */
  readonly fullAfter: number
  readonly fullAfterNs: bigint
}

/**
 * A token bucket for each of many keys, each exactly as a `RateLimiter` of its own, in memory that is
 * taken once. Nothing is swept, no timer runs, and no key that is in use is ever forgotten.
 *
 * @example
 * const limiter = new KeyedRateLimiter({ limit: 100, interval: 'minute', burst: 20, capacity: 100_000 })
 * if (!limiter.tryAcquire(request.ip)) response.writeHead(429).end()
 *
 * @throws as `RateLimiter`; RangeError `ERR_MEMORY_ALLOCATION_FAILED`.
 */
export class KeyedRateLimiter implements Iterable<Occupant> {
  constructor(options: KeyedRateLimiterOptions)
  /**
   * The keyed limiter of this name, which all processes of this user on this machine share, as
   * `RateLimiter.shared`. All must come with one quota, one capacity and one `whenFull`.
   */
  static shared(name: string, options: Omit<KeyedRateLimiterOptions, 'seed' | 'unref'> & HostOptions): KeyedRateLimiter
  /** How often `tryAcquire` and `check` denied, in all processes (C programs count none); else `undefined`. */
  readonly denied: number | undefined
  /**
   * Takes `cost` tokens (1 by default) of the key's bucket if they are there: `true`, or `false` and
   * nothing is taken.
   *
   * It is a native function of its own for each limiter and needs no receiver.
   *
   * @throws RangeError `ERR_COST_TOO_HIGH`: more than a bucket can ever hold.
   * @throws RangeError `ERR_OUT_OF_RANGE`: a number that is no key, or no cost.
   * @throws TypeError `ERR_INVALID_ARG_TYPE`: the key or the cost is of another type.
   */
  tryAcquire: (key: Key, cost?: number) => boolean
  /**
   * Takes `cost` tokens of the key's bucket as soon as they are there, and tells how many milliseconds it
   * waited. Those who wait for a key stand in its line, and all lines have one timer. With `'deny'` a
   * key that finds no place waits for one.
   *
   * @throws as `acquire` of a window.
   */
  acquire(key: Key, options?: AcquireOptions): Promise<number>
  /** As `run` of a limiter. */
  run<T>(key: Key, fn: () => T | PromiseLike<T>, options?: AcquireOptions): Promise<T>
  /**
   * As `wrap` of a limiter.
   *
   * @example const mail = limiter.wrap(sendMail, { key: (user) => user.id })
   */
  wrap<This, Args extends unknown[], T>(
    fn: (this: This, ...args: Args) => T | PromiseLike<T>,
    options: WrapOptions<Args> & { key: OfCall<Args, Key> },
  ): (this: This, ...args: Args) => Promise<T>
  /** The quota of keys that come without one. */
  readonly quota: ToldQuota
  /** As `tryAcquire`, with all details, and at a time and under a quota of your choice. */
  check(key: Key, cost?: number | bigint, options?: KeyedOptions): Decision
  /** What `check` would answer; takes and counts nothing. */
  peek(key: Key, cost?: number | bigint, options?: KeyedOptions): Decision
  /** The same table under another quota: a limiter of its own for each plan, `tryAcquire` included. */
  withQuota(options: QuotaOptions): KeyedRateLimiter
  /** How many keys have room. */
  readonly capacity: number
  /** How many requests found all places of their key taken. */
  readonly overflowed: number
  /** How many places are taken. Reads the whole table. */
  occupied(clocks?: Pick<Clocks, 'now'>): number
  /** The keys whose places are taken. Reads the whole table. */
  occupants(clocks?: Pick<Clocks, 'now'>): Occupant[]
  /** Over `occupants()`. */
  [Symbol.iterator](): Iterator<Occupant>
}

// ----------------------------------------------------------------------------------- retries ---

/**
 * How a delay is spread. Every kind stays within the cap and is still spread at the cap.
 *
 * | kind | before a retry of delay `d` |
 * | --- | --- |
 * | `'none'` | `d` |
 * | `'full'` | anything up to `d` |
 * | `'equal'` | the upper half of that |
 * | `'additive'` | `d` and up to `spread` more, a length of time |
 * | `'around'` | `d` and up to `spread` of it more or less, a part from 0 to 1 |
 * | `'above'` | `d` and up to `spread` of it more, a part from 0 to 1 |
 * | `'decorrelated'` | from the first delay to three times the one before, as AWS draws it |
 * | `'decorrelated_v2'` | near the first delay · 2ⁿ, as Polly draws it |
 *
 * Of the last two only the first delay counts, and how the others grow does not.
 */
export type Jitter = 'none' | 'full' | 'equal' | 'additive' | 'around' | 'above' | 'decorrelated' | 'decorrelated_v2'

/** What every kind of backoff is told. */
export interface BackoffCommon {
  /** The longest delay, jitter included. */
  cap?: Duration | undefined
  capNs?: Nanoseconds | undefined
  /** `'full'` by default. */
  jitter?: Jitter | undefined
  /**
   * How much the jitter spreads: of `'additive'` a length of time, of `'around'` and `'above'` a part of the
   * delay, to the nearest millionth: 0.2 is a fifth.
   */
  spread?: Duration | undefined
  /** Of `'additive'` the same in exact nanoseconds, in place of `spread`. */
  spreadNs?: Nanoseconds | undefined
  /** Whether a first retry without a wait comes before the others. `false` by default. */
  firstAtOnce?: boolean | undefined
  /** What the draws start from; a random number by default. */
  seed?: number | bigint | undefined
}

export interface GrowingBackoffOptions extends BackoffCommon {
  /** The delay before the first retry, above 0. */
  initial?: Duration | undefined
  initialNs?: Nanoseconds | undefined
}

export interface BackoffOptions extends GrowingBackoffOptions {
  /**
   * How many times longer each next delay is: 1, or from 1.01 on; 2 by default. A number is read by its
   * shortest decimal, so that 1.1 is 11/10; what 32 bits do not hold so, such as a third, is written as
   * `[numerator, denominator]`.
   */
  factor?: number | bigint | readonly [numerator: number | bigint, denominator: number | bigint] | undefined
}

export interface ConstantBackoffOptions extends BackoffCommon {
  /** The delay, above 0. `cap` is this by default; one above it gives a jitter room to add. */
  delay?: Duration | undefined
  delayNs?: Nanoseconds | undefined
}

export interface LinearBackoffOptions extends GrowingBackoffOptions {
  /** How much longer each next delay is. */
  step?: Duration | undefined
  stepNs?: Nanoseconds | undefined
}

export interface PolynomialBackoffOptions extends GrowingBackoffOptions {
  /** The power, from 0. */
  power: number | bigint
}

export interface ListBackoffOptions extends BackoffCommon {
  /** One to eight delays, each above 0 and at most `cap`. */
  delays?: readonly Duration[] | undefined
  delaysNs?: readonly Nanoseconds[] | undefined
}

/** Which draw: the same seed, call and attempt give the same delay in every language. */
export interface Draw {
  /** In place of the backoff's own. */
  seed?: number | bigint | undefined
  /** The number of the call that is retried; 0 by default. */
  call?: number | bigint | undefined
}

/**
 * The delay before each retry: by the constructor `min(cap, initial · factorⁿ)`, spread by the jitter, never
 * 0 (but for a first one at once) and never above the cap.
 *
 * @example
 * const backoff = new Backoff({ initial: 100, factor: 1.5, cap: '20s' })
 * await sleep(backoff.delay(attempt))
 *
 * @throws TidegateError `BackoffOutOfRange`, `UnknownJitter`, `TimeOutOfRange`; RangeError `ERR_OUT_OF_RANGE`:
 * a factor of more digits than 32 bits hold.
 */
export class Backoff {
  constructor(options: BackoffOptions)
  /** The same delay each time. */
  static constant(options: ConstantBackoffOptions): Backoff
  /** `initial + n · step`. */
  static linear(options: LinearBackoffOptions): Backoff
  /** `initial · (n + 1)^power`. */
  static polynomial(options: PolynomialBackoffOptions): Backoff
  /** `initial` times 1, 1, 2, 3, 5, 8, … */
  static fibonacci(options: GrowingBackoffOptions): Backoff
  /** The listed delays in turn, then the last one for ever. */
  static list(options: ListBackoffOptions): Backoff
  /** Milliseconds before retry number `attempt`, counted from 0; rounded up. */
  delay(attempt: number, draw?: Draw): number
  /** The same in nanoseconds. */
  delayNs(attempt: number, draw?: Draw): bigint
}

/** Why a request is to be sent again, for what it costs. */
export type RetryCause =
  /** The server failed. */
  | 'failure'
  /** The connection or the answer did not come in time, or was lost. */
  | 'transient'
  /** The server refused: too many requests. */
  | 'throttled'

/** What each cause costs, in tokens. */
export interface RetryCosts {
  failure: number | bigint
  transient: number | bigint
  throttled: number | bigint
  /** What a success at the first try gives back; 1 by default. */
  firstSuccess?: number | bigint | undefined
}

export interface RetryQuotaOptions {
  /** How many tokens there are at most; 500 by default, as AWS has it. */
  capacity?: number | bigint | undefined
  /** AWS' table 2.0 (5, and 10 for `transient`; the default) or 2.1 (14, and 5 for `throttled`), or your own. */
  costs?: 'aws_2_0' | 'aws_2_1' | RetryCosts | undefined
}

/**
 * AWS' budget of retries: each takes tokens, and a success gives them back. What a failed retry took is
 * lost, so a server that is down gets at most `capacity / cost` retries from all callers together.
 *
 * @example
 * const cost = quota.trySpend('failure') // before a retry; undefined: do not send it
 * quota.succeeded(cost)                  // when the request has succeeded
 */
export class RetryQuota {
  constructor(options?: RetryQuotaOptions)
  /**
   * Takes the cost of a retry and tells it; `undefined`, and nothing taken, if fewer are left.
   *
   * @throws TidegateError `UnknownCause`.
   */
  trySpend(cause: RetryCause): number | undefined
  /** Gives back what the last retry of a successful request cost; nothing or 0 of one that was never sent again. */
  succeeded(lastCost?: number | bigint): void
  /** Gives back the cost of a retry that was not sent. */
  cancelled(cost: number | bigint): void
  /** Tokens that are left. */
  readonly tokens: number
}

export interface RetryThrottleOptions {
  /** The most tokens, from 1 to 1,000. */
  maxTokens: number | bigint
  /** What a success brings, from 0.001 to 1,000 tokens, to the nearest thousandth. */
  ratio: number
}

/**
 * gRPC's budget of retries: failures take a token, successes bring a part of one, and while more than
 * half are there a failed request may be sent again.
 *
 * @throws TidegateError `BudgetOutOfRange`.
 */
export class RetryThrottle {
  constructor(options: RetryThrottleOptions)
  /** Takes a token for an attempt that failed, and says whether it may be sent again. */
  failed(): boolean
  /** Brings a part of a token for an attempt that did not fail. */
  succeeded(): void
  /** Whether a retry, or a hedge, may be sent now. */
  allows(): boolean
  /** One of other numbers that is as full as this one, rounded down; this one is not to be used any more. */
  replaced(options: RetryThrottleOptions): RetryThrottle
  /** Tokens that are left. */
  readonly tokens: number
  /** The same in thousandths, exactly. */
  readonly thousandths: number
}

export interface RetryBudgetOptions {
  /** For how long requests count, from 1 s to 1 hour; 10 s by default. */
  window?: Duration | undefined
  windowNs?: Nanoseconds | undefined
  /** Retries for each request, up to 1,000, to the nearest millionth; 0.2 by default. */
  ratio?: number | undefined
  /** Retries in each window besides; 10 by default. */
  reserve?: number | bigint | undefined
}

/**
 * Finagle's budget: at most `ratio` retries for each request of the last `window`, and `reserve` on top. So
 * retries never add more than that to the load of a server, whatever happens to it.
 *
 * @throws TidegateError `BudgetOutOfRange`.
 */
export class RetryBudget {
  constructor(options?: RetryBudgetOptions)
  /** Counts a new request. */
  deposit(clocks?: Pick<Clocks, 'now'>): void
  /** Before a retry: takes it out of the budget, and says whether there was one. */
  tryWithdraw(clocks?: Pick<Clocks, 'now'>): boolean
  /** Retries that are left. */
  available(clocks?: Pick<Clocks, 'now'>): number
}

export interface AdaptiveThrottleOptions {
  /** For how long requests count, from 1 s to 1 hour; 2 minutes by default. */
  window?: Duration | undefined
  windowNs?: Nanoseconds | undefined
  /**
   * How many requests are let through for each that is accepted, from 1 to 1,000, to the nearest thousandth;
   * 2 by default.
   */
  k?: number | undefined
  /**
   * The largest part of the requests that is ever rejected, to the nearest millionth; 1 by default. Below it some
   * always find out whether the server is back.
   */
  most?: number | undefined
}

/**
 * Google's client-side throttling: rejects `(requests - k · accepts) / (requests + 1)` of all requests here,
 * as a server accepts fewer of them.
 *
 * @throws TidegateError `BudgetOutOfRange`.
 */
export class AdaptiveThrottle {
  constructor(options?: AdaptiveThrottleOptions)
  /**
   * Before each send, the first and every retry: counts it, and says whether to send. Without a `seed` it is
   * drawn from a random number.
   */
  trySend(draw?: Draw & { attempt?: number | bigint | undefined; now?: Nanoseconds | undefined }): boolean
  /** Counts a request that the server has accepted: answered it with anything but a refusal for its load. */
  accepted(clocks?: Pick<Clocks, 'now'>): void
  /** Which part of all requests would be rejected now. */
  rejected(clocks?: Pick<Clocks, 'now'>): number
  /** The same in whole millionths, rounded down. */
  rejectedMillionths(clocks?: Pick<Clocks, 'now'>): number
}

/** Whether to send now, and if not, when. */
export type Permission =
  | { readonly allowed: true; readonly retryAfter: 0; readonly retryAfterNs: bigint }
  | {
      readonly allowed: false
      /** Milliseconds until it is worth asking again; rounded up and never 0. */
      readonly retryAfter: number
      readonly retryAfterNs: bigint
    }

/**
 * The adaptive rate of the AWS SDKs: a refusal cuts the sending rate to 70 %, and it climbs back along a cubic
 * curve. Until the first refusal nothing is held back.
 */
export class AdaptiveRate {
  /** One that begins now. */
  constructor(clocks?: Pick<Clocks, 'now'>)
  /** Takes a token for one send, or says when there is one; then nothing was taken. */
  trySend(clocks?: Pick<Clocks, 'now'>): Permission
  /** Learns from an answer, or from a failure that was none: whether the server has refused it for its rate. */
  answered(refused: boolean, clocks?: Pick<Clocks, 'now'>): void
  /** The rate that is let through, a second; 0 before the first answer. */
  readonly rate: number
  /** The same in 10⁻¹² a second, exactly as in every language. */
  readonly ratePico: bigint
  /** The rate that was really sent, smoothed, a second. */
  readonly measured: number
  /** The same in 10⁻¹² a second, exactly as in every language. */
  readonly measuredPico: bigint
}

export interface BreakerOptions {
  /** How long none passes once it is open; above 0. */
  openFor?: Duration | undefined
  openForNs?: Nanoseconds | undefined
  /** How many probes in turn must succeed to close it; 1 by default. */
  probes?: number | bigint | undefined
}

export interface ConsecutiveBreakerOptions extends BreakerOptions {
  /** How many failures in turn open it. */
  failures: number | bigint
}

export interface RatioBreakerOptions extends BreakerOptions {
  /** For how long calls count, from 1 s to 1 hour. */
  window?: Duration | undefined
  windowNs?: Nanoseconds | undefined
  /** Which part of the calls must have failed, above 0 and up to 1, to the nearest millionth. */
  part: number
  /** Of at least so many calls. */
  least: number | bigint
}

/** What a request that was let through is reported with, once. */
export class Passage {
  private constructor()
  #private
}

/**
 * A circuit breaker: no request to what has just failed again and again, then one at a time. A probe that is
 * never reported holds the others back for `openFor`. A refusal for its rate (429) is no failure of the server.
 *
 * @example
 * const breaker = CircuitBreaker.consecutive({ failures: 5, openFor: '30s' })
 * const { allowed, passage, retryAfter } = breaker.tryCall()
 * if (!allowed) return later(retryAfter)
 * try { await send(); breaker.succeeded(passage) } catch { breaker.failed(passage) }
 */
export class CircuitBreaker {
  private constructor()
  /**
   * Opens after so many failures in turn.
   *
   * @throws TidegateError `BreakerOutOfRange`.
   */
  static consecutive(options: ConsecutiveBreakerOptions): CircuitBreaker
  /**
   * Opens on a failure when of at least `least` calls of the last `window` such a part has failed.
   *
   * @throws TidegateError `BreakerOutOfRange`.
   */
  static ratio(options: RatioBreakerOptions): CircuitBreaker
  /** Lets a request pass, or says how long none will. */
  tryCall(clocks?: Pick<Clocks, 'now'>):
    | (Extract<Permission, { allowed: true }> & { readonly passage: Passage })
    | (Extract<Permission, { allowed: false }> & { readonly passage?: undefined })
  /** Reports that a request has succeeded. */
  succeeded(passage: Passage, clocks?: Pick<Clocks, 'now'>): void
  /** Reports that a request has failed. */
  failed(passage: Passage, clocks?: Pick<Clocks, 'now'>): void
  /** Reports that a request was not sent, or tells nothing; if it was the probe, another may go. */
  cancelled(passage: Passage): void
  /** What it does now. */
  state(clocks?: Pick<Clocks, 'now'>): 'closed' | 'open' | 'half_open'
}

/**
 * Resolves after `delay`, also when no single timer is that long, and never before; rejects with the signal's
 * reason when aborted. With `unref` the process does not stay for it.
 */
export function sleep(
  delay: Duration,
  options?: { signal?: AbortSignal | undefined; unref?: boolean | undefined },
): Promise<void>

/**
 * What an error of `fetch`, undici or `node:http` means to a `Call`. `undefined` is an error that
 * did not come from the network: throw it on.
 */
export function failureKind(error: unknown): Failure | undefined

// ---------------------------------------------------------------------------- what servers say ---

/** Header names and values: `Headers`, `IncomingMessage.headers`, a `Map`, or pairs. */
export type HeadersLike =
  | Iterable<readonly [string, string | number] | string[]>
  | { readonly [name: string]: string | number | readonly string[] | undefined }

/** The text or the bytes of a body. */
export type Body = string | ArrayBuffer | ArrayBufferView | null | undefined

/** `Retry-After`: so long from the answer, or not before that time of the server's clock. */
export type RetryAfter =
  | { readonly delay: number; readonly delayNs: bigint; readonly date?: undefined; readonly dateNs?: undefined }
  | { readonly date: number; readonly dateNs: bigint; readonly delay?: undefined; readonly delayNs?: undefined }

/**
 * Reads a `Retry-After`: whole seconds, or any of the three forms of an HTTP date. Anything else is
 * `undefined`: garbage is ignored, never guessed at. Years of two digits are read as seen from `wall`.
 */
export function parseRetryAfter(value: string | null | undefined, clocks?: Pick<Clocks, 'wall'>): RetryAfter | undefined

/**
 * What the headers of one response say about limits. Garbage never replaces a value and is counted;
 * of a repeated header the last valid one counts. What was not said is `undefined`.
 */
export class Hints {
  constructor(headers?: HeadersLike)
  /** Takes one header; names are compared without regard to case. */
  header(name: string, value: string | number): 'read' | 'unknown' | 'invalid'
  /** `X-RateLimit-Limit`: requests a window. */
  readonly limit: number | undefined
  readonly limitExact: bigint | undefined
  /** `X-RateLimit-Remaining`: requests left in this window. */
  readonly remaining: number | undefined
  readonly remainingExact: bigint | undefined
  /** `X-RateLimit-Reset`: when this window ends by the server's clock, in milliseconds since 1970. */
  readonly reset: number | undefined
  readonly resetNs: bigint | undefined
  /** `X-RateLimit-Window`: the length of a window in milliseconds. */
  readonly window: number | undefined
  readonly windowNs: bigint | undefined
  /** What the limit counts: requests, unless `Advice` says otherwise. */
  readonly unit: Allowance['unit']
  /** `Retry-After`. */
  readonly retryAfter: RetryAfter | undefined
  /** `Date`: when the server answered, in milliseconds since 1970. */
  readonly date: number | undefined
  readonly dateNs: bigint | undefined
  /** Whether the server says that sending again helps; only `Advice` reads that. */
  readonly shouldRetry: boolean | undefined
  /** Whether a denial is of a limit over everything; only `Advice` reads that. */
  readonly isGlobal: boolean
  /** How many headers were known by name and invalid by value. */
  readonly invalid: number
  /** What they say, line by line, for people. `wall` is what is known of the server's clock. */
  explain(clocks?: Pick<Clocks, 'wall'>): string
}

/**
 * Which headers are read: all that are known (`'common'`), those of the IETF's drafts 3 to 10, or a vendor's.
 * `Retry-After`, `Date` and `Age` are read in every dialect.
 */
export type DialectName =
  | 'common' | 'ietf' | 'github' | 'gitlab' | 'discord' | 'shopify' | 'stripe' | 'openai' | 'anthropic' | 'reddit'
  | 'twitter' | 'okta' | 'slack' | 'atlassian' | 'azure' | 'aws'

export interface DialectOptions {
  /**
   * What the value of a reset header is, in place of the dialect's own: told apart by its shape and size
   * (`'auto'`), seconds or milliseconds since 1970, seconds or milliseconds from the answer, a duration like
   * `1m30s`, or an RFC 3339 time.
   */
  reset?: 'auto' | 'epoch_s' | 'epoch_ms' | 's' | 'ms' | 'duration' | 'rfc3339' | undefined
  /** Whether fractions are read, in place of the dialect's own: `Retry-After: 2.5`. */
  decimals?: boolean | undefined
}

/**
 * Which headers are read, and what their numbers mean.
 *
 * @throws TidegateError `UnknownDialect`, `UnknownReset`.
 */
export class Dialect {
  #private
  constructor(name?: DialectName, options?: DialectOptions)
  readonly name: DialectName
}

/** One limit that a response told of. What was not told is missing. */
export interface Allowance {
  /** The server's name for it, `''` if it has none. */
  readonly name: string
  /** Which of several partitions of the same limit: a fingerprint, equal for equal keys. */
  readonly partition?: bigint
  /** What is counted; requests where nothing else is said. */
  readonly unit: 'requests' | 'tokens' | 'content-bytes' | 'concurrent-requests' | 'other'
  /** How many a window. */
  readonly limit?: number
  /** How many are left, rounded down. */
  readonly remaining?: number
  /** How many were used, rounded up. */
  readonly used?: number
  /** When there will be more: so long after the answer, or at that time of the server's clock. */
  readonly reset?:
    | { readonly after: number; readonly afterNs: bigint; readonly at?: undefined; readonly atNs?: undefined }
    | { readonly at: number; readonly atNs: bigint; readonly after?: undefined; readonly afterNs?: undefined }
  /** The length of a window in milliseconds. */
  readonly window?: number
  readonly windowNs?: bigint
}

/**
 * What the headers of one response say, in any dialect, of any number of limits. Eight limits are kept;
 * what is malformed is ignored and counted, never half used. `wall` of its methods is what is known of
 * the server's clock, the host's by default.
 *
 * @example
 * const advice = new Advice(response.headers, { dialect: 'openai' })
 * await sleep(advice.wait() ?? 0)
 *
 * @throws TidegateError `UnknownDialect`.
 */
export class Advice {
  constructor(headers?: HeadersLike, options?: { dialect?: DialectName | Dialect | undefined })
  /** Takes one header line, with a character for each byte as Node has it; names without regard to case. */
  header(name: string, value: string | number): 'read' | 'unknown' | 'invalid'
  /** `Retry-After`, or the same in milliseconds; of two waits the longer. */
  readonly retryAfter: RetryAfter | undefined
  /** `Date`: when the server answered, in milliseconds since 1970. */
  readonly date: number | undefined
  readonly dateNs: bigint | undefined
  /** Whether the server says that sending again helps: `x-should-retry`, `Stripe-Should-Retry`. */
  readonly shouldRetry: boolean | undefined
  /** Whether the limit that denied is one of the whole account: `X-RateLimit-Global`. */
  readonly isGlobal: boolean | undefined
  /** Whether the answer came out of a cache, and so says nothing of limits: `Age` was above 0. */
  readonly isCached: boolean
  /** `X-RateLimit-Bucket`: which limit several routes share. */
  readonly bucket: string | undefined
  /** `X-RateLimit-Scope`: whose limit it is. */
  readonly scope: string | undefined
  /** How many headers were known by name and invalid by value. */
  readonly invalid: number
  /** How many values were valid and found no room. */
  readonly dropped: number
  /** Every limit that was told, in the order in which they were first told. */
  readonly allowances: Allowance[]
  /** The limit that stops a client first: the least that is left, and of the same the longest wait. */
  tightest(clocks?: Pick<Clocks, 'wall'>): Allowance | undefined
  /**
   * Milliseconds to send nothing, rounded up: what `Retry-After` says, or else until the last of the limits
   * that are used up has more. `undefined` if nothing says so.
   */
  wait(clocks?: Pick<Clocks, 'wall'>): number | undefined
  /** The same in nanoseconds. */
  waitNs(clocks?: Pick<Clocks, 'wall'>): bigint | undefined
  /** The same for `Call.answered`: the tightest limit as the one that it mirrors. */
  hints(clocks?: Pick<Clocks, 'wall'>): Hints
  /** What it says, line by line, for people; `tidegate headers` prints this. */
  explain(clocks?: Pick<Clocks, 'wall'>): string
}

/**
 * In which headers limits are announced: `X-RateLimit-*` of the tightest limit, or `RateLimit` and
 * `RateLimit-Policy` as in a draft of the IETF, the last one with all limits by name.
 */
export type Form = 'x' | 'draft-6' | 'draft-7' | 'draft-10'

/** One limit to announce. */
export interface Announcement {
  /** What the latest draft calls it; printable ASCII. `''` by default. */
  name?: string | undefined
  /** How many a window. */
  limit: number | bigint
  /** How many are left. */
  remaining: number | bigint
  /** How long until there will be more. */
  resetAfter?: Duration | undefined
  resetAfterNs?: Nanoseconds | undefined
  /** The length of a window. */
  window?: Duration | undefined
  windowNs?: Nanoseconds | undefined
}

export interface AnnounceOptions {
  /** The wait that a denied client is told, as `Retry-After`. */
  retryAfter?: Duration | undefined
  retryAfterNs?: Nanoseconds | undefined
  /** The wall clock, in place of the host's. */
  wall?: Nanoseconds | undefined
}

/**
 * The names and values of the headers that tell a client its limits. Times are rounded up to whole seconds.
 *
 * @example
 * const limit = { name: 'burst', limit: 100, remaining: 0, resetAfter: '30s', window: 'minute' }
 * for (const [name, value] of announce('draft-10', [limit], { retryAfter: '30s' })) response.setHeader(name, value)
 *
 * @throws TidegateError `UnknownForm`, `AnnouncementInvalid`.
 */
export function announce(
  form: Form,
  limits: readonly Announcement[],
  options?: AnnounceOptions,
): [name: string, value: string][]

/** What an error body says. */
export interface ErrorBody {
  /** The code for machines. */
  readonly code?: string
  /** The message for people. */
  readonly message?: string
  /** The id to name when asking for support. */
  readonly requestId?: string
  /** What is wrong with single members of the request; at most 8. */
  readonly fields: readonly { readonly path: string; readonly issue: string }[]
  /** The names of the limits that were exceeded (`violated-policies` of problem details); at most 8. */
  readonly violatedPolicies: readonly string[]
}

/**
 * Reads the error body of either API, problem details (RFC 9457) and what other APIs send, members in
 * any order. A code may be a number: its digits. A body that is not one complete JSON object within
 * 4,096 bytes says nothing.
 */
export function scanErrorBody(body: Body): ErrorBody

// ---------------------------------------------------------------------------------------- APIs ---

/** The APIs whose policies come with the package. */
export type ApiName =
  | 'stackflow' | 'velaflows'
  | 'github' | 'gitlab' | 'stripe' | 'shopify' | 'openai' | 'discord'

/** One limit of an API, as its policy has it. */
export interface PolicyLimit {
  /** Its name; limits of one name are one limit. */
  readonly name?: string
  /** How it counts; see the classes of these names, of which a bucket is `RateLimiter`. */
  readonly kind: 'fixed_window' | 'first_use_window' | 'strict_window' | 'token_bucket'
  /** What it counts. Of every unit but requests, a request needs its `tokens`. */
  readonly unit: Allowance['unit']
  /** How many each period. */
  readonly limit: number
  /** The length of a window, or the time in which a bucket gets its limit; milliseconds. */
  readonly per: number
  readonly perNs: bigint
  /** How many at once: of a bucket only. */
  readonly burst?: number
}

/** What requests are counted in, for every key by itself. */
export interface PolicyCategory {
  readonly name: string
  /** As the policy describes them, whatever the `window` of an `Api`. */
  readonly limits: readonly PolicyLimit[]
  /** How long an answer to a GET is good for, in milliseconds. */
  readonly cache?: number
  readonly cacheNs?: bigint
}

/** Which limit denied a request, and how. */
export interface Denial {
  /** `category` by default. */
  limitedBy?: 'category' | 'gateway' | undefined
  /** The error code; `TOO_MANY_REQUESTS` by default. */
  code?: string | undefined
  /** The name of the limit. */
  deniedBy?: string | undefined
  /** When it is worth trying again. */
  retryAfter?: Duration | undefined
  retryAfterNs?: Nanoseconds | undefined
  /** The id of the request. */
  requestId?: string | undefined
}

/** How a list is read page by page. */
export interface PolicyPages {
  /** By number, by how many to leave out, by a mark of the page before, or by the `next` of `Link`. */
  readonly style: 'number' | 'offset' | 'cursor' | 'link'
  /** The query parameter of the page, offset or cursor. */
  readonly parameter?: string
  /** The query parameter of how many a page has. */
  readonly size?: string
  /** What a page has where nothing is asked for. */
  readonly defaultSize?: number
  /** The most that may be asked for. */
  readonly maxSize?: number
  /** The number of the first page: 0 or 1. */
  readonly first: number
  /** Where in a body the list of items stands, as names with dots between them; the body itself without it. */
  readonly items?: string
  /** Where in a body stands whether there are more pages. */
  readonly more?: string
  /** Where in a body the cursor of the next page stands. */
  readonly next?: string
  /** Where in the last item of a page the cursor of the next one stands. */
  readonly last?: string
}

/** A route that does many things at once. */
export interface PolicyBatch {
  readonly path: string
  /** The member of the body that lists them. */
  readonly items: string
  readonly maxItems: number
}

/**
 * An API as data: its limits and routes, the dialect of its headers, what its errors mean, and when to
 * try again. It does not change, and any number of `Api`s can be made of it.
 *
 * @example
 * const policy = Policy.fromFile('github.json')
 * console.log(policy.explain())
 * policy.cacheTtl('GET', '/user') // 60000
 */
export class Policy {
  private constructor()
  /**
   * The policy of this name, which comes with the package.
   *
   * @throws TidegateError `UnknownApi`.
   */
  static named(name: ApiName): Policy
  /**
   * The policy that a JSON text describes. What is left out has defaults; what is not known is an error.
   *
   * @throws PolicyError the first thing that is wrong.
   */
  static fromJson(text: string): Policy
  /**
   * The policy in a file, which is read at once and not by the event loop.
   *
   * @throws PolicyError the first thing that is wrong, with the path; what `fs.readFileSync` throws.
   */
  static fromFile(path: string | URL): Policy

  /** The API's name. */
  readonly name: string
  /** A request that no route names belongs to the first. */
  readonly categories: readonly PolicyCategory[]
  /** The limits over all keys and categories. */
  readonly shared: readonly PolicyLimit[]
  /** How lists are read page by page, if the policy says so. */
  readonly pages: PolicyPages | undefined
  /** The routes that do many things at once. */
  readonly batches: readonly PolicyBatch[]
  /** How its headers are read, for `Advice`; `undefined` where they are the plain ones of `Hints`. */
  readonly dialect: Dialect | undefined

  /**
   * The name of the category that a request belongs to.
   *
   * @throws TidegateError `UnknownMethod`.
   */
  categoryOf(method: Method | (string & {}), path: string): string
  /**
   * How long an answer is good for, in milliseconds; `undefined` for every method but GET, and where the
   * policy does not say.
   *
   * @throws TidegateError `UnknownMethod`, `PathInvalid`.
   */
  cacheTtl(method: Method | (string & {}), path: string): number | undefined
  cacheTtlNs(method: Method | (string & {}), path: string): bigint | undefined
  /**
   * What a server of this API says to a request that may not in, in the API's own envelope; problem details
   * (RFC 9457) where its policy says none. `admission.body()` is this, of what `api.admit()` has decided.
   *
   * @throws TidegateError `TimeOutOfRange`.
   */
  refusal(denial: Denial): { readonly body: string; readonly contentType: string }
  /**
   * A list of this API at its first page, by so many items a page; `undefined` where the policy says nothing of pages.
   *
   * @throws TidegateError `PageSizeOutOfRange`.
   */
  paging(options?: { size?: number | undefined }): Paging | undefined
  /** The route of `batches` that a path belongs to, if it does many things at once. */
  batchOf(path: string): PolicyBatch | undefined
  /** Reads an error body of this API, its parts where the policy names their places; see `scanErrorBody`. */
  errorBody(body: Body): ErrorBody
  /** What it says, line by line, for people. */
  explain(): string
  /** The same. */
  toString(): string
}

/** The methods, in capitals as HTTP has them. */
export type Method = 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What went wrong with a send that got no answer. */
export type Failure =
  /** No connection was made: refused, unreachable, or no such name. */
  | 'connect_refused'
  /** No connection was made in time. */
  | 'connect_timeout'
  /** No answer came in time. */
  | 'read_timeout'
  /** The connection broke before the answer was whole. */
  | 'reset'
  /** The caller gave it up. */
  | 'aborted'
  /** The peer could not be trusted. */
  | 'tls'

/** Why a call was given up. */
export type Reason =
  /** It was sent as often as the policy allows. */
  | 'attempts_exhausted'
  /** The next send would come after the deadline. */
  | 'deadline_too_close'
  /** The server ordered a longer wait than the policy obeys. */
  | 'server_delay_too_long'
  /** It may have been done, and doing it twice is not the same as once. */
  | 'not_idempotent'
  /** The answer would be the same again. */
  | 'not_retryable'
  /** The credentials have expired: get new ones first. */
  | 'refresh_credentials'
  /** The caller gave it up. */
  | 'aborted'
  /** The callers of this API have used up what retries they share. */
  | 'budget_exhausted'
  /** The API has failed again and again, and is left alone for a while. */
  | 'breaker_open'
  /** Its waits together would be longer than the policy allows. */
  | 'waited_too_long'
  /** It needs more than a limit can ever hold. */
  | 'too_large'

/** What to do now. */
export type Step =
  /** Send the request once, then report `answered` or `failed`. */
  | { readonly kind: 'send' }
  /** Sleep, then ask again. */
  | {
      readonly kind: 'wait'
      /** Milliseconds, rounded up. */
      readonly delay: number
      readonly delayNs: bigint
      /** Until when, on the clock that was given as `now`. */
      readonly untilNs: bigint
    }
  /** The last answer is the result. */
  | { readonly kind: 'done' }
  /** The last answer or failure is the result, and this is why it is not tried again. */
  | {
      readonly kind: 'giveUp'
      readonly reason: Reason
      /** Milliseconds that the server ordered to wait, uncut. */
      readonly serverDelay?: number
      readonly serverDelayNs?: bigint
    }
  /** A send is in flight and nothing was reported of it yet. */
  | { readonly kind: 'pending' }

export interface ApiOptions {
  /** Windows of another length, in whole seconds, for trials that cannot wait a quarter of an hour. */
  window?: Duration | undefined
  windowNs?: Nanoseconds | undefined
  /** Spreads this process's retries; a random number by default. */
  seed?: number | bigint | undefined
}

export interface CallOptions {
  /** Whose limits: the user or the token. */
  key: string
  /** The role of that key, for example `service_account`. */
  role?: string | undefined
  /** Whether the request carries an `Idempotency-Key`: `true`, or the key itself. */
  idempotencyKey?: boolean | string | undefined
  /** How long from now the answer is wanted. */
  timeout?: Duration | undefined
  timeoutNs?: Nanoseconds | undefined
  /** Until when it is, on the monotonic clock that is given as `now`; the earlier of both counts. */
  deadlineNs?: Nanoseconds | undefined
  /** How many tokens it will use, where a limit counts those: an estimate; 0 by default. */
  tokens?: number | bigint | undefined
}

export interface AdmitOptions extends Clocks {
  /** Whose limits: the user or the token. */
  key: string
  /** The role of that key, for example `service_account`. */
  role?: string | undefined
  /** How many tokens it needs, where a limit counts those; 0 by default. */
  tokens?: number | bigint | undefined
}

/** The decision on one request, for a server. */
export interface Admission {
  readonly allowed: boolean
  /** The category it was counted in. */
  readonly category: string
  /** Which layer denied it. */
  readonly limitedBy?: 'category' | 'gateway'
  /** The name of the limit that denied it, if it has one. */
  readonly deniedBy?: string
  /** The API's error code of the denial. */
  readonly code?: string
  /** The key's limit in the category. */
  readonly limit: number
  /** What is left of it in this window. */
  readonly remaining: number
  /** When the window ends, in milliseconds since 1970. */
  readonly reset: number
  readonly resetNs: bigint
  /** Milliseconds until then, from the admission; rounded up. */
  readonly resetAfter: number
  readonly resetAfterNs: bigint
  /** The length of the window in milliseconds. */
  readonly window: number
  readonly windowNs: bigint
  /**
   * Milliseconds until the same request is admitted; 0 when it was, and 584 years when it needs more than
   * a limit can ever hold.
   */
  readonly retryAfter: number
  readonly retryAfterNs: bigint
  /** The headers to send, whether admitted or not; `Retry-After` is among them when not. */
  readonly headers: [name: string, value: string][]
  /** The media type of `body`; `undefined` when admitted. */
  readonly contentType: string | undefined
  /**
   * The body of the 429, in the API's own envelope; `undefined` when admitted. The id of the request is what
   * people name when they ask for support; envelopes that have no place for it leave it out.
   */
  body(options?: { requestId?: string | undefined }): string | undefined
}

/**
 * One API: its description and the state of its limits, which all its calls share. A client makes
 * calls, a server admits; one `Api` serves one side. It tells 63 keys apart; those beyond share
 * one place, so they limit each other rather than nobody.
 *
 * @throws TidegateError `UnknownApi`, `WindowOutOfRange`.
 */
export class Api {
  constructor(policy: ApiName | Policy, options?: ApiOptions)
  /** The API of this name. */
  static named(name: ApiName, options?: ApiOptions): Api
  /** The API that a JSON text describes; throws as `Policy.fromJson`. */
  static fromJson(text: string, options?: ApiOptions): Api
  /** The API that a file describes; throws as `Policy.fromFile`. */
  static fromFile(path: string | URL, options?: ApiOptions): Api
  /** The StackFlow API. */
  static stackflow(options?: ApiOptions): Api
  /** The VelaFlows API. */
  static velaflows(options?: ApiOptions): Api
  /** What describes it, with the other `window` if it has one. */
  readonly policy: Policy
  /** How many requests came with a key beyond those that are told apart. */
  readonly overflowed: number

  /**
   * One logical request, across its attempts.
   *
   * @throws TidegateError `UnknownMethod`, `PathInvalid`, `KeyEmpty`, `UnknownRole`.
   */
  call(method: Method | (string & {}), path: string, options: CallOptions): Call

  /**
   * Counts one request, or tells why it may not in.
   *
   * @throws TidegateError as `call`; nothing is counted then.
   */
  admit(method: Method | (string & {}), path: string, options: AdmitOptions): Admission
}

/**
 * One logical request: how often it was sent, when it may be sent again, whether it is over.
 *
 * @example
 * const call = api.call('GET', '/api/v1/incidents', { key: user })
 * for (;;) {
 *   const step = call.next()
 *   if (step.kind === 'wait') await sleep(step.delay)
 *   else if (step.kind === 'send') { … call.answered(response.status, response.headers, text) }
 *   else break
 * }
 */
export class Call {
  private constructor()
  /** The category it is counted in. */
  readonly category: string
  /** How often it was sent. */
  readonly attempts: number
  /**
   * When the send in flight is to be cut off and reported as `read_timeout`, in milliseconds of the
   * monotonic clock, rounded up: at the policy's timeout of one send, or at the deadline. `Infinity`
   * for never; without a send in flight, the deadline.
   */
  readonly attemptEnds: number
  /** The same exactly; `undefined` for never. */
  readonly attemptEndsNs: bigint | undefined
  /**
   * How long that is from now, in milliseconds, rounded up; `Infinity` for ever.
   *
   * @example AbortSignal.timeout(Math.min(call.attemptTimeout(), 30_000))
   */
  attemptTimeout(clocks?: Pick<Clocks, 'now'>): number
  /**
   * When a second send may go while this one is out, in milliseconds of the monotonic clock, rounded
   * up. `undefined`: none may. No send is in flight, the policy has no hedging or no more of it, doing
   * it twice is not the same as once, or the server has just ordered everybody to wait.
   */
  readonly hedgeAt: number | undefined
  readonly hedgeAtNs: bigint | undefined
  /** How long that is from now, in milliseconds, rounded up; 0 when it is time. */
  hedgeDelay(clocks?: Pick<Clocks, 'now'>): number | undefined
  /**
   * A twin of this call to be sent beside it, if it is time and the API's budget has a retry left. It
   * is a call of its own, which is never tried again by itself. Whichever is done first is the result;
   * the other is reported as `failed('aborted')`.
   */
  hedge(clocks?: Pick<Clocks, 'now'>): Call | undefined
  /** What to do now. Only `send` changes anything: it counts the request in every layer. */
  next(clocks?: Clocks): Step
  /**
   * Reports an answer: its status, its headers, and its body as far as there is one. Headers are read
   * in the dialect of the API's policy; `Hints` and `Advice` have been read already.
   *
   * @throws TidegateError `OutOfOrder`: no send is in flight. `StatusOutOfRange`: not 100 to 599.
   */
  answered(status: number, headers: HeadersLike | Hints | Advice, body?: Body, clocks?: Clocks): void
  /**
   * Reports that no answer came.
   *
   * @throws TidegateError `UnknownFailure`; `OutOfOrder`: no send is in flight.
   */
  failed(kind: Failure, clocks?: Clocks): void
}

// ---------------------------------------------------------------------------------------- clients ---

/** A request as it is shown to the functions among the options of a client. */
export interface ClientRequest {
  /** In capitals. */
  readonly method: string
  readonly url: string
  /** A copy: to change it changes nothing. */
  readonly headers: Headers
  /** The body as the library was given it, if it was. */
  readonly body: unknown
}

/** Before a wait for another attempt. */
export interface RetryEvent {
  readonly method: string
  readonly url: string
  /** How often it was sent. */
  readonly attempt: number
  /** Milliseconds until it may be sent again. */
  readonly delay: number
  /** What the last attempt came to: a status, or an error. */
  readonly status?: number
  readonly error?: unknown
}

/** Whose limits a client's requests are counted in, and how long they may wait. */
export interface TurnOptions {
  /**
   * Whose limits: the user or the token, the same one however often its credentials are renewed. One
   * for all requests by default. What it says is only a name, and is never sent.
   */
  key?: string | ((request: ClientRequest) => string) | undefined
  /** The role of that key, for example `service_account`. */
  role?: string | ((request: ClientRequest) => string) | undefined
  /** How many tokens a request will use, where a limit counts those; 0 by default. */
  tokens?: number | ((request: ClientRequest) => number) | undefined
  /** How long a request may take, with all its waits and attempts. Without it, as long as the policy has it. */
  timeout?: Duration | undefined
}

/** What the clients of all libraries are told in the same words. */
export interface ClientOptions extends TurnOptions {
  /**
   * How long one attempt may take until its headers are there; the shorter of this and the policy's. A
   * body that comes afterwards takes as long as it takes.
   */
  attemptTimeout?: Duration | undefined
  /**
   * Whether the API knows `Idempotency-Key`. A POST or PATCH without one then gets one, the same in every
   * attempt, and may so be repeated after a failure in which it may have been done. A function makes the key.
   * Not by default.
   */
  idempotencyKey?: boolean | ((request: ClientRequest) => string) | undefined
  /** Is told of every retry before its wait. What it throws ends the request. */
  onRetry?: ((event: RetryEvent) => void) | undefined
}

export interface FetchOptions extends ClientOptions {
  /** Whether an answer of 400 and above is thrown as an `ApiError`. Not by default, as with `fetch`. */
  throws?: boolean | undefined
}

/**
 * A `fetch` of the same type that stays within the limits of an API, and tries again as its policy says. It
 * works on the `fetch` of Node, of browsers, of undici and of others, and as the `fetch` option of SDKs.
 *
 * Of several attempts the last response is the result, or the last error is thrown; `outcomeOf` tells how it
 * came about. The body of the result is whole, and of an answer below 400 it is never touched. A body that is
 * a stream is sent once: a retry would have nothing left to send. A `Request` with a body is copied for each
 * attempt, which keeps its body in memory. Redirects are left to `fetch`, as one request.
 *
 * @example
 * const github = withLimits(fetch, Api.named('github'), { timeout: '1m' })
 * const response = await github('https://api.github.com/user', { headers, signal })
 *
 * @throws RateLimitError nothing was sent: its `reason` tells why.
 * @throws ApiError with `throws`, an answer of 400 and above.
 * @throws the signal's reason, when it is aborted in a send or in a wait.
 * @throws TidegateError `UnknownMethod`, `KeyEmpty`, `UnknownRole`.
 */
export function withLimits<Fetch extends (input: any, init?: any) => Promise<any>>(
  fetch: Fetch,
  api: Api,
  options?: FetchOptions,
): Fetch

/** How a result came about. */
export interface Outcome {
  /** How often it was sent. */
  readonly attempts: number
  /** Why it was not tried again; `undefined` when there was no reason to. */
  readonly reason?: Reason | 'body_consumed'
  /** Milliseconds that the server ordered to wait, uncut. */
  readonly serverDelay?: number
  readonly serverDelayNs?: bigint
}

/** How a response that a client of ours gave, or an error that it threw, came about; `undefined` of anything else. */
export function outcomeOf(result: unknown): Outcome | undefined

export interface ClientKeyOptions {
  /** The `X-Forwarded-For` of the request, or its `Forwarded` (RFC 7239): one line, or several in their order. */
  forwardedFor?: string | readonly string[] | null | undefined
  /** How many proxies of yours stand in front of the server: so many entries, from the right, are believed. */
  trustedProxies?: number | undefined
  /** How many bits of an IPv6 address make one client, from 32 to 128; 56 by default, what a home has. */
  ipv6Prefix?: number | undefined
}

/**
 * Who a client is, as the key of a limit: an IPv4 address whole, also when it comes in the form of IPv6; an IPv6
 * address as the network that one customer has; `unknown` where there is no address.
 *
 * @example
 * clientKey(request.socket.remoteAddress, { forwardedFor: request.headers['x-forwarded-for'], trustedProxies: 1 })
 *
 * @throws TidegateError `PrefixOutOfRange`.
 */
export function clientKey(peer: string | null | undefined, options?: ClientKeyOptions): string

/**
 * Where the reading of one list stands, for a loop of one's own. Set the query parameters that it names, send, and
 * report what the page had.
 *
 * @example
 * const paging = api.policy.paging({ size: 100 })
 * paging.size // ['limit', '100']
 * paging.position // ['page', '1']
 * paging.answered({ items: 100 }) // true: there may be another page
 */
export class Paging {
  private constructor()
  /** The query parameter of how many items a page has, and its value. */
  readonly size: [name: string, value: string] | undefined
  /** The query parameter of the page's number or of the items to leave out, and its value. */
  readonly position: [name: string, value: string] | undefined
  /** The query parameter of the cursor. */
  readonly cursor: string | undefined
  /**
   * Reports what a page had, and says whether there is another: how many items, whether the answer says that
   * there are more, and its cursor or link to the next one.
   */
  answered(page: { items: number | bigint; more?: boolean | undefined; next?: string | undefined }): boolean
}

/** The URL of the next page in a `Link` header (RFC 8288), as it stands there; it may be relative. */
export function nextLink(link: string | readonly string[] | null | undefined): string | undefined

export interface PaginateOptions<Item> {
  /** Whose policy says how its lists are read. */
  api?: Api | Policy | undefined
  /** The same, in the words of a policy file, in the place of a policy that does not say or says otherwise. */
  pages?: {
    style: PolicyPages['style']
    parameter?: string
    size?: string
    default_size?: number
    max_size?: number
    first?: 0 | 1
    items?: string
    more?: string
    next?: string
    last?: string
  } | undefined
  /** How many items a page has, up to what the policy allows; by default what it has by default. */
  size?: number | undefined
  /** Where in a body the items stand, in the place of what the policy says, or what finds them. */
  items?: string | ((body: any) => Item[]) | undefined
  /** Whatever `fetch` takes: headers, a signal. */
  init?: Record<string, any> | undefined
}

/**
 * The items of a list, page after page: by number, by offset, by cursor, or by the `next` of `Link`. A page is asked
 * for when the items before it are used up, so who stops early asks for no more. On a `fetch` with limits every page
 * waits for its turn.
 *
 * @example
 * const limited = withLimits(fetch, api)
 * for await (const conversation of paginate(limited, `${base}/api/v1/inbox/conversations`, { api, size: 100 })) { … }
 *
 * @throws ApiError a page was answered by 400 or above.
 * @throws TidegateError `PageSizeOutOfRange`; PolicyError, what is wrong with `pages`.
 * @throws TypeError `ERR_NO_LIST`; Error `ERR_PAGE_ELSEWHERE`: a link leads to another origin.
 */
export function paginate<Item = any>(
  fetch: (input: any, init?: any) => Promise<any>,
  url: string | URL,
  options?: PaginateOptions<Item>,
): AsyncGenerator<Item, void, undefined>

export interface BulkOptions<Item> {
  /** Whose policy says how many items a request may have, and where in its body they stand. */
  api?: Api | Policy | undefined
  /** The member of the body with the items, in the place of the policy's; `items` without either. */
  member?: string | undefined
  /** How many items a request has; by default the most that the policy allows. */
  maxItems?: number | undefined
  /** The other members of the body, or the whole body made of the items. */
  body?: { readonly [member: string]: unknown } | ((items: Item[]) => unknown) | undefined
  /** Whatever `fetch` takes: headers, a signal, another method than POST. */
  init?: Record<string, any> | undefined
}

/**
 * Sends many items through a route that takes many at once, one request after the other, in as few as the policy
 * allows. Each is yielded with its response, whatever its status; `withLimits` with `throws` ends it at the
 * first that fails.
 *
 * @example
 * const limited = withLimits(fetch, api, { throws: true, idempotencyKey: true })
 * const body = { entityType: 'conversation', tagIds: ['tag1'] }
 * for await (const { items, response } of bulk(limited, `${base}/api/v1/tags/bulk`, ids, { api, body })) { … }
 */
export function bulk<Item, Response>(
  fetch: (input: any, init?: any) => Promise<Response>,
  url: string | URL,
  items: Iterable<Item> | AsyncIterable<Item>,
  options?: BulkOptions<Item>,
): AsyncGenerator<{ items: Item[]; response: Response }, void, undefined>

export interface ApiErrorOptions {
  status: number
  code?: string | undefined
  message?: string | undefined
  requestId?: string | undefined
  details?: ErrorBody['fields'] | undefined
  response?: unknown
  outcome?: Outcome | undefined
}

/** An answer of 400 and above, whatever the shape of its body. */
export class ApiError extends Error {
  constructor(options: ApiErrorOptions)
  /** The error that a response is, by the places in which its policy has codes and messages; it reads the body. */
  static from(
    response: { readonly status: number; text(): Promise<string> },
    options?: { policy?: Policy | undefined; outcome?: Outcome | undefined },
  ): Promise<ApiError>
  /** The same of a status and of a body that was read already. */
  static of(
    status: number,
    body: Body,
    options?: { policy?: Policy | undefined; outcome?: Outcome | undefined; response?: unknown },
  ): ApiError
  readonly name: 'ApiError'
  readonly status: number
  /** The API's code for machines. */
  readonly code?: string
  /** The id to name when asking for support. */
  readonly requestId?: string
  /** What is wrong with single members of the request; at most 8. */
  readonly details: ErrorBody['fields']
  /** Why it was not tried again. */
  readonly reason?: Outcome['reason']
  /** Milliseconds that the server ordered to wait, uncut. */
  readonly retryAfter?: number
  /** The response itself, whose body has been read. */
  readonly response: any
}

// -------------------------------------------------------------------------------------- errors ---

// begin generated: error codes
export type ErrorCode =
  /** 1: the period must be from 1 ms to 366 days. */
  | 'PeriodOutOfRange'
  /** 2: the limit must be at most 1,000,000,000 a period and one a nanosecond. */
  | 'LimitTooHigh'
  /** 3: the burst must be at least 1; to deny everything set the limit to 0. */
  | 'BurstZero'
  /** 4: the burst must be at most 4,294,967,296 and refill within 45 years. */
  | 'BurstTooLarge'
  /** 5: a backoff needs delays above 0 and no longer than the cap, a factor of 1 or at least 1.01, and a jitter within the cap (in proportion: at most all of it). */
  | 'BackoffOutOfRange'
  /** 6: the API must be one of: stackflow, velaflows, github, gitlab, stripe, shopify, openai, discord. */
  | 'UnknownApi'
  /** 7: the method must be one of: GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE. */
  | 'UnknownMethod'
  /** 8: the path must start with '/'. */
  | 'PathInvalid'
  /** 9: the key (user or token) must not be empty. */
  | 'KeyEmpty'
  /** 10: the role is not one that the API describes. */
  | 'UnknownRole'
  /** 11: a window in place of the documented one must be whole seconds, from 1 s to 366 days. */
  | 'WindowOutOfRange'
  /** 12: an answer or a failure was reported although no send is in flight. */
  | 'OutOfOrder'
  /** 13: the status must be from 100 to 599. */
  | 'StatusOutOfRange'
  /** 14: the failure must be one of: connect_refused, connect_timeout, read_timeout, reset, aborted, tls. */
  | 'UnknownFailure'
  /** 15: a time must be finite, not negative, and below 584 years. */
  | 'TimeOutOfRange'
  /** 16: a pointer that must not be null was null. */
  | 'NullPointer'
  /** 17: the buffer is too short for the result. */
  | 'BufferTooShort'
  /** 18: the text is not valid UTF-8. */
  | 'NotText'
  /** 19: the header and the library are of different versions. */
  | 'AbiMismatch'
  /** 20: the jitter must be one of: none, full, equal, additive, around, above, decorrelated, decorrelated_v2. */
  | 'UnknownJitter'
  /** 21: the object was used before it was initialized. */
  | 'NotInitialized'
  /** 22: a pointer was not aligned as its type demands. */
  | 'PointerMisaligned'
  /** 23: a lease needs a size of at least 1, and a life in which fewer tokens come than the burst. */
  | 'LeaseOutOfRange'
  /** 24: the carry must be one of: keep, proportional, reset. */
  | 'UnknownCarry'
  /** 25: what a full table does must be one of: deny, share, allow. */
  | 'UnknownFull'
  /** 26: the period must be at least 1 tick for each token of it: choose shorter ticks. */
  | 'TicksTooCoarse'
  /** 27: the burst must refill within 1,073,741,824 ticks. */
  | 'Burst32TooLarge'
  /** 28: a budget of retries needs a window from 1 s to 1 hour, a ratio of at most 1,000, and (for a throttle) 1 to 1,000 tokens and a ratio above 0. */
  | 'BudgetOutOfRange'
  /** 29: a breaker needs 1 to 1,000,000,000 failures or calls, a part up to all of them, a window from 1 s to 1 hour, and an open time above 0. */
  | 'BreakerOutOfRange'
  /** 30: the dialect must be one of: common, ietf, github, gitlab, discord, shopify, stripe, openai, anthropic, reddit, twitter, okta, slack, atlassian, azure, aws. */
  | 'UnknownDialect'
  /** 31: the meaning of a reset must be one of: auto, epoch_s, epoch_ms, s, ms, duration, rfc3339. */
  | 'UnknownReset'
  /** 32: the form of headers must be one of: x, draft-6, draft-7, draft-10. */
  | 'UnknownForm'
  /** 33: the cause of a retry must be one of: failure, transient, throttled. */
  | 'UnknownCause'
  /** 34: an announcement needs at least one limit, names of printable ASCII, and values that fit 384 bytes. */
  | 'AnnouncementInvalid'
  /** 35: the policy is not valid JSON of its schema; what was wrong, and where, is told with it. */
  | 'PolicyInvalid'
  /** 36: the prefix of IPv6 addresses must be from 32 to 128 bits. */
  | 'PrefixOutOfRange'
  /** 37: the signature of a webhook must have its time in seconds since 1970, at least one signature and, where its scheme has one, an id. */
  | 'SignatureMalformed'
  /** 38: the webhook was signed too long ago or too far ahead: it is a replay, or a clock is wrong. */
  | 'SignatureOutOfWindow'
  /** 39: no signature of the webhook is that of its body and a secret. */
  | 'SignatureWrong'
  /** 40: the size of a page must be at least 1 and at most what the policy allows. */
  | 'PageSizeOutOfRange'
  /** 41: the name of a shared limiter must be 1 to 100 of the characters A-Z a-z 0-9 . _ - and not begin with a dot. */
  | 'SharedNameInvalid'
  /** 42: the file is no shared limiter of this layout, clock and user; what it is instead is told with it. */
  | 'SharedInvalid'
  /** 43: the shared limiter was made with another quota, capacity or kind: all processes must come with the same. */
  | 'SharedDiffers'
  /** 44: the system does not let this limiter be shared; what it said is told with it. */
  | 'SharedUnavailable';
// end generated

/** A value that the library cannot work with, or a report out of order. */
export class TidegateError extends RangeError {
  /** Makes the error of a row of `errors`. */
  constructor(number: number)
  readonly name: 'TidegateError' | 'PolicyError'
  /** The name of its row. */
  readonly code: ErrorCode
  /** The number of its row. */
  readonly number: number
}

/** What is wrong with a policy file, where, and what is allowed there. */
export class PolicyError extends TidegateError {
  private constructor()
  readonly name: 'PolicyError'
  readonly code: 'PolicyInvalid'
  /** The line, counted from 1. */
  readonly line: number
  /** The column, in characters, counted from 1. */
  readonly column: number
  /** The member, as `categories[0].limits[1].per`; empty for the whole. */
  readonly member: string
  /** What is wrong with it. The `message` has all of this, with the path in front if there is one. */
  readonly problem: string
  /** The file, if it was read by `fromFile`. */
  readonly path?: string
}

/** The wait would be longer than the timeout; or, with a `reason`, a client sent nothing. */
export class RateLimitError extends Error {
  private constructor()
  readonly name: 'RateLimitError'
  readonly code: 'ERR_RATE_LIMITED'
  /** Milliseconds after which it is worth trying again; rounded up. With a `reason` it is not always known. */
  readonly retryAfter: number
  readonly retryAfterNs: bigint
  /** Why a client sent nothing. */
  readonly reason?: Reason
  /** Of `Layers`, which one has that wait, counted from 0. */
  readonly layer?: number
}

/** One row of the table of errors; every language has the same rows. */
export interface ErrorRow {
  /** The stable number, from 1. */
  readonly number: number
  readonly name: ErrorCode
  /** What was wrong and what is allowed. */
  readonly message: string
}

/** Every row, in the order of their numbers. */
export const errors: readonly ErrorRow[]

/** Every API whose policy comes with the package. */
export const apis: readonly ApiName[]

/** Every reason to give up. */
export const reasons: readonly Reason[]

/** Every failure of a send. */
export const failures: readonly Failure[]

/**
 * Which build of the core decides: the native addon, or WebAssembly where there is none. Both decide the same.
 * The environment variable `TIDEGATE_BACKEND`, `native` or `wasm`, chooses; without it a missing addon is told by a
 * warning of the code `TIDEGATE_WASM`.
 */
export const backend: 'native' | 'wasm'

/** The version of the package. */
export const version: string
