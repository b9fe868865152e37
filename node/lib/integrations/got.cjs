'use strict'
// got: options for `got.extend`. Before each send it waits, from each answer it learns, and got's own retries
// go when and as often as core says.

const { AGAIN, Client, HEADER } = require('../client.cjs')
const { RateLimitError, TidegateError } = require('../errors.cjs')
const { failureKind } = require('../failure.cjs')
const { isRepeatable } = require('../fetch.cjs')
const { sleep } = require('../sleep.cjs')

/** In the context of a request, which got carries along from one attempt to the next. */
const TURN = Symbol('tidegate')

function limits(api, options) {
  const client = new Client(api, options, AGAIN)
  return {
    handlers: [(request, next) => watched(next(begun(request, client)), request)],
    hooks: {
      beforeRequest: [(request) => request.context[TURN]?.come(request)],
      afterResponse: [(response) => {
        response.request.options.context[TURN]?.answered(response)
        return response
      }],
    },
    retry: {
      // Core counts; got would stop at 2, and at methods of its own.
      limit: Number.MAX_SAFE_INTEGER,
      enforceRetryRules: false,
      calculateDelay: ({ error }) => error.options?.context?.[TURN]?.again(error) ?? 0,
    },
  }
}

function begun(request, client) {
  const { call, idempotencyKey, known } = client.start({
    method: request.method,
    url: new URL(request.url),
    headers: new Headers(Object.entries(request.headers).filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)])),
    body: request.body,
    signal: request.signal,
    repeatable: isRepeatable(request.body) && !request.isStream,
  })
  if (idempotencyKey !== undefined) request.headers[HEADER.toLowerCase()] = idempotencyKey
  request.context[TURN] = new Turn(call, known, request.timeout.response)
  return request
}

/** What ends in any other way, as by `cancel()`, is reported too: a send that is never reported stays counted. */
function watched(result, { isStream, context }) {
  const turn = context[TURN]
  const over = () => turn.over()
  if (isStream) result.once('response', (response) => turn.answered(response)).once('error', (error) => turn.failed(error)).once('close', over)
  else result.then(over, over)
  return result
}

class Turn {
  #call
  #known
  #timeout
  #isOut = false
  #isPaid = false

  constructor(call, known, timeout) {
    this.#call = call
    this.#known = known
    this.#timeout = timeout
  }

  /** Waits for the next send. A redirect is part of the send that it answers. */
  async come(request) {
    if (this.#isOut) return
    for (let step = this.#isPaid ? { kind: 'send' } : this.#call.next(); step.kind !== 'send'; step = this.#call.next()) {
      if (step.kind !== 'wait') throw new RateLimitError({ reason: step.reason ?? 'aborted' })
      await sleep(step.delay, { signal: request.signal }).catch((error) => {
        this.#call.failed('aborted')
        throw error
      })
    }
    this.#isPaid = false
    this.#isOut = true
    const timeout = Math.min(this.#call.attemptTimeout(), this.#known.attemptTimeout ?? Infinity, this.#timeout ?? Infinity)
    if (timeout !== Infinity) request.timeout = { ...request.timeout, response: timeout }
  }

  answered({ statusCode, headers, rawBody }) {
    if (!this.#isOut) return
    this.#report(() => this.#call.answered(statusCode, headers, rawBody))
  }

  failed(error) {
    if (!this.#isOut) return
    if (error.response !== undefined) this.answered(error.response)
    else this.#report(() => this.#call.failed(kind(error) ?? 'aborted'))
  }

  /** Milliseconds until got is to try again; 0 for never. */
  again(error) {
    if (!this.#isOut && error.response === undefined) return 0
    this.failed(error)
    const attempt = this.#call.attempts
    const step = this.#call.next()
    this.#isPaid = step.kind === 'send'
    if (step.kind !== 'wait' && !this.#isPaid) return 0
    if (!this.#known.repeatable) {
      this.over()
      return 0
    }
    this.#known.onRetry?.({ attempt, delay: step.delay ?? 0, error, status: error.response?.statusCode })
    // None at all would be never.
    return step.delay || 1
  }

  /** Gives back what is not sent any more. */
  over() {
    this.#report(() => this.#call.failed('aborted'))
  }

  #report(report) {
    this.#isOut = false
    try {
      report()
    } catch (error) {
      if (!(error instanceof TidegateError)) throw error
    }
  }
}

function kind(error) {
  // got tells which of its timeouts it was.
  if (error.code === 'ETIMEDOUT' && ['lookup', 'connect', 'secureConnect'].includes(error.event)) return 'connect_timeout'
  return failureKind(error)
}

module.exports = { limits }
