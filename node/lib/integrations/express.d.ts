// `tidegate/express`: middleware for Express, connect, and plain node:http.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServerOptions } from '../gate.js'

export type { ByApi, ByLimiter, ServerOptions, WhoOptions } from '../gate.js'

/**
 * Middleware that counts every request, tells the limits in the headers of every answer, and answers 429 by itself
 * when there is nothing left: in the envelope of the API, or as problem details. Bodies pass untouched.
 *
 * @example
 * app.use(rateLimit({ limit: 100, interval: 'minute', burst: 20, trustedProxies: 1 }))
 * app.use('/api', rateLimit({ api: Api.stackflow(), key: (request) => request.user.id }))
 *
 * @throws TypeError, RangeError, TidegateError at once, for options that are wrong.
 */
export function rateLimit<Request extends IncomingMessage = any>(
  options: ServerOptions<Request>,
): (request: Request, response: ServerResponse, next: (error?: any) => void) => void
