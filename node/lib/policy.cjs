'use strict'
// `Policy`: an API as data: built in, or read from a file.

const { readFileSync } = require('node:fs')
const native = require('./native.cjs')
const { PolicyError, detached, invalidType, valueOf } = require('./errors.cjs')
const { dialectFrom } = require('./advice.cjs')
const { pagingFrom } = require('./paging.cjs')
const values = require('./values.cjs')

/** Only the static methods make policies. */
const HANDLE = Symbol('made by a static method of Policy')
const FIELDS = ['name', 'categories', 'shared', 'pages', 'batches']

/** The native handle of a policy, or of the built-in one of a name. */
let policyOf
/** The policy of a native handle. */
let policyFrom

class Policy {
  #handle
  #values

  static {
    policyOf = (policy) => (#handle in Object(policy) ? policy : Policy.named(policy)).#handle
    policyFrom = (handle) => new Policy({ [HANDLE]: handle })
  }

  constructor(made) {
    if (made?.[HANDLE] === undefined) throw Object.assign(new TypeError('a Policy is made by Policy.named(), .fromJson() or .fromFile()'), { code: 'ERR_ILLEGAL_CONSTRUCTOR' })
    this.#handle = made[HANDLE]
    this.#values = frozen(native.policyValues(this.#handle))
  }

  static named(name) {
    return policyFrom(valueOf(native.namedPolicy(values.text(name, 'name'))))
  }

  static fromJson(text) {
    return read(values.bytes(values.text(text, 'text'), 'text'))
  }

  static fromFile(path) {
    // A number would be an open file.
    if (typeof path !== 'string' && !(path instanceof URL)) throw invalidType('path', 'a string or a URL', path)
    return read(readFileSync(path), path)
  }

  get dialect() {
    const handle = native.policyDialect(Policy.#of(this, 'dialect').#handle)
    return handle === null ? undefined : dialectFrom(handle)
  }

  categoryOf(method, path) {
    return valueOf(native.policyCategoryOf(Policy.#of(this, 'categoryOf').#handle, ...request(method, path))) ?? undefined
  }

  cacheTtl(method, path) {
    return valueOf(native.policyCacheTtl(Policy.#of(this, 'cacheTtl').#handle, ...request(method, path)))?.[0]
  }

  cacheTtlNs(method, path) {
    return valueOf(native.policyCacheTtl(Policy.#of(this, 'cacheTtlNs').#handle, ...request(method, path)))?.[1]
  }

  paging(options) {
    const { size } = values.options(options, ['size'])
    const made = native.startPaging(Policy.#of(this, 'paging').#handle, size === undefined ? undefined : values.small(size, 'size'))
    return made === null ? undefined : pagingFrom(valueOf(made))
  }

  batchOf(path) {
    return native.policyBatchOf(Policy.#of(this, 'batchOf').#handle, values.text(path, 'path')) ?? undefined
  }

  refusal(denial) {
    const known = values.options(denial, ['limitedBy', 'code', 'deniedBy', 'retryAfter', 'retryAfterNs', 'requestId'], 'denial')
    const { limitedBy = 'category', code = 'TOO_MANY_REQUESTS', deniedBy = '', requestId = '' } = known
    values.oneOf(limitedBy, ['category', 'gateway'], 'limitedBy')
    return valueOf(native.policyRefusal(Policy.#of(this, 'refusal').#handle, {
      byGateway: limitedBy === 'gateway',
      code: values.text(code, 'code'),
      limit: values.text(deniedBy, 'deniedBy'),
      retryAfter: values.requiredLength(known, 'retryAfter'),
      requestId: values.text(requestId, 'requestId'),
    }))
  }

  errorBody(body) {
    return native.policyErrorBody(Policy.#of(this, 'errorBody').#handle, values.bytes(body, 'body'))
  }

  explain() {
    return native.policyExplain(Policy.#of(this, 'explain').#handle)
  }

  toString() {
    return native.policyExplain(Policy.#of(this, 'toString').#handle)
  }

  static #of(self, method) {
    if (#handle in Object(self)) return self
    throw detached('Policy', method)
  }

  static {
    for (const name of FIELDS) {
      const get = function () { return Policy.#of(this, name).#values[name] }
      Object.defineProperty(Policy.prototype, name, { get, enumerable: true, configurable: true })
    }
  }
}

/** The policy of a file's bytes; an error names the path, if there is one. */
function read(bytes, path) {
  const { policy, wrong } = native.readPolicy(bytes)
  if (policy === undefined) throw new PolicyError(wrong, path)
  return policyFrom(policy)
}

function request(method, path) {
  return [values.text(method, 'method'), values.text(path, 'path')]
}

/** The same, unchangeable: who changed what a policy says would not change what an `Api` does. */
function frozen(value) {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen)
  return Object.freeze(value)
}

module.exports = { Policy, policyFrom, policyOf }
