// What axios, got and ky do by themselves stays as it is: errors, streams, redirects, and giving up.

import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import axios from 'axios'
import got from 'got'
import ky from 'ky'
import { Api, outcomeOf } from 'tidegate'
import * as forAxios from 'tidegate/axios'
import * as forGot from 'tidegate/got'
import * as forKy from 'tidegate/ky'
import { serve } from './server.mjs'

const RETRY = { max_attempts: 3, statuses: [429, '500-599'], backoff: { kind: 'constant', initial: '10ms', jitter: 'none' }, server_jitter: '0s', max_server_delay: '5s' }
const api = (retry, limits = []) => Api.fromJson(JSON.stringify({ name: 'mine', categories: [{ name: 'all', limits }], retry: { ...RETRY, ...retry } }))
const ONE_A_DAY = [{ kind: 'token_bucket', limit: 1, per: '1d', burst: 1 }]

/** The answers in their turn; the last one again and again. */
const turns = (...answers) => (request, response, number) => {
  const [status, headers = {}, body = ''] = answers[Math.min(number, answers.length) - 1]
  request.resume()
  response.writeHead(status, headers).end(body)
}

test('axios: errors are its own, after the last attempt', async (t) => {
  const { base, seen } = await serve(t, turns([503, { 'content-type': 'application/json' }, '{"a":1}']))
  const events = []
  const client = axios.create({ baseURL: base, adapter: forAxios.withLimits(axios, api(), { onRetry: ({ attempt, status }) => events.push([attempt, status]) }) })
  const error = await client.get('/a').catch((error) => error)
  assert.ok(axios.isAxiosError(error))
  assert.deepEqual([error.code, error.response.status, error.response.data, seen.length], ['ERR_BAD_RESPONSE', 503, { a: 1 }, 3])
  assert.deepEqual([outcomeOf(error), events], [{ attempts: 3, reason: 'attempts_exhausted' }, [[1, 503], [2, 503]]])
  const lax = axios.create({ baseURL: base, adapter: forAxios.withLimits(axios, api()), validateStatus: () => true })
  const response = await lax.get('/a')
  assert.deepEqual([response.status, outcomeOf(response).attempts], [503, 3])
})

test('axios: a path below a base, parameters, and a body that is sent again', async (t) => {
  const { base, seen } = await serve(t, turns([500], [200, { 'content-type': 'application/json' }, '{"a":1}']))
  const bodies = []
  const client = axios.create({ baseURL: `${base}/v1`, adapter: forAxios.withLimits(axios, api(), { idempotencyKey: true, key: ({ url }) => new URL(url).pathname }) })
  client.interceptors.request.use((config) => (bodies.push(config.data), config))
  const { data, config } = await client.post('/things', { b: 2 }, { params: { q: 'x y' } })
  assert.deepEqual([data, seen.map(({ url }) => url)], [{ a: 1 }, ['/v1/things?q=x+y', '/v1/things?q=x+y']])
  assert.equal(seen[0].headers['idempotency-key'], seen[1].headers['idempotency-key'])
  assert.equal(config.signal, undefined, 'the config is that of the caller')
})

test('axios: streams both ways', async (t) => {
  const { base, seen } = await serve(t, turns([503], [200, {}, 'streamed']))
  const client = axios.create({ baseURL: base, adapter: forAxios.withLimits(axios, api()) })
  const error = await client.put('/a', Readable.from(['a'])).catch((error) => error)
  assert.deepEqual([error.response.status, outcomeOf(error).reason, seen.length], [503, 'body_consumed', 1])
  const { data } = await client.get('/a', { responseType: 'stream' })
  assert.equal(await text(data), 'streamed')
})

test('axios: an attempt that takes too long, a signal, and no server', async (t) => {
  const { base, seen } = await serve(t, () => {})
  const slow = axios.create({ baseURL: base, adapter: forAxios.withLimits(axios, api({ max_attempts: 2 }), { attemptTimeout: 50 }) })
  const error = await slow.get('/a').catch((error) => error)
  assert.deepEqual([error.name, error.code, error.message, outcomeOf(error).attempts, seen.length], ['AxiosError', 'ETIMEDOUT', 'no answer within 50 ms', 2, 2])
  const client = axios.create({ baseURL: base, adapter: forAxios.withLimits(axios, api()) })
  const controller = new AbortController()
  const aborted = client.get('/a', { signal: controller.signal }).catch((error) => error)
  while (seen.length < 3) await new Promise(setImmediate)
  controller.abort()
  assert.equal((await aborted).code, 'ERR_CANCELED')
  const own = await client.get('/a', { timeout: 30 }).catch((error) => error)
  assert.deepEqual([own.code, outcomeOf(own).attempts], ['ECONNABORTED', 3])
  const full = axios.create({ baseURL: base, adapter: forAxios.withLimits(axios, api({}, ONE_A_DAY), { timeout: 100 }) })
  await full.get('/a', { timeout: 20 }).catch(() => {})
  await assert.rejects(full.get('/a'), { name: 'RateLimitError', reason: 'deadline_too_close' })
  assert.throws(() => forAxios.withLimits({}, api()), { message: '"axios" must be axios 1.7 or newer, not an object' })
})

