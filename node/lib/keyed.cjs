'use strict'
// `KeyedRateLimiter`: a bucket for each of many keys, in memory that is taken once.

const native = require('./native.cjs')
const { detached, invalidType, outOfRange, sharedOf, valueOf } = require('./errors.cjs')
const { WAIT, decisionOf, promised } = require('./limiter.cjs')
const { Lines } = require('./lines.cjs')
const { ofCall, optionsOf, run, wrapped } = require('./wrap.cjs')
const values = require('./values.cjs')

const OPTIONS = [...values.QUOTA, 'capacity', 'whenFull', 'seed', 'unref']
const WHEN_FULL = ['share', 'deny', 'allow']
const LARGEST_SEED = 2n ** 128n - 1n
const MOST_KEYS = 2n ** 32n
/** The native parts that `withQuota` or `shared` has made, in the place of options. */
const SHARED = Symbol('made by limiter.withQuota()')

class KeyedRateLimiter {
  #handle
  #lines

  constructor(options, parts) {
    const known = values.options(options, OPTIONS)
    const [tryAcquire, handle] = parts?.[SHARED] ?? created(known)
    this.#handle = handle
    // An own property, so that a call goes to native code directly and works without its object.
    this.tryAcquire = tryAcquire
    this.#lines = new Lines((name, { key, cost }, take) => {
      if (take && tryAcquire(key, cost)) return undefined
      const decision = KeyedRateLimiter.#ask(this, 'acquire', key, cost, undefined, take)
      return decision.allowed ? undefined : decision
    }, values.unref(known))
  }

  static shared(name, options) {
    const { unref, host, path, ...known } = values.options(options, [...OPTIONS.filter((option) => option !== 'seed'), 'host', 'path'])
    if (!values.onHost(host, path)) throw outOfRange('host', 'true: only processes share a table by name', host)
    const { whenFull = 'share', capacity } = known
    values.oneOf(whenFull, WHEN_FULL, 'whenFull')
    const keys = values.count(capacity, 'capacity', MOST_KEYS)
    const parts = sharedOf(native.hostKeyed(values.text(name, 'name'), path, values.quota(known), keys, whenFull))
    return new KeyedRateLimiter({ unref }, { [SHARED]: parts })
  }

  acquire(key, options) {
    return promised(() => {
      KeyedRateLimiter.#of(this, 'acquire')
      const { cost = 1, ...wait } = values.options(options, WAIT)
      const own = copied(checked(key))
      return this.#lines.acquire(nameOf(own), { key: own, cost: typeof cost === 'bigint' ? Number(cost) : cost }, wait)
    })
  }

  run(key, fn, options) {
    return run(fn, () => this.acquire(key, options))
  }

  wrap(fn, options) {
    KeyedRateLimiter.#of(this, 'wrap')
    const { key, ...rest } = values.options(options, ['key', ...WAIT])
    if (key === undefined) throw invalidType('key', 'a key, or a function of the arguments that gives one', key)
    const of = optionsOf('cost', rest)
    return wrapped(fn, (args) => this.acquire(ofCall(key, args), of(args)))
  }

  get quota() {
    return native.keyedQuota(KeyedRateLimiter.#of(this, 'quota'))
  }

  check(key, cost, options) {
    return KeyedRateLimiter.#ask(this, 'check', key, cost, options, true)
  }

  peek(key, cost, options) {
    return KeyedRateLimiter.#ask(this, 'peek', key, cost, options, false)
  }

  withQuota(options) {
    const handle = KeyedRateLimiter.#of(this, 'withQuota')
    const quota = values.quota(values.options(options, values.QUOTA))
    return new KeyedRateLimiter(undefined, { [SHARED]: valueOf(native.keyedWithQuota(handle, quota)) })
  }

  get capacity() {
    return native.keyedCapacity(KeyedRateLimiter.#of(this, 'capacity'))
  }

  get denied() {
    return native.keyedDenied(KeyedRateLimiter.#of(this, 'denied')) ?? undefined
  }

  get overflowed() {
    return native.keyedOverflowed(KeyedRateLimiter.#of(this, 'overflowed'))
  }

  occupied(clocks) {
    const handle = KeyedRateLimiter.#of(this, 'occupied')
    return Number(valueOf(native.keyedOccupied(handle, values.now(clocks))))
  }

  occupants(clocks) {
    const handle = KeyedRateLimiter.#of(this, 'occupants')
    return valueOf(native.keyedOccupants(handle, values.now(clocks)))
  }

  [Symbol.iterator]() {
    return this.occupants()[Symbol.iterator]()
  }

  static #ask(self, method, key, cost = 1, options, take) {
    const handle = KeyedRateLimiter.#of(self, method)
    const known = values.options(options, ['quota', 'now'])
    const quota = known.quota === undefined ? undefined : values.quota(values.options(known.quota, values.QUOTA, 'quota'))
    return decisionOf(native.keyedDecide(handle, checked(key), quota, values.cost(cost), values.nanos(known.now, 'now'), take))
  }

  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('KeyedRateLimiter', method)
  }
}

function created(known) {
  const { whenFull = 'share' } = known
  const quota = values.quota(known)
  const capacity = values.count(known.capacity, 'capacity', MOST_KEYS)
  const seed = known.seed === undefined ? undefined : values.count(known.seed, 'seed', LARGEST_SEED)
  values.oneOf(whenFull, WHEN_FULL, 'whenFull')
  const parts = native.createKeyed(quota, capacity, whenFull, seed)
  if (parts === null) throw Object.assign(new RangeError(`there is no memory for ${capacity} keys`), { code: 'ERR_MEMORY_ALLOCATION_FAILED' })
  return valueOf(parts)
}

/** A key that native can read; `tryAcquire` checks it natively. */
function checked(key) {
  switch (typeof key) {
    case 'string': return key
    case 'bigint': return values.count(key, 'key')
    case 'number':
      if (!Number.isSafeInteger(key) || key < 0) throw outOfRange('key', 'a whole number from 0 to 2**53 - 1, or a bigint', key)
      return key
    default:
      if (key instanceof Uint8Array) return key
      throw invalidType('key', 'a string, a Uint8Array, a bigint, or a whole number', key)
  }
}

/** A key that nobody else can change while it is waited for. */
function copied(key) {
  return typeof key === 'object' ? Uint8Array.from(key) : key
}

/** What tells the lines of keys apart; keys that share a line only wait for each other. */
function nameOf(key) {
  switch (typeof key) {
    case 'string': return key
    case 'object': return `bytes ${key.join()}`
    default: return BigInt(key)
  }
}

module.exports = { KeyedRateLimiter }
