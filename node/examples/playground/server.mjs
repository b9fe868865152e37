// `Server`: an API as its server has it. It admits requests, and shows what is left of each limit.
//
// The core's `Api` decides. What is left is told of the same limits one by one, which are charged with
// the same requests at the same times.

import { Api, FirstUseWindow, FixedWindow, RateLimiter, StrictWindow, tryAcquireAll } from '../../lib/web/index.mjs'

const KINDS = { token_bucket: RateLimiter, fixed_window: FixedWindow, first_use_window: FirstUseWindow, strict_window: StrictWindow }
/** An aligned window and one from its first use ask the wall clock. */
const ON_THE_WALL = [FixedWindow, FirstUseWindow]

export class Server {
  #api
  #shared
  #categories = new Map()

  constructor(policy) {
    this.policy = policy
    this.#api = new Api(policy, { seed: 1 })
    this.#shared = policy.shared.map((limit) => made(limit, 'all keys'))
  }

  /** The limits that a request is counted in. */
  limits({ method, path, key }) {
    const name = this.policy.categoryOf(method, path)
    const category = this.policy.categories.find((one) => one.name === name)
    if (category === undefined) return this.#shared
    // A limit of the same name in two categories is one limit.
    const own = category.limits.map((limit) => {
      const id = JSON.stringify([key, limit.name ?? [name, category.limits.indexOf(limit)]])
      if (!this.#categories.has(id)) this.#categories.set(id, made(limit, name))
      return this.#categories.get(id)
    })
    return [...own, ...this.#shared]
  }

  /** The core's decision on a request. */
  admit(request, clocks) {
    const { method, path, key, tokens } = request
    const admission = this.#api.admit(method, path, { key, tokens, ...clocks })
    if (admission.allowed) {
      const layers = this.limits(request).map(({ limiter, unit }) => ({ limiter, cost: unit === 'tokens' ? tokens : 1 }))
      if (layers.length > 0) tryAcquireAll(layers, clocks)
    }
    return admission
  }
}

function made({ kind, name, unit, limit, perNs, burst }, of) {
  const Kind = KINDS[kind]
  const limiter = new Kind({ limit, intervalNs: perNs, ...(burst === undefined ? {} : { burst }) })
  const clock = ON_THE_WALL.includes(Kind) ? 'wall' : 'now'
  const left = (clocks) => limiter.peek(0, { [clock]: clocks[clock] })
  return { name: name ?? of, of, kind, unit, limiter, most: burst ?? limit, left }
}
