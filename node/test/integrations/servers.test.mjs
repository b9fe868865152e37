// Express, Fastify, Hono, Nest and plain node:http, each a real server with real clients, behind the same rules.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request as send } from 'node:http'
import { test } from 'node:test'
import 'reflect-metadata'
import { serve } from '@hono/node-server'
import { All, Controller, Get, HttpException, Module, Res } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { Api, KeyedRateLimiter, withLimits } from 'tidegate'
import * as forExpress from 'tidegate/express'
import * as forFastify from 'tidegate/fastify'
import * as forHono from 'tidegate/hono'
import * as forNest from 'tidegate/nest'

const CHUNKS = Array.from({ length: 20 }, (_, number) => `chunk ${number} `.repeat(1000))

/** A stream of the web, a chunk at a time. */
function stream() {
  const chunks = CHUNKS.values()
  return new ReadableStream({
    pull(controller) {
      const { done, value } = chunks.next()
      if (done) controller.close()
      else controller.enqueue(new TextEncoder().encode(value))
    },
  })
}

async function write(response) {
  for (const chunk of CHUNKS) {
    if (!response.write(chunk)) await once(response, 'drain')
  }
  response.end()
}

/** Each starts a server with the options, whose `/stream` streams and which says `ok` to everything else. */
const SERVERS = {
  async express(t, options) {
    const app = express()
    app.use(forExpress.rateLimit(options))
    app.get('/stream', (_, response) => write(response))
    app.use((_, response) => response.send('ok'))
    return listening(t, app.listen(0, '127.0.0.1'))
  },
  async node(t, options) {
    const limit = forExpress.rateLimit(options)
    const server = createServer((request, response) => limit(request, response, (error) => {
      if (error) return response.writeHead(500).end(error.message)
      return request.url === '/stream' ? write(response) : response.end('ok')
    }))
    return listening(t, server.listen(0, '127.0.0.1'))
  },
  async fastify(t, options) {
    const app = fastify()
    app.register(forFastify.rateLimit, options)
    app.get('/stream', (_, reply) => reply.send(stream()))
    app.all('/*', () => 'ok')
    t.after(() => app.close())
    return app.listen({ port: 0, host: '127.0.0.1' })
  },
  async hono(t, options) {
    const app = new Hono()
    app.use(forHono.rateLimit(options))
    app.get('/stream', () => new Response(stream()))
    app.all('*', (context) => context.text('ok'))
    return listening(t, serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }))
  },
  async nest(t, options) {
    class Routes {
      stream(response) {
        return write(response)
      }

      all() {
        return 'ok'
      }
    }
    class App {}
    // Decorators, without a compiler.
    const decorate = (name, decorator) => decorator(Routes.prototype, name, Object.getOwnPropertyDescriptor(Routes.prototype, name))
    decorate('stream', Get('stream'))
    Res()(Routes.prototype, 'stream', 0)
    decorate('all', All('{*path}'))
    Controller()(Routes)
    Module({ controllers: [Routes] })(App)
    const app = await NestFactory.create(App, { logger: false })
    app.useGlobalGuards(forNest.rateLimitGuard(HttpException, options))
    await app.listen(0, '127.0.0.1')
    t.after(() => app.close())
    return app.getUrl()
  },
}

async function listening(t, server) {
  if (!server.listening) await once(server, 'listening')
  t.after(() => new Promise((resolve) => {
    server.close(resolve)
    server.closeAllConnections()
  }))
  return `http://127.0.0.1:${server.address().port}`
}

const told = (response) => Object.fromEntries(['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-window', 'ratelimit-policy', 'ratelimit', 'ratelimit-limit', 'retry-after', 'content-type'].flatMap((name) => (response.headers.has(name) ? [[name, response.headers.get(name)]] : [])))

