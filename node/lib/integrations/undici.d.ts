// `tidegate/undici`: interceptors for `compose`.

import type { cacheStores } from 'undici'
import type { Api, Layers, Policy, RateLimiter, TurnOptions } from '../index.js'

/** An interceptor in the form of any major version of undici. */
export type Interceptor = (dispatch: any) => (options: any, handler: any) => boolean

/**
 * An interceptor that lets requests through when they may be sent: by the policy of an `Api`, which learns from
 * every answer, or by a limiter. It delays, listens, and passes everything on. It repeats nothing: undici's own
 * `interceptors.retry` composed after it does, and each of its attempts waits for its turn.
 *
 * @example
 * const dispatcher = new Agent().compose(limits(Api.stackflow()), interceptors.retry({ maxTimeout: 60_000 }))
 * await request(url, { dispatcher })
 *
 * A request that may not be sent fails with a `RateLimitError`; a signal ends a wait.
 */
export function limits(api: Api, options?: TurnOptions): Interceptor
export function limits(limiter: Pick<RateLimiter, 'acquire'> | Pick<Layers, 'acquire'>): Interceptor

export interface CacheOptions {
  /** Where answers are kept; in memory by default. */
  store?: InstanceType<typeof cacheStores.MemoryCacheStore> | object | undefined
  /** Whose cache it is; `private` by default. */
  type?: 'private' | 'shared' | undefined
}

/**
 * The three interceptors of a response cache by a policy: an answer of 200 to a GET that says nothing of caching
 * itself is good for as long as the policy has it, to the caller with the same `Authorization`; undici's cache
 * keeps it; and of equal requests at one time one is sent. Compose them after `limits`, so that what comes out of
 * the cache costs nothing.
 *
 * @example
 * import { Agent, interceptors } from 'undici' // 7.20 or newer
 * const dispatcher = new Agent().compose(limits(api), ...cache(interceptors, api))
 */
export function cache(
  interceptors: { cache(options?: any): any; deduplicate(options?: any): any },
  api: Api | Policy,
  options?: CacheOptions,
): [fresh: Interceptor, cache: Interceptor, deduplicate: Interceptor]
