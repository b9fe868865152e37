'use strict'
// `Client`: what the clients of all libraries are told in the same words, and a `Call` for a request.

const { Api } = require('./api.cjs')
const { invalidType } = require('./errors.cjs')
const values = require('./values.cjs')

/** What says whose limits a request is counted in, and how long it may wait. */
const WHOSE = ['key', 'role', 'tokens', 'timeout']
/** The same of a client that tries again. */
const AGAIN = [...WHOSE, 'attemptTimeout', 'idempotencyKey', 'onRetry']
/** The methods that a server may do twice, if it is not told otherwise. */
const UNSAFE = ['POST', 'PATCH']
const HEADER = 'Idempotency-Key'

class Client {
  #api
  #options

  constructor(api, options, names = AGAIN) {
    if (!(api instanceof Api)) throw invalidType('api', 'an Api', api)
    const known = values.options(options, names)
    for (const [name, type] of [['key', 'string'], ['role', 'string'], ['tokens', 'number'], ['idempotencyKey', 'boolean']]) {
      const value = known[name]
      if (value !== undefined && typeof value !== 'function' && typeof value !== type) throw invalidType(name, `a ${type} or a function`, value)
    }
    if (known.onRetry !== undefined && typeof known.onRetry !== 'function') throw invalidType('onRetry', 'a function', known.onRetry)
    this.#api = api
    this.#options = { ...known, attemptTimeout: known.attemptTimeout === undefined ? undefined : values.delay(known.attemptTimeout, 'attemptTimeout') }
  }

  get api() {
    return this.#api
  }

  /** A `Call` for a request, what `drive` is to know of it, and the idempotency key that is to be added. */
  start({ method, url, headers, body, signal, repeatable = true }) {
    const name = method.toUpperCase()
    const request = Object.freeze({ method: name, url: url.href, headers, body })
    const { key = 'default', role = '', tokens = 0, timeout, attemptTimeout, onRetry } = this.#options
    const idempotencyKey = this.#idempotencyKey(request)
    const call = this.#api.call(name, url.pathname + url.search, {
      key: made(key, request),
      role: made(role, request),
      tokens: made(tokens, request),
      timeout,
      idempotencyKey: headers.get(HEADER) || idempotencyKey || false,
    })
    const retry = onRetry && ((event) => onRetry({ ...event, method: name, url: url.href }))
    return { call, idempotencyKey, known: { signal: values.signal(signal), attemptTimeout, repeatable, onRetry: retry } }
  }

  /** A new key, if the API knows them, the request needs one, and has none. */
  #idempotencyKey(request) {
    const { idempotencyKey: wanted = false } = this.#options
    if (!UNSAFE.includes(request.method) || request.headers.has(HEADER)) return undefined
    if (typeof wanted === 'function') return wanted(request)
    return wanted ? crypto.randomUUID() : undefined
  }
}

function made(value, request) {
  return typeof value === 'function' ? value(request) : value
}

module.exports = { AGAIN, Client, HEADER, WHOSE }
