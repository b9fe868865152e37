'use strict'
// What stands in the answer to a request that may not in: problem details (RFC 9457).

const TYPE = 'application/problem+json'

function refusalBody() {
  return { body: JSON.stringify({ type: 'about:blank', title: 'Too Many Requests', status: 429 }), contentType: TYPE }
}

module.exports = { refusalBody, TYPE }
