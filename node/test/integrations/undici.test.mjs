// The interceptors, in the two major versions of undici that run on Node 20.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Api, RateLimiter } from 'tidegate'
import { cache, limits } from 'tidegate/undici'
import * as undici7 from 'undici'
import * as undici6 from 'undici6'
import { emulate, headers, judged } from './emulator.mjs'
import { serve } from './server.mjs'

for (const [name, { Agent, interceptors, fetch, request }] of [['undici7', undici7], ['undici6', undici6]]) {
  const retry = () => interceptors.retry({ maxRetries: 6, minTimeout: 100, methods: ['GET', 'POST'], errorCodes: ['ECONNRESET', 'UND_ERR_SOCKET'] })

  test(`${name}: request, faults`, (t) => judged(t, name, 'velaflows', true, (base, api) => {
    const dispatcher = new Agent().compose(limits(api, { key: 'alice' }), retry())
    return async ({ method, path, body }, number) => {
      const key = { 'idempotency-key': `${name}-${number}` }
      const response = await request(base + path, { dispatcher, method, body, headers: headers(name, number, key) })
      await response.body.dump()
      return response.statusCode
    }
  }))

  test(`${name}: fetch, the whole quota`, (t) => judged(t, name, 'stackflow', false, (base, api) => {
    const dispatcher = new Agent().compose(limits(api, { key: 'alice' }))
    return async ({ method, path, body }, number) => {
      const response = await fetch(base + path, { dispatcher, method, body, headers: headers(name, number) })
      await response.text()
      return response.status
    }
  }))

  test(`${name}: a limiter spaces requests`, async (t) => {
    const times = []
    const { base } = await serve(t, (_, response) => {
      times.push(performance.now())
      response.end()
    })
    const limiter = new RateLimiter({ limit: 10, interval: 'second', burst: 1 })
    const dispatcher = new Agent().compose(limits(limiter))
    const from = performance.now()
    await Promise.all(Array.from({ length: 4 }, async () => (await request(base, { dispatcher })).body.dump()))
    // Nobody is early, however slow the machine is.
    times.forEach((time, index) => assert.ok(time - from >= index * 100, `${index}: ${time - from}`))
    assert.equal(times.length, 4)
  })

  test(`${name}: a signal ends a wait, and what may not be sent fails`, async (t) => {
    const { base, seen } = await serve(t, (_, response) => response.writeHead(429, { 'Retry-After': '60' }).end())
    const api = Api.stackflow()
    const dispatcher = new Agent().compose(limits(api, { timeout: '5s' }))
    assert.equal((await request(base, { dispatcher })).statusCode, 429)
    await assert.rejects(request(base, { dispatcher }), { name: 'RateLimitError', reason: 'deadline_too_close' })
    await assert.rejects(fetch(base, { dispatcher }), (error) => error.cause.reason === 'deadline_too_close')
    const patient = new Agent().compose(limits(api))
    const reason = new Error('enough')
    const controller = new AbortController()
    const waiting = request(base, { dispatcher: patient, signal: controller.signal })
    setImmediate(() => controller.abort(reason))
    await assert.rejects(waiting, reason)
    assert.equal(seen.length, 1)
  })
}

test('the cache of undici keeps what the policy lets it, for who asked, and sends equal requests once', async (t) => {
  const emulator = await emulate(t, 'velaflows')
  const api = Api.velaflows()
  const dispatcher = new undici7.Agent().compose(limits(api, { key: ({ headers }) => headers.get('authorization') }), ...cache(undici7.interceptors, api))
  const get = async (path, who, client) => {
    const response = await undici7.request(emulator.base + path, { dispatcher, headers: { authorization: `Bearer ${who}`, 'x-client': client } })
    return response.body.json()
  }
  const path = '/api/v1/inbox/conversations/conv-1'
  const answers = await Promise.all(Array.from({ length: 5 }, () => get(path, 'alice', 'cached')))
  answers.push(await get(path, 'alice', 'cached'))
  for (const answer of answers) assert.equal(answer.data.id, 'conv-1')
  assert.equal((await emulator.verdict('cached')).requests, 1)
  await get(path, 'bob', 'cached')
  assert.equal((await emulator.verdict('cached', 'bob')).requests, 1, 'another caller has answers of its own')
})

test('what is no limiter or no undici is told so', () => {
  assert.throws(() => limits({}), { code: 'ERR_INVALID_ARG_TYPE', message: '"limiter" must be an Api or a limiter with acquire(), not an object' })
  assert.throws(() => limits(Api.stackflow(), { retries: 3 }), { message: 'there is no option "retries": the options are key, role, tokens, timeout' })
  assert.throws(() => cache(undici6.interceptors, Api.stackflow()), { code: 'ERR_INVALID_ARG_TYPE' })
})
