// `tidegate/hono`: middleware.

import type { ServerOptions } from '../gate.js'

export type { ByApi, ByLimiter, ServerOptions, WhoOptions } from '../gate.js'

export type HonoOptions<Context> = ServerOptions<Context> & {
  /**
   * The address of who asks, as `getConnInfo` of the runtime's adapter tells it. Not needed with
   * `@hono/node-server`, nor with `key`.
   */
  peer?: ((context: Context) => string | undefined) | undefined
}

/**
 * Middleware that counts every request, tells the limits in the headers of every answer, and answers 429 by itself
 * when there is nothing left.
 *
 * @example
 * app.use(rateLimit({ limit: 100, interval: 'minute', burst: 20 }))
 */
export function rateLimit<Context = any>(
  options: HonoOptions<Context>,
): (context: any, next: () => Promise<void>) => Promise<Response | void>
