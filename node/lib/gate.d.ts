// What servers of all frameworks are told in the same words.

import type { Api, Form, KeyedRateLimiter, KeyedRateLimiterOptions, QuotaOptions } from './index.js'

/** Whose requests they are, and what is told of limits. */
export interface WhoOptions<Request> {
  /**
   * Whose limit a request is counted in; by default the address of the client, by `trustedProxies` and
   * `ipv6Prefix`. What it reads must have been verified: whoever can choose a key has as many limits as keys.
   */
  key?: ((request: Request) => string) | undefined
  /** Which requests are not counted at all. */
  skip?: ((request: Request) => boolean) | undefined
  /** The id that a refusal names; by default the `X-Request-Id` of the request, or a new one. */
  requestId?: ((request: Request) => string) | undefined
  /**
   * How many proxies of yours stand in front of the server: so many entries of `X-Forwarded-For`, from the
   * right, are believed. 0 by default: none, and the peer is the client.
   */
  trustedProxies?: number | undefined
  /** How many bits of an IPv6 address make one client, from 32 to 128; 56 by default, what a home has. */
  ipv6Prefix?: number | undefined
}

/** Limits by the policy of an API. */
export interface ByApi<Request> extends WhoOptions<Request> {
  /** It tells 63 keys apart, and those beyond share one place; for more clients take a limit for each key. */
  api: Api
  limiter?: undefined
  limit?: undefined
  interval?: undefined
  /** The role of the key, for example `service_account`. */
  role?: ((request: Request) => string | undefined) | undefined
  /** How many tokens a request needs, where a limit counts those; 0 by default. */
  tokens?: number | ((request: Request) => number) | undefined
  /** The forms of the headers, in the place of those that the API has by itself. */
  headers?: Form | readonly Form[] | false | undefined
}

/** One limit for each key, in a table of fixed size, or in one that is shared. */
export interface ByLimiter<Request> extends WhoOptions<Request>, QuotaOptions {
  api?: undefined
  /** The table; what it counts is the quota given here. Without it, one is made. */
  limiter?: KeyedRateLimiter | undefined
  /** How many keys a table that is made has room for; 65,536 by default. */
  capacity?: number | undefined
  whenFull?: KeyedRateLimiterOptions['whenFull']
  seed?: KeyedRateLimiterOptions['seed']
  /** What `draft-10` calls the limit; `default` by default. */
  name?: string | undefined
  /** How much of the limit a request takes; 1 by default. More than the burst is an error. */
  cost?: number | ((request: Request) => number) | undefined
  /** The forms of the headers; `['x', 'draft-10']` by default. A refusal has `Retry-After` whatever they are. */
  headers?: Form | readonly Form[] | false | undefined
}

export type ServerOptions<Request> = ByApi<Request> | ByLimiter<Request>
