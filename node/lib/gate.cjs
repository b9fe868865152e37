'use strict'
// `Gate`: decides on the requests of a server, whatever its framework: may this one in, and what is answered.

const { announce } = require('./announce.cjs')
const { Api } = require('./api.cjs')
const { clientKey } = require('./client_key.cjs')
const { TidegateError, invalidType, outOfRange } = require('./errors.cjs')
const { KeyedRateLimiter } = require('./keyed.cjs')
const { Policy } = require('./policy.cjs')
const values = require('./values.cjs')

const WHO = ['key', 'skip', 'requestId', 'headers', 'trustedProxies', 'ipv6Prefix']
const BY_API = ['api', 'role', 'tokens', ...WHO]
const BY_LIMITER = ['limiter', ...values.QUOTA, 'capacity', 'whenFull', 'seed', 'name', 'cost', ...WHO]
const FUNCTIONS = ['key', 'skip', 'requestId', 'role', 'tokens', 'cost']
const FORMS = ['x', 'draft-6', 'draft-7', 'draft-10']
/** A policy that says nothing of envelopes. */
const PLAIN = JSON.stringify({ name: 'server', categories: [{ name: 'all', limits: [] }] })
/** An id that is repeated in an answer is what people write, and not a flood. */
const ID = /^[\x21-\x7e]{1,128}$/

/** What core does not describe is nothing that the server has. */
const STATUSES = { UnknownMethod: [501, 'Not Implemented'], PathInvalid: [400, 'Bad Request'] }

class Gate {
  #options
  #read
  #decide

  /** `read` is how a request of the framework is read: `method`, `path`, `header` and `peer`. */
  constructor(options, read) {
    const isByApi = options?.api !== undefined
    const known = values.options(options, isByApi ? BY_API : BY_LIMITER)
    for (const name of FUNCTIONS) {
      const value = known[name]
      if (value !== undefined && typeof value !== 'function' && !(typeof value === 'number' && (name === 'tokens' || name === 'cost'))) throw invalidType(name, 'a function of the request', value)
    }
    this.#options = { ...known, forms: forms(known.headers, isByApi) }
    this.#read = read
    this.#decide = isByApi ? this.#byApi(known.api) : this.#byLimiter(known)
    // What is wrong with these is told now, and not with the first request.
    clientKey('127.0.0.1', this.#proxies(undefined))
  }

  /**
   * The verdict on a request: whether it may in, and the headers that its answer gets. Where it may not, also the
   * status, the body and the body's type.
   */
  ask(request) {
    const { skip } = this.#options
    if (skip?.(request)) return { allowed: true, headers: [] }
    try {
      return this.#decide(request)
    } catch (error) {
      const [status, title] = (error instanceof TidegateError && STATUSES[error.code]) || []
      if (status === undefined) throw error
      const body = JSON.stringify({ type: 'about:blank', title, status, detail: error.message })
      return { allowed: false, status, headers: [], body, contentType: 'application/problem+json' }
    }
  }

  #byApi(api) {
    if (!(api instanceof Api)) throw invalidType('api', 'an Api', api)
    const { role, tokens = 0, forms } = this.#options
    return (request) => {
      const admission = api.admit(this.#read.method(request), this.#read.path(request), {
        key: this.#key(request),
        role: role?.(request),
        tokens: made(tokens, request),
      })
      const { allowed, category, limit, remaining, resetAfterNs, windowNs, retryAfterNs } = admission
      // Where nothing limits there is no window, and nothing to be told.
      const isOwn = forms === undefined || windowNs === 0n
      const headers = isOwn ? admission.headers : announced(forms, { name: category, limit, remaining, resetAfterNs, windowNs }, allowed ? undefined : retryAfterNs)
      return allowed ? { allowed, headers } : { allowed, status: 429, headers, body: admission.body({ requestId: this.#id(request) }), contentType: admission.contentType }
    }
  }

  #byLimiter({ limiter, name = 'default', capacity = 65_536, whenFull, seed, ...known }) {
    const quota = Object.fromEntries(values.QUOTA.filter((one) => known[one] !== undefined).map((one) => [one, known[one]]))
    if (limiter !== undefined && !(limiter instanceof KeyedRateLimiter)) throw invalidType('limiter', 'a KeyedRateLimiter', limiter)
    const table = limiter ?? new KeyedRateLimiter({ ...quota, capacity, whenFull, seed })
    const { limit, interval } = values.quota(quota)
    const { cost = 1, forms } = this.#options
    const plain = Policy.fromJson(PLAIN)
    const announcement = { name, limit, ...(typeof interval === 'bigint' ? { windowNs: interval } : { window: interval }) }
    return (request) => {
      const decision = table.check(this.#key(request), made(cost, request), { quota })
      const { allowed, remaining = 0, retryAfterNs, resetAfterNs = retryAfterNs } = decision
      const headers = announced(forms, { ...announcement, remaining, resetAfterNs }, allowed ? undefined : retryAfterNs)
      return allowed ? { allowed, headers } : { allowed, status: 429, headers, ...plain.refusal({ deniedBy: name, retryAfterNs, requestId: this.#id(request) }) }
    }
  }

  /** Whose limits: as the server says, or the address of the client. */
  #key(request) {
    const { key } = this.#options
    if (key === undefined) return clientKey(this.#read.peer(request), this.#proxies(request))
    const found = key(request)
    if (typeof found !== 'string' || found === '') throw invalidType('key', 'a function that gives a string that is not empty', found)
    return found
  }

  #proxies(request) {
    const { trustedProxies, ipv6Prefix } = this.#options
    const forwardedFor = request === undefined || !trustedProxies ? undefined : this.#read.header(request, 'x-forwarded-for')
    return { forwardedFor, trustedProxies, ipv6Prefix }
  }

  /** The id of the request: as the server says, as the client does, or a new one. */
  #id(request) {
    const { requestId } = this.#options
    const found = requestId === undefined ? this.#read.header(request, 'x-request-id') : requestId(request)
    return typeof found === 'string' && ID.test(found) ? found : crypto.randomUUID()
  }
}

/** The forms in which limits are announced; `undefined` for those of the API itself. */
function forms(headers, isByApi) {
  if (headers === undefined) return isByApi ? undefined : ['x', 'draft-10']
  if (headers === false) return []
  const list = Array.isArray(headers) ? headers : [headers]
  for (const form of list) {
    if (!FORMS.includes(form)) throw outOfRange('headers', `false, or one or more of: ${FORMS.join(', ')}`, form)
  }
  return list
}

/** The headers of a limit in all forms; `Retry-After`, which they have in common, once, and also without any. */
function announced(forms, limit, retryAfterNs) {
  const found = new Map()
  for (const form of forms) {
    for (const [name, value] of announce(form, [limit], { retryAfterNs })) found.set(name, value)
  }
  if (forms.length === 0 && retryAfterNs !== undefined) {
    found.set('Retry-After', announce('x', [limit], { retryAfterNs }).find(([name]) => name === 'Retry-After')[1])
  }
  return [...found]
}

function made(value, request) {
  return typeof value === 'function' ? value(request) : value
}

module.exports = { Gate }
