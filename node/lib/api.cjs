'use strict'
// `Api` and `Call`: one description for the client's side and the server's.

const native = require('./native.cjs')
const { Admission } = require('./admission.cjs')
const { detached, done, invalidType, valueOf } = require('./errors.cjs')
const { adviceOf } = require('./advice.cjs')
const { Policy, policyFrom, policyOf } = require('./policy.cjs')
const { hintsOf } = require('./wire.cjs')
const values = require('./values.cjs')

const CLOCKS = ['now', 'wall']
const KEY = ['key', 'role', 'tokens']
/** Only an `Api` makes calls. */
const MADE_BY_API = Symbol('made by api.call()')

class Api {
  #handle
  #policy

  constructor(policy, options) {
    const known = values.options(options, ['window', 'windowNs', 'seed'])
    const seed = known.seed === undefined ? undefined : values.count(known.seed, 'seed')
    this.#handle = valueOf(native.createApi(policyOf(policy), values.length(known, 'window'), seed))
  }

  static named(name, options) {
    return new Api(values.text(name, 'name'), options)
  }

  static fromJson(text, options) {
    return new Api(Policy.fromJson(text), options)
  }

  static fromFile(path, options) {
    return new Api(Policy.fromFile(path), options)
  }

  static stackflow(options) {
    return new Api('stackflow', options)
  }

  static velaflows(options) {
    return new Api('velaflows', options)
  }

  get policy() {
    const api = Api.#of(this, 'policy')
    this.#policy ??= policyFrom(native.apiPolicy(api))
    return this.#policy
  }

  get overflowed() {
    return native.apiOverflowed(Api.#of(this, 'overflowed'))
  }

  call(method, path, options) {
    const api = Api.#of(this, 'call')
    const known = values.options(options, [...KEY, 'idempotencyKey', 'timeout', 'timeoutNs', 'deadlineNs'])
    return new Call(MADE_BY_API, valueOf(native.apiCall(api, request(method, path, known))))
  }

  admit(method, path, options) {
    const api = Api.#of(this, 'admit')
    const known = values.options(options, [...KEY, ...CLOCKS])
    return new Admission(this.policy, valueOf(native.apiAdmit(api, request(method, path, known), ...clocks(known))))
  }

  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('Api', method)
  }
}

class Call {
  #handle

  constructor(made, handle) {
    if (made !== MADE_BY_API) throw Object.assign(new TypeError('a Call is made by api.call()'), { code: 'ERR_ILLEGAL_CONSTRUCTOR' })
    this.#handle = handle
  }

  get category() {
    return native.callCategory(Call.#of(this, 'category'))
  }

  get attempts() {
    return native.callAttempts(Call.#of(this, 'attempts'))
  }

  get attemptEnds() {
    return native.callAttemptEnds(Call.#of(this, 'attemptEnds'))?.[0] ?? Infinity
  }

  get attemptEndsNs() {
    return native.callAttemptEnds(Call.#of(this, 'attemptEndsNs'))?.[1]
  }

  attemptTimeout(clocks) {
    return valueOf(native.callAttemptTimeout(Call.#of(this, 'attemptTimeout'), values.now(clocks)))?.[0] ?? Infinity
  }

  get hedgeAt() {
    return native.callHedgeAt(Call.#of(this, 'hedgeAt'))?.[0]
  }

  get hedgeAtNs() {
    return native.callHedgeAt(Call.#of(this, 'hedgeAtNs'))?.[1]
  }

  hedgeDelay(clocks) {
    return valueOf(native.callHedgeDelay(Call.#of(this, 'hedgeDelay'), values.now(clocks)))?.[0]
  }

  hedge(clocks) {
    const twin = valueOf(native.callHedge(Call.#of(this, 'hedge'), values.now(clocks)))
    return twin === null ? undefined : new Call(MADE_BY_API, twin)
  }

  next(at) {
    return valueOf(native.callNext(Call.#of(this, 'next'), ...clocks(values.options(at, CLOCKS, 'clocks'))))
  }

  answered(status, headers, body, at) {
    const call = Call.#of(this, 'answered')
    const number = values.small(status, 'status')
    const [now, wall] = clocks(values.options(at, CLOCKS, 'clocks'))
    const hints = said(call, headers, wall)
    done(native.callAnswered(call, number, hints, values.bytes(body, 'body'), now, wall))
  }

  failed(kind, at) {
    const call = Call.#of(this, 'failed')
    done(native.callFailed(call, values.text(kind, 'kind'), ...clocks(values.options(at, CLOCKS, 'clocks'))))
  }

  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('Call', method)
  }
}

/** The native hints of headers in any form: what was read already, or read in the API's dialect. */
function said(call, headers, wall) {
  // Forgetting them is an error.
  if (headers === undefined) throw invalidType('headers', 'Headers, an object, pairs, Hints or Advice', headers)
  const hints = hintsOf(headers)
  if (hints !== undefined) return hints
  const advice = adviceOf(headers)
  if (advice !== undefined) return valueOf(native.callAdvised(call, advice, wall))
  const lines = []
  for (const [name, value] of values.pairs(headers)) lines.push(name, value)
  return valueOf(native.callHints(call, lines, wall))
}

function clocks({ now, wall }) {
  return [values.nanos(now, 'now'), values.nanos(wall, 'wall')]
}

function request(method, path, known) {
  const { key, role = '', idempotencyKey = false, tokens = 0, deadlineNs } = known
  return {
    method: values.text(method, 'method'),
    path: values.text(path, 'path'),
    key: values.text(key, 'key'),
    role: values.text(role, 'role'),
    idempotent: typeof idempotencyKey === 'boolean' ? idempotencyKey : values.text(idempotencyKey, 'idempotencyKey') !== '',
    tokens: values.count(tokens, 'tokens'),
    timeout: values.length(known, 'timeout'),
    deadline: values.nanos(deadlineNs, 'deadlineNs'),
  }
}

module.exports = { Api, Call }
