// `tidegate/ky`: options for `ky.create`.

import type { Options } from 'ky' with { 'resolution-mode': 'import' }
import type { Api, FetchOptions } from '../index.js'

export interface KyOptions extends Omit<FetchOptions, 'throws'> {
  /** The `fetch` to send with; the global one by default. */
  fetch?: typeof fetch | undefined
}

/**
 * Options that keep ky within the limits of an API and try again as its policy says. ky's own retries are off,
 * and so is its `timeout`, which is one for all attempts: `timeout` and `attemptTimeout` here take its place.
 *
 * @example
 * const client = ky.create({ ...limits(Api.velaflows(), { timeout: '1m' }), prefixUrl })
 */
export function limits(api: Api, options?: KyOptions): Required<Pick<Options, 'fetch' | 'retry' | 'timeout'>>
