// `tidegate/nest`: a guard.

import type { ServerOptions } from '../gate.js'

export type { ByApi, ByLimiter, ServerOptions, WhoOptions } from '../gate.js'

/**
 * A guard that counts every request to a handler, tells the limits in the headers of its answer, and refuses it
 * with Nest's own exception of 429 when there is nothing left. It is given `HttpException` of `@nestjs/common`,
 * so that it is the one of the application. Requests of anything but HTTP pass.
 *
 * @example
 * app.useGlobalGuards(rateLimitGuard(HttpException, { limit: 100, interval: 'minute', burst: 20 }))
 *
 * @example
 * const guard = rateLimitGuard(HttpException, { api, key: (request) => request.user.id })
 * @UseGuards(guard)
 */
export function rateLimitGuard<Request = any>(
  HttpException: new (response: any, status: number) => Error,
  options: ServerOptions<Request>,
): { canActivate(context: any): boolean }
