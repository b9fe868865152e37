// `Client`: calls that wait their turn, as the core tells them to.

import { Api } from '../../lib/web/index.mjs'

export class Client {
  #api
  #calls = []

  constructor(policy) {
    this.#api = new Api(policy, { seed: 2 })
  }

  /** How many have not been answered. */
  get waiting() {
    return this.#calls.length
  }

  /** Wants to send so many requests. */
  add(request, count) {
    const { method, path, key, tokens } = request
    for (let index = 0; index < count; index += 1) {
      const call = this.#api.call(method, path, { key, tokens })
      this.#calls.push({ request, call, due: 0n, delay: 0 })
    }
  }

  /**
   * Sends what is due. `send(request, delay)` is the server's admission; `given(request, step)` hears of a
   * call that was given up.
   */
  run(clocks, send, given) {
    this.#calls = this.#calls.filter((one) => one.due > clocks.now || this.#step(one, clocks, send, given))
  }

  /** When the next of them is due, on the monotonic clock. */
  get due() {
    return this.#calls.reduce((first, { due }) => (first === undefined || due < first ? due : first), undefined)
  }

  /** Whether the call is still to be answered. */
  #step(one, clocks, send, given) {
    for (;;) {
      const step = one.call.next(clocks)
      if (step.kind === 'wait') {
        one.due = step.untilNs
        one.delay += step.delay
        return true
      }
      if (step.kind !== 'send') {
        if (step.kind === 'giveUp') given(one.request, step)
        return false
      }
      const { allowed, headers } = send(one.request, one.delay)
      one.call.answered(allowed ? 200 : 429, headers, '', clocks)
    }
  }
}
