'use strict'
// undici: interceptors for `compose`. They delay, listen, and pass everything on; of the two forms of handlers
// that undici has had, each is listened to in its own.

const { Api } = require('../api.cjs')
const { Client, WHOSE } = require('../client.cjs')
const { RateLimitError, TidegateError, invalidType } = require('../errors.cjs')
const { failureKind } = require('../failure.cjs')
const { Policy } = require('../policy.cjs')
const { sleep } = require('../sleep.cjs')

/** How much of the body of a refusal is looked at for its code; core reads no more. */
const REFUSAL = 4096

function limits(limiter, options) {
  if (limiter instanceof Api) return limitsOfApi(new Client(limiter, options, WHOSE))
  if (typeof limiter?.acquire !== 'function') throw invalidType('limiter', 'an Api or a limiter with acquire()', limiter)
  if (options !== undefined) throw invalidType('options', 'left out beside a limiter', options)
  return (dispatch) => (request, handler) => {
    const { signal } = request
    later(dispatch, request, handler, limiter.acquire(isSignal(signal) ? { signal } : {}))
    return true
  }
}

function limitsOfApi(client) {
  return (dispatch) => (request, handler) => {
    const { call, known } = client.start({
      method: request.method ?? 'GET',
      url: new URL(request.path, request.origin ?? 'http://localhost'),
      headers: new Headers(pairs(request.headers)),
      body: request.body ?? undefined,
      signal: isSignal(request.signal) ? request.signal : undefined,
    })
    const listening = heard(handler, call)
    const step = call.next()
    // Without a wait nothing changes, not even when it is dispatched.
    if (step.kind === 'send') return dispatch(request, listening)
    later(dispatch, request, listening, turn(call, step, known.signal))
    return true
  }
}

/** Waits until the call may be sent. */
async function turn(call, step, signal) {
  for (; step.kind === 'wait'; step = call.next()) {
    try {
      await sleep(step.delay, { signal })
    } catch (error) {
      call.failed('aborted')
      throw error
    }
  }
  if (step.kind === 'giveUp') throw new RateLimitError({ reason: step.reason })
}

/** Dispatches when the turn has come; what is thrown then has nobody above it, and goes to the handler. */
function later(dispatch, request, handler, turn) {
  turn.then(() => dispatch(request, handler)).catch((error) => {
    if (typeof handler.onResponseError === 'function') handler.onResponseError(null, error)
    else handler.onError(error)
  })
}

/** A handler that hands everything on to another, and tells a call what came. */
function heard(handler, call) {
  const ear = new Ear(call)
  return new Proxy(handler, {
    get(target, name) {
      const method = target[name]
      if (typeof method !== 'function') return method
      return function (...values) {
        if (typeof name === 'string' && name.startsWith('on')) ear[name]?.(...values)
        return method.apply(target, values)
      }
    },
  })
}

class Ear {
  #call
  #answer
  #body = []
  #room = REFUSAL

  constructor(call) {
    this.#call = call
  }

  // undici 6, and those before it.
  onHeaders(status, headers) { this.#began(status, pairs(headers)) }
  onUpgrade(status, headers) { this.#began(status, pairs(headers)) }
  onData(data) { this.#read(data) }
  onComplete() { this.#ended() }
  onError(error) { this.#broke(error) }

  // undici 7, and those after it.
  onResponseStart(_, status, headers) { this.#began(status, headers) }
  onRequestUpgrade(_, status, headers) { this.#began(status, headers) }
  onResponseData(_, data) { this.#read(data) }
  onResponseEnd() { this.#ended() }
  onResponseError(_, error) { this.#broke(error) }

  #began(status, headers) {
    // What comes before the answer is none.
    if (status < 200 && status !== 101) return
    this.#answer = { status, headers }
    if (status < 400) this.#ended()
  }

  #read(data) {
    if (this.#answer === undefined) return
    this.#body.push(data)
    this.#room -= data.length
    if (this.#room <= 0) this.#ended()
  }

  #ended() {
    const { status, headers } = this.#answer ?? {}
    if (status === undefined) return
    this.#answer = undefined
    this.#report(() => this.#call.answered(status, headers, Buffer.concat(this.#body)))
  }

  #broke(error) {
    if (this.#answer !== undefined) this.#ended()
    else this.#report(() => this.#call.failed(failureKind(error) ?? 'aborted'))
  }

  /** Reports, and gives back what a retry would have paid: whoever tries again makes a call of its own. */
  #report(report) {
    for (const one of [report, () => this.#call.failed('aborted')]) {
      try {
        one()
      } catch (error) {
        if (!(error instanceof TidegateError)) throw error
      }
    }
  }
}

function cache(interceptors, api, options = {}) {
  const policy = api instanceof Api ? api.policy : api
  if (!(policy instanceof Policy)) throw invalidType('api', 'an Api or a Policy', api)
  if (typeof interceptors?.cache !== 'function' || typeof interceptors.deduplicate !== 'function') {
    throw invalidType('interceptors', 'those of undici 7.20 or newer', interceptors)
  }
  const { store, type = 'private' } = options
  return [fresh(policy), interceptors.cache({ type, ...(store && { store }) }), interceptors.deduplicate()]
}

/** Gives an answer that says nothing of caching the time that the policy has for it. */
function fresh(policy) {
  return (dispatch) => (request, handler) => {
    const { pathname, search } = new URL(request.path, request.origin ?? 'http://localhost')
    const ttl = request.method === 'GET' ? policy.cacheTtl('GET', pathname + search) : undefined
    if (ttl === undefined) return dispatch(request, handler)
    return dispatch(request, new Proxy(handler, {
      get(target, name) {
        const method = target[name]
        if (typeof method !== 'function') return method
        if (name !== 'onResponseStart') return method.bind(target)
        return (controller, status, headers, message) => method.call(target, controller, status, status === 200 ? told(headers, ttl) : headers, message)
      },
    }))
  }
}

function told(headers, ttl) {
  if (headers['cache-control'] !== undefined || headers.expires !== undefined) return headers
  const vary = headers.vary === undefined ? 'authorization' : `${headers.vary}, authorization`
  // An answer to one caller is not another's; and only what must be fresh may be kept of those who are known.
  return { ...headers, vary, 'cache-control': `max-age=${Math.floor(ttl / 1000)}, must-revalidate` }
}

/** The names and values of headers in the forms that undici takes and gives. */
function pairs(headers) {
  if (!headers) return []
  if (!Array.isArray(headers)) {
    const entries = typeof headers[Symbol.iterator] === 'function' ? [...headers] : Object.entries(headers)
    return entries.flatMap(([name, value]) => (value === undefined ? [] : Array.isArray(value) ? value.map((one) => [name, one]) : [[name, String(value)]]))
  }
  const found = []
  for (let at = 0; at < headers.length; at += 2) {
    for (const value of [headers[at + 1]].flat()) found.push([text(headers[at]), text(value)])
  }
  return found
}

/** A character for each byte, as core wants them. */
function text(value) {
  return Buffer.isBuffer(value) ? value.toString('latin1') : String(value)
}

/** undici takes event emitters for signals too; those end a request that is out, and no wait. */
function isSignal(signal) {
  return typeof signal?.throwIfAborted === 'function'
}

module.exports = { limits, cache }
