// `tidegate/webhook`: a receiver of webhooks.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Body, Clocks, Duration, HeadersLike, Nanoseconds } from '../index.js'

/** What was signed, and when. */
export interface WebhookMessage {
  /** The id of the message, the same each time it is sent; in a scheme without ids, the signature. */
  readonly id: string
  /** When it was signed, in milliseconds since 1970. */
  readonly time: number
}

export interface WebhookOptions<Event> {
  /** What only the sender knows; several while it is being changed. Of Standard Webhooks `whsec_…`. */
  secret: string | readonly string[]
  /**
   * `standard`, the default: the headers `webhook-id`, `webhook-timestamp` and `webhook-signature` of Standard
   * Webhooks. `timestamped`: one header with `t=UNIX,v1=HEX`, as Stripe sends it.
   */
  scheme?: 'standard' | 'timestamped' | undefined
  /** The name of that one header; `stripe-signature`, for example. */
  header?: string | undefined
  /** How far the time of a message may lie from ours, either way; 5 minutes by default. */
  tolerance?: Duration | undefined
  toleranceNs?: Nanoseconds | undefined
  /**
   * What to do with an event. When it throws, the sender is told 500, and may send it again; otherwise a copy of
   * it is answered alike and not handled again, for as long as its signature is good.
   */
  onEvent?: ((event: Event, message: WebhookMessage & { readonly body: string }) => unknown) | undefined
  /** The id of an event, in the place of that of the message: what the sender repeats is the same one. */
  id?: ((event: Event) => string | undefined) | undefined
  /** How many bytes a body may have; 1 MiB by default. */
  maxBody?: number | undefined
  /** How many ids are remembered; 10,000 by default. Beyond them a copy may come in, and nothing new is lost. */
  capacity?: number | undefined
}

/**
 * Receives webhooks: checks who signed them (HMAC-SHA256, compared in constant time) and when, and lets each in once.
 * Its answers are 204, 400 for a signature that cannot be read or is too old, 401 for a wrong one, 409 while the same
 * one is being handled, 413 and 405.
 *
 * @example
 * const webhooks = new WebhookReceiver({ secret: process.env.WEBHOOK_SECRET, onEvent: (event) => queue.push(event) })
 * createServer(webhooks.node) // or app.post('/hook', webhooks.node), before a parser of bodies
 * new Hono().post('/hook', (context) => webhooks.fetch(context.req.raw))
 */
export class WebhookReceiver<Event = any> {
  constructor(options: WebhookOptions<Event>)
  /** A handler for node:http, Express and connect; it needs no receiver. */
  readonly node: (request: IncomingMessage, response: ServerResponse, next?: (error?: any) => void) => Promise<void>
  /** A handler in the manner of `fetch`; it needs no receiver. */
  readonly fetch: (request: Request) => Promise<Response>
  /**
   * Checks one message, for a handler of your own. It does not remember it.
   *
   * @throws TidegateError `SignatureMalformed`, `SignatureOutOfWindow`, `SignatureWrong`.
   */
  verify(headers: HeadersLike, body: Body, clocks?: Pick<Clocks, 'wall'>): WebhookMessage
}

/** What the headers of a webhook say, which is not to be believed before one of its signatures is found right. */
export interface SignedWebhook {
  /** The id of the message, in a scheme that has ids. */
  readonly id?: string
  /** When it was signed, in milliseconds since 1970. */
  readonly time: number
  /** What is signed before the body. */
  readonly prefix: Uint8Array
  /** HMAC-SHA256 by each secret of the sender; 32 bytes. */
  readonly signatures: readonly Uint8Array[]
}

/**
 * Reads the headers of a webhook, for secrets that Node may not see: of Standard Webhooks with `id` and `timestamp`,
 * else one header with both.
 *
 * @throws TidegateError `SignatureMalformed`, `SignatureOutOfWindow`.
 */
export function readWebhook(
  headers: { id?: string | undefined; timestamp?: string | undefined; signature: string },
  options?: { tolerance?: Duration | undefined; toleranceNs?: Nanoseconds | undefined; wall?: Nanoseconds | undefined },
): SignedWebhook
