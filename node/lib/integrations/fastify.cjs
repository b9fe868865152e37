'use strict'
// Fastify: a plugin, whose hook runs before a request is parsed.

const { Gate } = require('../gate.cjs')

const READ = {
  method: (request) => request.method,
  path: (request) => request.originalUrl,
  header: (request, name) => request.headers[name],
  peer: (request) => request.raw.socket.remoteAddress,
}

function rateLimit(instance, { prefix, logLevel, logSerializers, ...options }, done) {
  const gate = new Gate(options, READ)
  instance.addHook('onRequest', (request, reply, next) => {
    const verdict = gate.ask(request)
    for (const [name, value] of verdict.headers) reply.header(name, value)
    if (verdict.allowed) return next()
    // Bytes, which Fastify sends as they are, and does not take for JSON that needs a schema.
    reply.code(verdict.status).header('content-type', verdict.contentType).send(Buffer.from(verdict.body))
  })
  done()
}

// For the routes beside it, and not only for those in it.
rateLimit[Symbol.for('skip-override')] = true
rateLimit[Symbol.for('fastify.display-name')] = 'tidegate'

module.exports = { rateLimit }
