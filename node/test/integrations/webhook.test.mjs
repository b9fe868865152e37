// Webhooks on real servers, signed by the library of Standard Webhooks, and as Stripe signs.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { request as send } from 'node:http'
import { test } from 'node:test'
import { serve as serveHono } from '@hono/node-server'
import express from 'express'
import { Hono } from 'hono'
import { Webhook } from 'standardwebhooks'
import { WebhookReceiver } from 'tidegate/webhook'
import { serve } from './server.mjs'

const SECRET = 'whsec_plJ3nmyCDGBKInavdOK15jsl'
const BODY = '{"event_type":"ping"}'
const SECOND = 1_000_000_000n

/** The headers of Standard Webhooks, by their own library. */
function signed(id, body = BODY, { secret = SECRET, at = Date.now() } = {}) {
  const when = new Date(at)
  return { 'webhook-id': id, 'webhook-timestamp': `${Math.floor(at / 1000)}`, 'webhook-signature': new Webhook(secret).sign(id, when, body), 'content-type': 'application/json' }
}

/** The header `t=…,v1=…`. */
function stamped(body = BODY, { secret = 'secret', at = Date.now() } = {}) {
  const time = Math.floor(at / 1000)
  return { 'stripe-signature': `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')},v0=other` }
}

const post = async (base, headers, body = BODY) => (await fetch(base, { method: 'POST', headers, body })).status

