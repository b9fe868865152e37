'use strict'
// NestJS: a guard. Nest turns what it throws into the answer, so it needs Nest's own `HttpException`.

const { Gate } = require('../gate.cjs')
const { READ } = require('./express.cjs')
const { invalidType } = require('../errors.cjs')

/** Requests of Express and of Fastify; Nest hands out either. */
const EITHER = {
  ...READ,
  peer: (request) => (request.raw ?? request).socket.remoteAddress,
}

function rateLimitGuard(HttpException, options) {
  if (typeof HttpException !== 'function') throw invalidType('HttpException', 'that of @nestjs/common', HttpException)
  const gate = new Gate(options, EITHER)
  return {
    canActivate(context) {
      // A message of a socket has no answer that headers could go with.
      if (context.getType() !== 'http') return true
      const http = context.switchToHttp()
      const verdict = gate.ask(http.getRequest())
      const response = http.getResponse()
      const set = (name, value) => (response.setHeader ?? response.header).call(response, name, value)
      for (const [name, value] of verdict.headers) set(name, value)
      if (verdict.allowed) return true
      set('Content-Type', verdict.contentType)
      // An object, since Nest would put a text into an envelope of its own.
      throw new HttpException(JSON.parse(verdict.body), verdict.status)
    },
  }
}

module.exports = { rateLimitGuard }
