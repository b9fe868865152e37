'use strict'
// `Admission`: the decision on one request, for a server, and the body that goes with a denial.

const values = require('./values.cjs')

class Admission {
  #policy

  /** What `api.admit()` has decided by a policy. */
  constructor(policy, decision) {
    this.#policy = policy
    Object.assign(this, decision)
  }

  body(options) {
    const { requestId } = values.options(options, ['requestId'])
    return this.#refusal(requestId)?.body
  }

  get contentType() {
    return this.#refusal()?.contentType
  }

  #refusal(requestId) {
    if (this.allowed) return undefined
    const { limitedBy, code, deniedBy, retryAfterNs } = this
    return this.#policy.refusal({ limitedBy, code, deniedBy, retryAfterNs, requestId })
  }
}

module.exports = { Admission }