test('got: errors are its own, after the last attempt', async (t) => {
  const { base, seen } = await serve(t, turns([503, {}, 'busy']))
  const events = []
  const client = got.extend(forGot.limits(api(), { onRetry: ({ attempt, status, error }) => events.push([attempt, status, error.name]) }), { prefixUrl: base })
  const error = await client('a').catch((error) => error)
  assert.deepEqual([error.name, error.response.statusCode, error.response.body, seen.length], ['HTTPError', 503, 'busy', 3])
  assert.deepEqual(events, [[1, 503, 'HTTPError'], [2, 503, 'HTTPError']])
  const lax = await client('a', { throwHttpErrors: false })
  assert.deepEqual([lax.statusCode, lax.body], [503, 'busy'])
})

test('got: shortcuts, redirects, and a body that is sent again', async (t) => {
  const { base, seen } = await serve(t, turns([500], [302, { location: '/b' }], [200, {}, '{"a":1}']))
  const client = got.extend(forGot.limits(api(), { idempotencyKey: true }), { prefixUrl: base })
  assert.deepEqual(await client('a').json(), { a: 1 })
  assert.deepEqual(seen.splice(0).map(({ url }) => url), ['/a', '/a', '/b'])
  assert.deepEqual(await client.post('c', { json: { b: 2 } }).json(), { a: 1 })
  assert.match(seen[0].headers['idempotency-key'], /^[\da-f-]{36}$/)
})

test('got: what is cancelled gives back its place, and a stream waits for its turn', async (t) => {
  const { base, seen } = await serve(t, turns([200, {}, 'streamed']))
  const one = api({}, [{ kind: 'token_bucket', limit: 2, per: '1d', burst: 2 }])
  const client = got.extend(forGot.limits(one, { timeout: '2d' }), { prefixUrl: base })
  assert.equal(await client('a').text(), 'streamed')
  assert.equal(await text(client.stream('b')), 'streamed')
  const waiting = client('c')
  waiting.cancel()
  await assert.rejects(waiting, { name: 'CancelError' })
  const reason = new Error('enough')
  await assert.rejects(client('d', { signal: AbortSignal.abort(reason) }), { name: 'AbortError' })
  const hasty = got.extend(forGot.limits(one, { timeout: 100 }), { prefixUrl: base })
  const error = await hasty('e').catch((error) => error)
  assert.deepEqual([error.name, error.cause?.name, error.message], ['RequestError', 'RateLimitError', 'rate limited: nothing was sent, because of deadline_too_close'])
  assert.deepEqual(seen.map(({ url }) => url), ['/a', '/b'])
})

test('got: an attempt that takes too long, and no server', async (t) => {
  const { base, seen } = await serve(t, () => {})
  const slow = got.extend(forGot.limits(api({ max_attempts: 2, attempt_timeout: '50ms' })), { prefixUrl: base })
  const error = await slow('a').catch((error) => error)
  assert.deepEqual([error.name, error.event, seen.length], ['TimeoutError', 'response', 2])
})

test('ky: errors are its own, and its shortcuts work', async (t) => {
  const { base, seen } = await serve(t, turns([503], [503], [503, {}, 'busy'], [500], [200, {}, '{"a":1}']))
  const client = ky.create({ ...forKy.limits(api()), prefixUrl: base })
  const error = await client('a').catch((error) => error)
  assert.deepEqual([error.name, error.response.status, await error.response.text(), seen.length], ['HTTPError', 503, 'busy', 3])
  assert.deepEqual(await client.put('b', { json: { c: 3 } }).json(), { a: 1 })
  assert.equal(seen.length, 5)
  const waiting = ky.create({ ...forKy.limits(api({}, ONE_A_DAY), { timeout: '2d' }), prefixUrl: base })
  await waiting('a')
  const reason = new Error('enough')
  await assert.rejects(waiting('a', { signal: AbortSignal.abort(reason) }), (error) => error === reason)
})
