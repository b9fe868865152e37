'use strict'
// Webhooks: lets in what a holder of the secret has signed, just now, and once.
//
// Core reads the headers and judges the time; the hash and the comparison are Node's own.

const { createHmac, timingSafeEqual } = require('node:crypto')
const { TidegateError, invalidType, outOfRange, row, valueOf } = require('../errors.cjs')
const { KeyedRateLimiter } = require('../keyed.cjs')
const native = require('../native.cjs')
const values = require('../values.cjs')

const OPTIONS = ['secret', 'scheme', 'header', 'tolerance', 'toleranceNs', 'onEvent', 'id', 'maxBody', 'capacity']
const SCHEMES = ['standard', 'timestamped']
/** What goes wrong with a message is the sender's fault, and is told by a status. */
const STATUSES = { SignatureMalformed: 400, SignatureOutOfWindow: 400, SignatureWrong: 401 }

class WebhookReceiver {
  #secrets
  #header
  #tolerance
  #seen
  #options
  /** The ids of what is being handled. */
  #busy = new Set()

  constructor(options) {
    const known = values.options(options, OPTIONS)
    const { secret, scheme = 'standard', header, onEvent, id, maxBody = 1_048_576, capacity = 10_000 } = known
    values.oneOf(scheme, SCHEMES, 'scheme')
    this.#secrets = [secret].flat().map((one) => key(one, scheme))
    if (this.#secrets.length === 0) throw outOfRange('secret', 'at least one', secret)
    if (scheme === 'timestamped') this.#header = values.text(header, 'header').toLowerCase()
    else if (header !== undefined) throw invalidType('header', 'left out: the scheme has headers of its own', header)
    for (const [name, value] of Object.entries({ onEvent, id })) {
      if (value !== undefined && typeof value !== 'function') throw invalidType(name, 'a function', value)
    }
    this.#tolerance = values.length(known, 'tolerance')
    this.#options = { onEvent, id, maxBody: values.small(maxBody, 'maxBody') }
    const intervalNs = valueOf(native.webhookSeenOnce(this.#tolerance))
    // A table that is full lets a copy in, and nothing that is new is lost.
    this.#seen = new KeyedRateLimiter({ limit: 1, intervalNs, burst: 1, capacity, whenFull: 'allow' })
    this.node = this.node.bind(this)
    this.fetch = this.fetch.bind(this)
  }

  verify(headers, body, clocks) {
    const known = new Map()
    for (const [name, value] of values.pairs(headers)) known.set(name.toLowerCase(), value)
    const get = (name) => known.get(name) ?? ''
    const written = this.#header === undefined
      ? { id: get('webhook-id'), timestamp: get('webhook-timestamp'), signature: get('webhook-signature') }
      : { signature: get(this.#header) }
    const signed = read(written, this.#tolerance, values.wall(clocks))
    const found = this.#right(signed, values.bytes(body, 'body'))
    if (found === undefined) throw row('SignatureWrong')
    return { id: signed.id ?? found.toString('hex'), time: signed.time }
  }

  async node(request, response, next) {
    try {
      const { status, message } = await this.#receive(request.method, request.headers, () => this.#read(request))
      if (status === 413) response.setHeader('Connection', 'close')
      response.writeHead(status, message === undefined ? {} : { 'Content-Type': 'text/plain; charset=utf-8' }).end(message)
    } catch (error) {
      if (next !== undefined) return next(error)
      response.writeHead(500).end()
    }
  }

  async fetch(request) {
    const { status, message } = await this.#receive(request.method, request.headers, () => this.#collect(request.body ?? []))
    return new Response(message ?? null, { status })
  }

  async #receive(method, headers, read) {
    if (method !== 'POST') return { status: 405, message: 'a webhook is a POST' }
    const body = await read()
    if (body === undefined) return { status: 413, message: `a webhook has at most ${this.#options.maxBody} bytes` }
    let message
    try {
      message = this.verify(headers, body)
    } catch (error) {
      const status = error instanceof TidegateError ? STATUSES[error.code] : undefined
      if (status === undefined) throw error
      return { status, message: error.message }
    }
    return this.#handle(message, body)
  }

  /** Once for each id; a copy of what has been handled is answered alike, and one of what is being handled is not yet. */
  async #handle(message, body) {
    const text = body.toString()
    const event = parsed(text)
    const id = this.#options.id?.(event) ?? message.id
    if (!this.#seen.peek(id).allowed) return { status: 204 }
    if (this.#busy.has(id)) return { status: 409, message: 'this webhook is being handled' }
    this.#busy.add(id)
    try {
      await this.#options.onEvent?.(event, { ...message, id, body: text })
      // Only now: what has failed may come again.
      this.#seen.check(id)
    } finally {
      this.#busy.delete(id)
    }
    return { status: 204 }
  }

  /** The signature that is that of a secret; each is compared whole. */
  #right({ prefix, signatures }, body) {
    for (const secret of this.#secrets) {
      const expected = createHmac('sha256', secret).update(prefix).update(body).digest()
      const found = signatures.find((one) => timingSafeEqual(expected, one))
      if (found !== undefined) return found
    }
    return undefined
  }

  /** The bytes of a request as they came; a framework may have kept them. */
  async #read(request) {
    for (const kept of [request.rawBody, request.body]) {
      if (typeof kept === 'string' || kept instanceof Uint8Array) return this.#collect([Buffer.from(kept)])
    }
    if (request.readableEnded) {
      throw Object.assign(new Error('the body of the webhook was parsed before its signature was checked: put this before parsers, or keep `rawBody`'), { code: 'ERR_WEBHOOK_PARSED' })
    }
    // Without this the connection would be gone before a refusal of its length is.
    return this.#collect(request.iterator({ destroyOnReturn: false }))
  }

  /** All chunks of a body; nothing where there are too many. */
  async #collect(stream) {
    const chunks = []
    let size = 0
    for await (const chunk of stream) {
      size += chunk.length
      if (size > this.#options.maxBody) return undefined
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  }
}

function readWebhook(headers, options) {
  const { id, timestamp = '', signature } = values.options(headers, ['id', 'timestamp', 'signature'], 'headers')
  const known = values.options(options, ['tolerance', 'toleranceNs', 'wall'])
  return read({ id, timestamp, signature }, values.length(known, 'tolerance'), values.nanos(known.wall, 'wall'))
}

/** What headers say, in bytes. */
function read({ id, timestamp = '', signature }, tolerance, wall) {
  const text = (value, name) => values.headerText(value, name).toWellFormed()
  const signed = valueOf(native.readWebhook(id === undefined ? undefined : text(id, 'id'), text(timestamp, 'timestamp'), text(signature, 'signature'), tolerance, wall))
  return {
    ...(signed.id !== undefined && { id: signed.id }),
    time: signed.time,
    prefix: Buffer.from(signed.prefix, 'latin1'),
    signatures: signed.signatures.map((one) => Buffer.from(one, 'hex')),
  }
}

/** The bytes of a secret: those of Standard Webhooks are written in base64 behind `whsec_`. */
function key(secret, scheme) {
  const text = values.text(secret, 'secret')
  const bytes = scheme === 'standard' ? Buffer.from(text.replace(/^whsec_/, ''), 'base64') : Buffer.from(text)
  if (bytes.length === 0) throw outOfRange('secret', scheme === 'standard' ? 'base64, perhaps behind `whsec_`' : 'not empty', '…')
  return bytes
}

/** What a body holds: JSON, or else its text. */
function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

module.exports = { WebhookReceiver, readWebhook }