for (const [name, start] of Object.entries(SERVERS)) {
  test(`${name}: a limit for each client, told in the headers of every answer`, async (t) => {
    const base = await start(t, { limit: 2, interval: 'hour', headers: ['x', 'draft-6', 'draft-10'], name: 'all' })
    const answers = []
    for (let number = 0; number < 4; number += 1) answers.push(await fetch(`${base}/a`))
    assert.deepEqual(answers.map(({ status }) => status), [200, 200, 429, 429])
    const [first, , denied] = answers.map(told)
    delete first['content-type']
    assert.deepEqual(first, {
      'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '1', 'x-ratelimit-window': '3600',
      'ratelimit-policy': '"all";q=2;w=3600', ratelimit: '"all";r=1;t=1800', 'ratelimit-limit': '2',
    })
    assert.equal(denied['x-ratelimit-remaining'], '0')
    assert.match(denied['retry-after'], /^1[78]\d\d$/)
    assert.equal(denied.ratelimit, `"all";r=0;t=${denied['retry-after']}`)
    assert.equal(await answers[0].text(), 'ok')
  })

  test(`${name}: a refusal is in the envelope of the API, with its headers`, async (t) => {
    const refusal = async (options, path) => {
      const base = await start(t, options)
      for (;;) {
        const response = await fetch(base + path, { headers: { 'X-Request-Id': '7f3a' } })
        const body = await response.text()
        if (response.status === 429) return { body, ...told(response) }
      }
    }
    const stackflow = await refusal({ api: Api.stackflow({ window: '1d' }), key: () => 'alice' }, '/api/v1/incidents/bulk')
    assert.equal(stackflow.body, '{"error":"Per-user rate limit reached","code":"RATE_LIMIT_EXCEEDED","requestId":"7f3a","details":{}}')
    assert.match(stackflow['content-type'], /^application\/json(; charset=utf-8)?$/)
    assert.deepEqual([stackflow['x-ratelimit-limit'], stackflow['x-ratelimit-remaining'], stackflow['x-ratelimit-window']], ['10', '0', '86400'])
    const velaflows = await refusal({ api: Api.velaflows({ window: '1d' }), key: () => 'alice', headers: 'draft-7' }, '/api/v1/tags/bulk')
    const seconds = velaflows['retry-after']
    assert.equal(velaflows.body, `{"success":false,"error":{"code":"TOO_MANY_REQUESTS","message":"Rate limit exceeded. Try again in ${seconds} seconds."}}`)
    assert.deepEqual([velaflows['ratelimit-policy'], velaflows.ratelimit], ['10;w=86400', `limit=10, remaining=0, reset=${seconds}`])
    const plain = await refusal({ limit: 1, interval: 'day', name: 'all' }, '/')
    assert.deepEqual(JSON.parse(plain.body), {
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded', title: 'Request cannot be satisfied as assigned quota has been exceeded', status: 429,
      detail: `Try again in ${plain['retry-after']} seconds.`, code: 'TOO_MANY_REQUESTS', requestId: '7f3a', 'violated-policies': ['all'],
    })
    assert.match(plain['content-type'], /^application\/problem\+json(; charset=utf-8)?$/)
  })

  test(`${name}: nothing in between`, async (t) => {
    const base = await start(t, { limit: 100, interval: 'minute' })
    const response = await fetch(`${base}/stream`)
    assert.equal(response.headers.get('x-ratelimit-remaining'), '99')
    assert.equal(await response.text(), CHUNKS.join(''))
  })

  test(`${name}: a client of the same policy is never refused`, async (t) => {
    const api = Api.stackflow({ window: '1s' })
    let refused = 0
    const base = await start(t, { api: Api.stackflow({ window: '1s' }), key: () => 'alice' })
    const limited = withLimits(fetch, api, { key: 'alice' })
    await Promise.all(Array.from({ length: 25 }, async () => {
      const response = await limited(`${base}/incidents/bulk`)
      if (response.status === 429) refused += 1
      await response.text()
    }))
    assert.equal(refused, 0)
  })

  test(`${name}: what HTTP has and a policy has not is refused, and no fault of the server`, async (t) => {
    const base = await start(t, { api: Api.stackflow(), key: () => 'alice' })
    const { port } = new URL(base)
    const answer = (method, path) => new Promise((resolve, reject) => {
      send({ port, method, path }, (response) => resolve(response.resume().statusCode)).on('error', reject).end()
    })
    assert.deepEqual([await answer('PROPFIND', '/a'), await answer('GET', '/a')], [501, 200])
  })
}

