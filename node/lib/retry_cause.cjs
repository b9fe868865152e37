'use strict'
// `retryCause`: whether an error is worth another attempt, where nobody has said so.

const { Advice } = require('./advice.cjs')
const { RateLimitError } = require('./errors.cjs')
const { failureKind } = require('./failure.cjs')
const native = require('./native.cjs')

/** The errors of a program: it would make them again. */
const MISTAKES = [TypeError, RangeError, ReferenceError, SyntaxError, URIError, EvalError]
/** The failures of a send that another one does not help. */
const FINAL = ['aborted', 'tls']

/**
 * The cause of an error that may go away, and `undefined` for one that will not; and how long the other side
 * has said to wait, in nanoseconds. Of the errors of HTTP clients the status and the headers are read, wherever
 * they keep them.
 */
function retryCause(error) {
  const advice = advised(error?.headers ?? error?.response?.headers)
  const told = error instanceof RateLimitError ? error.retryAfterNs : advice?.waitNs()
  const cause = causeOf(error)
  if (advice?.shouldRetry === undefined) return { cause, told }
  return { cause: advice.shouldRetry ? (cause ?? 'failure') : undefined, told }
}

function causeOf(error) {
  if (error instanceof RateLimitError) return 'throttled'
  const status = error?.status ?? error?.statusCode ?? error?.response?.status
  if (Number.isInteger(status) && status >= 100 && status < 600) return native.statusCause(status) ?? undefined
  const kind = failureKind(error)
  if (kind !== undefined) return FINAL.includes(kind) ? undefined : 'transient'
  return MISTAKES.some((mistake) => error instanceof mistake) ? undefined : 'failure'
}

/** Of whatever calls itself headers. */
function advised(headers) {
  if (typeof headers !== 'object' || headers === null) return undefined
  try {
    return new Advice(headers)
  } catch {
    return undefined
  }
}

module.exports = { retryCause }
