// `tidegate/fastify`: a plugin.

import type { FastifyPluginCallback, FastifyRequest } from 'fastify'
import type { ServerOptions } from '../gate.js'

export type { ByApi, ByLimiter, ServerOptions, WhoOptions } from '../gate.js'

/**
 * A plugin that counts every request before it is parsed, tells the limits in the headers of every answer, and
 * answers 429 by itself when there is nothing left. It holds for all routes of the instance that it is
 * registered in.
 *
 * @example
 * await app.register(rateLimit, { limit: 100, interval: 'minute', burst: 20 })
 */
export const rateLimit: FastifyPluginCallback<ServerOptions<FastifyRequest>>
