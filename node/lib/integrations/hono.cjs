'use strict'
// Hono, on any runtime. Only Node's server tells the address of a client in a way that is known here.

const { Gate } = require('../gate.cjs')
const { invalidType } = require('../errors.cjs')

function rateLimit({ peer = nodePeer, ...options } = {}) {
  if (typeof peer !== 'function') throw invalidType('peer', 'a function of the context', peer)
  const gate = new Gate(options, {
    method: (context) => context.req.method,
    path: (context) => {
      const { pathname, search } = new URL(context.req.url)
      return pathname + search
    },
    header: (context, name) => context.req.header(name),
    peer,
  })
  return async function rateLimit(context, next) {
    const verdict = gate.ask(context)
    if (!verdict.allowed) {
      const headers = new Headers(verdict.headers)
      headers.set('Content-Type', verdict.contentType)
      return new Response(verdict.body, { status: verdict.status, headers })
    }
    await next()
    // Afterwards, so that an answer that a handler made by itself has them too. Its body is left alone.
    for (const [name, value] of verdict.headers) context.header(name, value)
  }
}

function nodePeer(context) {
  const address = context.env?.incoming?.socket?.remoteAddress
  if (address === undefined) {
    throw Object.assign(new TypeError('this runtime does not tell the address of a client: give `peer`, as getConnInfo of its adapter, or `key`'), { code: 'ERR_INVALID_ARG_VALUE' })
  }
  return address
}

module.exports = { rateLimit }
