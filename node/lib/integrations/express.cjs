'use strict'
// Express, connect, and whatever else calls `(request, response, next)`, as plain node:http can.

const { Gate } = require('../gate.cjs')

/** A request of node:http. */
const READ = {
  method: (request) => request.method,
  // A router below another one cuts the beginning off `url`.
  path: (request) => request.originalUrl ?? request.url,
  header: (request, name) => request.headers[name],
  peer: (request) => request.socket.remoteAddress,
}

function rateLimit(options) {
  const gate = new Gate(options, READ)
  return function rateLimit(request, response, next) {
    let verdict
    try {
      verdict = gate.ask(request)
    } catch (error) {
      return next(error)
    }
    for (const [name, value] of verdict.headers) response.setHeader(name, value)
    if (verdict.allowed) return next()
    const { status, body, contentType } = verdict
    response.statusCode = status
    response.setHeader('Content-Type', contentType)
    response.setHeader('Content-Length', Buffer.byteLength(body))
    response.end(body)
  }
}

module.exports = { rateLimit, READ }
