// `tidegate/axios`: an adapter.

import type { Api, ClientOptions } from '../index.js'

/** What is needed of axios 1.7 or newer, whichever of its two module systems it was loaded by. */
export interface Axios {
  readonly defaults: object
  readonly AxiosError: unknown
  getUri(config?: any): string
  getAdapter(adapters: any, config?: any): (config: any) => Promise<any>
}

/**
 * An adapter that stays within the limits of an API and tries again as its policy says, around the one that axios
 * chooses by itself. What axios throws is what it always does, after the last attempt; `outcomeOf` tells how a
 * response or an error came about. Data that is a stream is sent once.
 *
 * @example
 * const client = axios.create({ baseURL, adapter: withLimits(axios, Api.velaflows()) })
 */
export function withLimits(axios: Axios, api: Api, options?: ClientOptions): (config: any) => Promise<any>
