'use strict'
// `Api` and `Call`: one description for the client's side and the server's.

const native = require('./native.cjs')
const { detached, done, valueOf } = require('./errors.cjs')
const { hintsOf } = require('./wire.cjs')
const values = require('./values.cjs')

const CLOCKS = ['now', 'wall']
const KEY = ['key', 'role']
/** Only an `Api` makes calls. */
const MADE_BY_API = Symbol('made by api.call()')

class Api {
  #handle

  constructor(name, options) {
    const known = values.options(options, ['window', 'windowNs', 'seed'])
    const seed = known.seed === undefined ? undefined : values.count(known.seed, 'seed')
    this.#handle = valueOf(native.createApi(values.text(name, 'name'), values.length(known, 'window'), seed))
  }

  static stackflow(options) {
    return new Api('stackflow', options)
  }

  static velaflows(options) {
    return new Api('velaflows', options)
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
    return valueOf(native.apiAdmit(api, request(method, path, known), ...clocks(known)))
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

  next(at) {
    return valueOf(native.callNext(Call.#of(this, 'next'), ...clocks(values.options(at, CLOCKS, 'clocks'))))
  }

  answered(status, headers, body, at) {
    const call = Call.#of(this, 'answered')
    const number = values.small(status, 'status')
    const now = clocks(values.options(at, CLOCKS, 'clocks'))
    done(native.callAnswered(call, number, hintsOf(headers), values.bytes(body, 'body'), ...now))
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

function clocks({ now, wall }) {
  return [values.nanos(now, 'now'), values.nanos(wall, 'wall')]
}

function request(method, path, known) {
  const { key, role = '', idempotencyKey = false, deadlineNs } = known
  return {
    method: values.text(method, 'method'),
    path: values.text(path, 'path'),
    key: values.text(key, 'key'),
    role: values.text(role, 'role'),
    idempotent: typeof idempotencyKey === 'boolean' ? idempotencyKey : values.text(idempotencyKey, 'idempotencyKey') !== '',
    timeout: values.length(known, 'timeout'),
    deadline: values.nanos(deadlineNs, 'deadlineNs'),
  }
}

module.exports = { Api, Call }
