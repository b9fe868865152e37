'use strict'
// `failureKind`: what an error of fetch, undici or node:http means for a retry.

/** The codes of Node, undici and OpenSSL. What may have reached the server is never called unsent. */
const KINDS = [
  ['connect_refused', /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|ENOENT)$/],
  ['connect_timeout', /^UND_ERR_CONNECT_TIMEOUT$/],
  ['read_timeout', /^(UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|ETIMEDOUT|ESOCKETTIMEDOUT)$/],
  ['reset', /^(ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET|UND_ERR_CLOSED|UND_ERR_DESTROYED|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|HPE_\w+)$/],
  ['aborted', /^(ABORT_ERR|UND_ERR_ABORTED)$/],
  ['tls', /CERT|^(ERR_TLS_|ERR_SSL_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO$)/],
]

function failureKind(error) {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
    if (at.name === 'TimeoutError') return 'read_timeout'
    if (at.name === 'AbortError') return 'aborted'
    if (typeof at.code !== 'string') continue
    if (at.code === 'ETIMEDOUT' && at.syscall === 'connect') return 'connect_timeout'
    const known = KINDS.find(([, codes]) => codes.test(at.code))
    if (known) return known[0]
  }
  // fetch wraps whatever went wrong on the wire in this one; it may have gone wrong at any time.
  return error instanceof TypeError && error.message === 'fetch failed' ? 'reset' : undefined
}

module.exports = { failureKind }
