'use strict'
// `withLimits`: a `fetch` that stays within the limits of an API and tries again as its policy says.

const { ApiError } = require('./api_error.cjs')
const { AGAIN, Client, HEADER } = require('./client.cjs')
const { drive, outcomeOf } = require('./drive.cjs')
const { invalidType } = require('./errors.cjs')

/** How much of the body of a refusal is looked at for its code; core reads no more. */
const REFUSAL = 4096

function withLimits(fetch, api, options) {
  if (typeof fetch !== 'function') throw invalidType('fetch', 'a function like fetch', fetch)
  const client = new Client(api, options, [...AGAIN, 'throws'])
  const throws = options?.throws ?? false
  if (typeof throws !== 'boolean') throw invalidType('throws', 'true or false', throws)

  return async function limited(input, init) {
    const isRequest = typeof input === 'object' && input !== null && typeof input.clone === 'function'
    const body = init?.body ?? undefined
    const headers = new Headers(init?.headers ?? (isRequest ? input.headers : undefined))
    const { call, idempotencyKey, known } = client.start({
      method: init?.method ?? (isRequest ? input.method : 'GET'),
      url: new URL(isRequest ? input.url : input),
      headers,
      body,
      signal: init?.signal ?? (isRequest ? input.signal : undefined) ?? undefined,
      repeatable: isRepeatable(body),
    })
    const more = idempotencyKey === undefined ? {} : { headers: (headers.set(HEADER, idempotencyKey), headers) }
    // A Request's body can be read once, so each send has a copy; what is not sent any more is dropped with it.
    const copies = isRequest && body === undefined && input.body
    const response = await drive(call, known, {
      ...library,
      send: (signal) => fetch(copies ? input.clone() : input, { ...init, ...more, signal }),
    })
    if (throws && response.status >= 400) throw await ApiError.from(response, { policy: client.api.policy, outcome: outcomeOf(response) })
    return response
  }
}

const library = {
  status: (response) => response.status,
  headers: (response) => response.headers,
  refusal,
  discard: (response) => response.body?.cancel().catch(() => {}),
}

/** The beginning of a body, read from a copy, so that the caller can still read all of it. */
async function refusal(response) {
  if (response.body === null || response.bodyUsed) return undefined
  const chunks = []
  try {
    const reader = response.clone().body.getReader()
    for (let room = REFUSAL; room > 0;) {
      const { done, value } = await reader.read()
      if (done) break
      chunks.push(value)
      room -= value.byteLength
    }
    // Not waited for: it ends when the other copy does.
    reader.cancel().catch(() => {})
  } catch {
    // The status is known, and what is there of the body.
  }
  return joined(chunks)
}

/** Without `Buffer`, which only Node has. */
async function joined(chunks) {
  return new Uint8Array(await new Blob(chunks).arrayBuffer())
}

/** Whether a body can be sent again: all but streams, of the web and of Node, and other iterables. */
function isRepeatable(body) {
  if (typeof body !== 'object' || body === null) return true
  // Also a stream that calls itself form data, as that of the package form-data.
  if (typeof body.pipe === 'function') return false
  if (ArrayBuffer.isView(body) || body instanceof ArrayBuffer) return true
  const kind = body[Symbol.toStringTag]
  return kind === 'URLSearchParams' || kind === 'FormData' || kind === 'Blob' || kind === 'File'
}

module.exports = { withLimits, isRepeatable }
