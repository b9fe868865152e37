// `tidegate/got`: options for `got.extend`.

import type { ExtendOptions } from 'got' with { 'resolution-mode': 'import' }
import type { Api, ClientOptions } from '../index.js'

/**
 * Options that keep got within the limits of an API and let it try again as the policy says; its own rules for
 * retries are off. Streams wait for their turn and are sent once.
 *
 * @example
 * const client = got.extend(limits(Api.velaflows()), { prefixUrl })
 */
export function limits(api: Api, options?: ClientOptions): Pick<ExtendOptions, 'handlers' | 'hooks' | 'retry'>