const SERVERS = {
  node: async (t, receiver) => (await serve(t, (request, response) => receiver.node(request, response))).base,
  async express(t, receiver) {
    const app = express()
    app.post('/', receiver.node)
    app.use((error, _, response, next) => (error ? response.status(500).end() : next()))
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    return `http://127.0.0.1:${server.address().port}`
  },
  async hono(t, receiver) {
    const app = new Hono().post('/', (context) => receiver.fetch(context.req.raw))
    const server = serveHono({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
    if (!server.listening) await once(server, 'listening')
    t.after(() => server.close())
    return `http://127.0.0.1:${server.address().port}`
  },
}

for (const [name, start] of Object.entries(SERVERS)) {
  test(`${name}: what is signed comes in, once, and again when it has failed`, async (t) => {
    const events = []
    let fails = true
    const base = await start(t, new WebhookReceiver({
      secret: ['whsec_b2xk', SECRET],
      onEvent(event, { id, time, body }) {
        events.push([event.event_type, id, body, typeof time])
        if (event.event_type === 'fails' && fails) throw new Error('not now')
      },
    }))
    const headers = signed('msg_1')
    assert.deepEqual([await post(base, headers), await post(base, headers), await post(base, signed('msg_2'))], [204, 204, 204])
    assert.deepEqual(events.splice(0), [['ping', 'msg_1', BODY, 'number'], ['ping', 'msg_2', BODY, 'number']])
    const bad = '{"event_type":"fails"}'
    assert.equal(await post(base, signed('msg_3', bad), bad), 500)
    fails = false
    assert.deepEqual([await post(base, signed('msg_3', bad), bad), await post(base, signed('msg_3', bad), bad)], [204, 204])
    assert.equal(events.length, 2)
  })

  test(`${name}: what is not signed, or not now, or too long, does not`, async (t) => {
    const events = []
    const base = await start(t, new WebhookReceiver({ secret: SECRET, maxBody: 1000, onEvent: (event) => events.push(event) }))
    const old = Date.now() - 400_000
    assert.equal(await post(base, signed('msg_1'), '{"event_type":"pong"}'), 401)
    assert.equal(await post(base, signed('msg_1', BODY, { secret: 'whsec_b3RoZXI=' })), 401)
    assert.equal(await post(base, { ...signed('msg_1'), 'webhook-id': 'msg_2' }), 401)
    assert.equal(await post(base, signed('msg_1', BODY, { at: old })), 400)
    assert.equal(await post(base, signed('msg_1', BODY, { at: Date.now() + 400_000 })), 400)
    assert.equal(await post(base, {}), 400)
    assert.equal(await post(base, { ...signed('msg_1'), 'webhook-signature': 'v1,short' }), 400)
    const long = JSON.stringify({ a: 'b'.repeat(1000) })
    assert.equal(await post(base, signed('msg_1', long), long), 413)
    if (name === 'node') assert.equal((await fetch(base)).status, 405)
    assert.deepEqual(events, [])
  })
}

test('the scheme of one header, with the id of the event', async (t) => {
  const events = []
  const receiver = new WebhookReceiver({ secret: 'secret', scheme: 'timestamped', header: 'Stripe-Signature', tolerance: '1m', id: ({ id }) => id, onEvent: ({ id }) => events.push(id) })
  const { base } = await serve(t, receiver.node)
  const body = '{"id":"evt_1"}'
  assert.deepEqual([await post(base, stamped(body), body), await post(base, stamped(body, { at: Date.now() - 5000 }), body)], [204, 204])
  assert.deepEqual(events, ['evt_1'])
  assert.equal(await post(base, stamped(body, { at: Date.now() - 120_000 }), body), 400)
  assert.equal(await post(base, stamped(body, { secret: 'other' }), body), 401)
  // Without an id a copy is known by its signature.
  const plain = new WebhookReceiver({ secret: 'secret', scheme: 'timestamped', header: 'stripe-signature', onEvent: () => events.push('plain') })
  const other = await serve(t, plain.node)
  const headers = stamped('text')
  assert.deepEqual([await post(other.base, headers, 'text'), await post(other.base, headers, 'text')], [204, 204])
  assert.deepEqual(events, ['evt_1', 'plain'])
})

test('a copy of what is being handled is told to come later', async (t) => {
  let finish
  const receiver = new WebhookReceiver({ secret: SECRET, onEvent: () => new Promise((resolve) => { finish = resolve }) })
  const { base } = await serve(t, receiver.node)
  const headers = signed('msg_1')
  const first = post(base, headers)
  while (finish === undefined) await new Promise(setImmediate)
  assert.equal(await post(base, headers), 409)
  finish()
  assert.deepEqual([await first, await post(base, headers)], [204, 204])
})

test('a message by itself, at a time of the tests', () => {
  const receiver = new WebhookReceiver({ secret: SECRET })
  const time = 1_731_705_121
  const headers = signed('msg_loFOjxBNrRLzqYUf', BODY, { at: time * 1000 })
  const at = (seconds) => ({ wall: BigInt(seconds) * SECOND })
  assert.deepEqual(receiver.verify(headers, BODY, at(time + 300)), { id: 'msg_loFOjxBNrRLzqYUf', time: time * 1000 })
  assert.deepEqual(receiver.verify(new Headers(headers), Buffer.from(BODY), at(time - 300)).id, 'msg_loFOjxBNrRLzqYUf')
  assert.throws(() => receiver.verify(headers, BODY, { wall: BigInt(time + 300) * SECOND + 1n }), { code: 'SignatureOutOfWindow' })
  assert.throws(() => receiver.verify(headers, `${BODY} `, at(time)), { code: 'SignatureWrong' })
  assert.throws(() => receiver.verify({}, BODY, at(time)), { code: 'SignatureMalformed' })
  assert.throws(() => receiver.verify(undefined, BODY), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('a body that was parsed before is said', async (t) => {
  const receiver = new WebhookReceiver({ secret: SECRET, onEvent: () => {} })
  const app = express()
  app.post('/parsed', express.json(), receiver.node)
  app.post('/raw', express.raw({ type: '*/*' }), receiver.node)
  app.use((error, _, response, next) => (error ? response.status(500).send(error.code) : next()))
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const base = `http://127.0.0.1:${server.address().port}`
  const parsed = await fetch(`${base}/parsed`, { method: 'POST', headers: signed('msg_1'), body: BODY })
  assert.deepEqual([parsed.status, await parsed.text()], [500, 'ERR_WEBHOOK_PARSED'])
  assert.equal(await post(`${base}/raw`, signed('msg_1')), 204)
})

test('a sender that never ends its body is cut off at the bound', async (t) => {
  const { base } = await serve(t, new WebhookReceiver({ secret: SECRET, maxBody: 1000 }).node)
  const { port } = new URL(base)
  const request = send({ port, method: 'POST', headers: { ...signed('msg_1'), 'transfer-encoding': 'chunked' } })
  request.on('error', () => {})
  request.write('a'.repeat(2000))
  const [response] = await once(request, 'response')
  assert.equal(response.statusCode, 413)
  request.destroy()
})

test('wrong uses are told', () => {
  for (const [options, code] of [
    [{}, 'ERR_INVALID_ARG_TYPE'],
    [{ secret: '' }, 'ERR_OUT_OF_RANGE'],
    [{ secret: [] }, 'ERR_OUT_OF_RANGE'],
    [{ secret: 'whsec_' }, 'ERR_OUT_OF_RANGE'],
    [{ secret: SECRET, scheme: 'other' }, 'ERR_OUT_OF_RANGE'],
    [{ secret: 'a', scheme: 'timestamped' }, 'ERR_INVALID_ARG_TYPE'],
    [{ secret: SECRET, header: 'x' }, 'ERR_INVALID_ARG_TYPE'],
    [{ secret: SECRET, onEvent: 5 }, 'ERR_INVALID_ARG_TYPE'],
    [{ secret: SECRET, tolerance: '400d' }, 'PeriodOutOfRange'],
    [{ secret: SECRET, secrets: [] }, 'ERR_INVALID_ARG_VALUE'],
  ]) assert.throws(() => new WebhookReceiver(options), { code })
})
