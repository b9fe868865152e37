'use strict'
// axios: an adapter around that of the user's axios. Interceptors alone could not limit what is sent again.

const { Client, HEADER } = require('../client.cjs')
const { drive } = require('../drive.cjs')
const { invalidType } = require('../errors.cjs')
const { failureKind } = require('../failure.cjs')
const { isRepeatable } = require('../fetch.cjs')

function withLimits(axios, api, options) {
  if (typeof axios?.getAdapter !== 'function' || typeof axios.getUri !== 'function') throw invalidType('axios', 'axios 1.7 or newer', axios)
  const client = new Client(api, options)

  return async function limited(config) {
    const adapter = axios.getAdapter(axios.defaults.adapter, config)
    const { call, idempotencyKey, known } = client.start({
      method: config.method ?? 'GET',
      url: new URL(axios.getUri(config), 'http://localhost'),
      headers: new Headers(Object.entries({ ...config.headers })),
      body: config.data ?? undefined,
      signal: config.signal,
      repeatable: isRepeatable(config.data),
    })
    if (idempotencyKey !== undefined) config.headers.set(HEADER, idempotencyKey)
    const answer = await drive(call, known, { ...library, send: (signal) => send(axios, adapter, config, signal) })
    if (answer instanceof Error) throw answer
    return answer
  }
}

/** The response, or the error that has one: what `validateStatus` refuses is an answer all the same. */
async function send(axios, adapter, config, signal) {
  try {
    return owned(await adapter({ ...config, signal }), config)
  } catch (error) {
    if (error?.response !== undefined) return owned(error, config)
    // axios says of every signal that it was the caller's.
    if (signal.reason?.name === 'TimeoutError' && !config.signal?.aborted) throw new axios.AxiosError(signal.reason.message, 'ETIMEDOUT', config)
    throw error
  }
}

/** With the config that the caller gave, and not that of one send. */
function owned(answer, config) {
  for (const one of [answer, answer.response]) if (one !== undefined) one.config = config
  return answer
}

const response = (answer) => answer.response ?? answer

const library = {
  status: (answer) => response(answer).status,
  headers: (answer) => ({ ...response(answer).headers }),
  refusal: (answer) => {
    const { data } = response(answer)
    return typeof data === 'string' || data instanceof ArrayBuffer || ArrayBuffer.isView(data) ? data : undefined
  },
  discard: (answer) => response(answer).data?.destroy?.(),
  kind: (error) => {
    if (error?.code === 'ERR_CANCELED') return 'aborted'
    if (error?.code === 'ECONNABORTED' && /timeout/.test(error.message)) return 'read_timeout'
    // What may have gone wrong at any time.
    return failureKind(error) ?? (error?.code === 'ERR_NETWORK' ? 'reset' : undefined)
  },
}

module.exports = { withLimits }