for (const [name, start] of Object.entries(SERVERS)) {
  test(`${name}: behind a proxy a client is who the proxy says, and not who it says itself`, async (t) => {
    const from = (base, chain) => fetch(`${base}/a`, { headers: { 'X-Forwarded-For': chain } }).then(({ status }) => status)
    const base = await start(t, { limit: 1, interval: 'hour', trustedProxies: 1 })
    assert.equal(await from(base, '203.0.113.7'), 200)
    assert.equal(await from(base, '6.6.6.6, 203.0.113.7'), 429)
    assert.equal(await from(base, '203.0.113.8'), 200)
    assert.equal(await from(base, '2001:db8:7:1201::1'), 200)
    assert.equal(await from(base, '2001:db8:7:12ff::2'), 429)
    const bare = await start(t, { limit: 1, interval: 'hour' })
    assert.deepEqual([await from(bare, '203.0.113.7'), await from(bare, '203.0.113.8')], [200, 429])
  })
}

test('a request may be let pass, cost more, and share its table', async (t) => {
  const limiter = new KeyedRateLimiter({ limit: 100, interval: 'minute', capacity: 100 })
  const options = { limiter, limit: 10, interval: 'hour', headers: false, key: ({ headers }) => headers['x-user'], cost: ({ url }) => (url === '/export' ? 8 : 1), skip: ({ url }) => url === '/health' }
  const base = await SERVERS.node(t, options)
  const ask = async (path, user) => (await fetch(base + path, { headers: { 'x-user': user } })).status
  assert.deepEqual([await ask('/export', 'a'), await ask('/export', 'a'), await ask('/export', 'b')], [200, 429, 200])
  assert.deepEqual([await ask('/a', 'a'), await ask('/a', 'a'), await ask('/a', 'a')], [200, 200, 429])
  assert.equal(await ask('/health', 'a'), 200)
  const denied = await fetch(`${base}/a`, { headers: { 'x-user': 'a' } })
  assert.deepEqual([denied.headers.has('ratelimit'), denied.headers.has('retry-after')], [false, true])
  assert.equal(limiter.occupied(), 2)
  assert.equal(await ask('/a', ''), 500)
})

test('where a policy limits nothing, nothing is told, in any form', async (t) => {
  const api = Api.fromJson(JSON.stringify({ name: 'mine', categories: [{ name: 'all', limits: [] }] }))
  const base = await SERVERS.node(t, { api, headers: ['x', 'draft-10'] })
  assert.deepEqual(Object.keys(told(await fetch(base))), [])
})

test('options are checked when the server starts', () => {
  const wrong = (options, message) => assert.throws(() => forExpress.rateLimit(options), { message })
  wrong({ limit: 5, interval: 'minute', windowMs: 3 }, /there is no option "windowMs": the options are limiter, limit, interval/)
  wrong({ api: Api.stackflow(), limit: 3 }, /there is no option "limit": the options are api, role/)
  wrong({ interval: 'minute' }, /"limit" must be a whole number/)
  wrong({ limit: 5, interval: 'minute', headers: 'draft-8' }, '"headers" must be false, or one or more of: x, draft-6, draft-7, draft-10, not \'draft-8\'')
  wrong({ limit: 5, interval: 'minute', key: 'ip' }, '"key" must be a function of the request, not \'ip\'')
  wrong({ limiter: {}, limit: 5, interval: 'minute' }, '"limiter" must be a KeyedRateLimiter, not an object')
  wrong({ api: 'stackflow' }, '"api" must be an Api, not \'stackflow\'')
  wrong(undefined, /"limit" must be/)
  wrong({ limit: 5, interval: 'minute', ipv6Prefix: 16 }, 'the prefix of IPv6 addresses must be from 32 to 128 bits')
  wrong({ limit: 5, interval: 'minute', trustedProxies: -1 }, /"trustedProxies" must be a whole number/)
})
