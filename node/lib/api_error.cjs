'use strict'
// `ApiError`: an answer of 400 and above, as one error whatever the shape of its body.

const { scanErrorBody } = require('./wire.cjs')
const { invalidType } = require('./errors.cjs')

class ApiError extends Error {
  constructor({ status, code, message, requestId, details = [], response, outcome }) {
    if (!Number.isInteger(status)) throw invalidType('status', 'a whole number', status)
    super(message || `the API answered ${status}`)
    this.status = status
    this.details = details
    for (const [name, value] of Object.entries({ code, requestId, reason: outcome?.reason, retryAfter: outcome?.serverDelay })) {
      if (value !== undefined) this[name] = value
    }
    // Not shown when the error is printed.
    Object.defineProperty(this, 'response', { value: response, writable: true, configurable: true })
  }

  /** The error that an answer is; reads its body. */
  static async from(response, { policy, outcome } = {}) {
    if (typeof response?.text !== 'function') throw invalidType('response', 'a Response', response)
    return ApiError.of(response.status, await response.text().catch(() => ''), { policy, outcome, response })
  }

  /** The same of a status and a body that was read already. */
  static of(status, body, { policy, outcome, response } = {}) {
    const { code, message, requestId, fields } = policy === undefined ? scanErrorBody(body) : policy.errorBody(body)
    return new ApiError({ status, code, message, requestId, details: fields, response, outcome })
  }
}
Object.defineProperty(ApiError.prototype, 'name', { value: 'ApiError', writable: true, configurable: true })

module.exports = { ApiError }
