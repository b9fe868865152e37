// `withLimits`: a fetch that tries again, against a real server that answers as it is told.

import assert from 'node:assert/strict'
import { getEventListeners, once } from 'node:events'
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { Api, ApiError, outcomeOf, withLimits } from 'tidegate'

const RETRY = { max_attempts: 3, statuses: [429, '500-599'], backoff: { kind: 'constant', initial: '10ms', jitter: 'none' }, server_jitter: '0s', max_server_delay: '5s' }
const api = (retry, more) => Api.fromJson(JSON.stringify({ name: 'mine', categories: [{ name: 'all', limits: [] }], retry: { ...RETRY, ...retry }, ...more }))

/** A server that gives the first request the first answer, and so on; the last one again and again. */
async function serve(t, ...answers) {
  const seen = []
  const server = createServer(async (request, response) => {
    const answer = answers[Math.min(seen.length, answers.length - 1)]
    seen.push({ method: request.method, url: request.url, headers: request.headers, at: performance.now() })
    seen.at(-1).body = await text(request)
    if (typeof answer === 'function') return answer(request, response)
    const [status, headers = {}, body = ''] = answer
    response.writeHead(status, headers).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => new Promise((resolve) => {
    server.close(resolve)
    server.closeAllConnections()
  }))
  return { base: `http://127.0.0.1:${server.address().port}`, seen }
}

test('an answer is what fetch gave, and its body comes as it is sent', async (t) => {
  let finish
  const { base } = await serve(t, (_, response) => {
    response.write('first')
    finish = () => response.end(' second')
  })
  let given
  const limited = withLimits(async (...request) => (given = await fetch(...request)), api())
  const response = await limited(base)
  assert.equal(response, given)
  const reader = response.body.getReader()
  assert.equal(Buffer.from((await reader.read()).value).toString(), 'first')
  finish()
  assert.equal(Buffer.from((await reader.read()).value).toString(), ' second')
  assert.deepEqual(outcomeOf(response), { attempts: 1 })
  assert.equal(outcomeOf({}), undefined)
  assert.equal(outcomeOf(undefined), undefined)
})

test('what a server orders to wait is waited, and every body is sent again', async (t) => {
  const form = new FormData()
  form.set('a', 'b')
  const bodies = [undefined, null, 'text', new URLSearchParams({ a: 'b' }), Buffer.from('bytes'), new Uint8Array([97]).buffer, new Blob(['blob'])]
  for (const body of bodies) {
    const { base, seen } = await serve(t, [503], [200])
    const response = await withLimits(fetch, api(), { idempotencyKey: true })(base, { method: body == null ? 'GET' : 'POST', body })
    assert.deepEqual([response.status, seen.length, outcomeOf(response)], [200, 2, { attempts: 2 }])
    assert.deepEqual([seen[0].body, seen[0].headers], [seen[1].body, seen[1].headers])
    assert.equal(seen[0].body.length > 0, body != null)
  }
  const { base, seen } = await serve(t, [429, { 'Retry-After': '1' }], [200])
  const response = await withLimits(fetch, api())(new URL(base), { method: 'POST', body: form })
  assert.deepEqual([response.status, seen.length], [200, 2])
  assert.ok(seen[1].at - seen[0].at >= 1000)
  for (const { body } of seen) assert.match(body, /name="a"\r\n\r\nb\r\n/)
})

test('a Request is sent again with its body, its headers and its method', async (t) => {
  const { base, seen } = await serve(t, [500], [500], [201])
  const request = new Request(base, { method: 'PUT', body: '{"a":1}', headers: { 'content-type': 'application/json', 'x-a': 'b' } })
  assert.equal((await withLimits(fetch, api())(request)).status, 201)
  assert.equal(seen.length, 3)
  for (const { method, headers, body } of seen) assert.deepEqual([method, headers['x-a'], headers['content-type'], body], ['PUT', 'b', 'application/json', '{"a":1}'])
})

test('a stream is sent once, and that is said', async (t) => {
  for (const stream of [() => Readable.from(['a']), () => new Blob(['a']).stream(), async function* () { yield Buffer.from('a') }]) {
    const { base, seen } = await serve(t, [503, {}, 'busy'], [200])
    const response = await withLimits(fetch, api())(base, { method: 'PUT', body: stream(), duplex: 'half' })
    assert.deepEqual([response.status, await response.text(), outcomeOf(response), seen.length], [503, 'busy', { attempts: 1, reason: 'body_consumed' }, 1])
  }
})

test('the last answer has its whole body, and the reason', async (t) => {
  const long = `{"error":{"code":"X"},"a":"${'b'.repeat(100_000)}"}`
  const cases = [[400, {}, {}, 'not_retryable', 1], [503, {}, {}, 'attempts_exhausted', 3], [503, { 'Retry-After': '60' }, {}, 'server_delay_too_long', 1], [503, { 'Retry-After': '2' }, { timeout: '1s' }, 'deadline_too_close', 1]]
  for (const [status, headers, options, reason, attempts] of cases) {
    const { base, seen } = await serve(t, [status, headers, long])
    const response = await withLimits(fetch, api(), options)(base)
    const { serverDelay, ...outcome } = outcomeOf(response)
    assert.deepEqual([response.status, outcome.attempts, outcome.reason, seen.length], [status, attempts, reason, attempts])
    assert.equal(await response.text(), long)
    assert.equal(serverDelay, headers['Retry-After'] && Number(headers['Retry-After']) * 1000)
  }
  for (const status of [204, 304]) {
    const { base } = await serve(t, [status])
    assert.equal((await withLimits(fetch, api())(base)).status, status)
  }
  const { base } = await serve(t, [503])
  assert.equal((await withLimits(fetch, api())(base, { method: 'HEAD' })).status, 503)
})

test('a redirect is left to fetch, and is one request', async (t) => {
  const { base, seen } = await serve(t, [302, { location: '/b' }], [200, {}, 'b'])
  const response = await withLimits(fetch, api())(`${base}/a`)
  assert.deepEqual([response.url, response.redirected, outcomeOf(response).attempts], [`${base}/b`, true, 1])
  assert.deepEqual(seen.map(({ url }) => url), ['/a', '/b'])
})

test('the last error is the one of fetch', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${server.address().port}/a`
  server.close()
  const events = []
  const limited = withLimits(fetch, api(), { onRetry: (event) => events.push(event) })
  const error = await limited(url).catch((error) => error)
  assert.deepEqual([error.name, error.message, error.cause.code], ['TypeError', 'fetch failed', 'ECONNREFUSED'])
  assert.deepEqual(outcomeOf(error), { attempts: 3, reason: 'attempts_exhausted' })
  assert.deepEqual(events.map(({ method, url, attempt, error }) => [method, url, attempt, error.cause.code]), [
    ['GET', url, 1, 'ECONNREFUSED'],
    ['GET', url, 2, 'ECONNREFUSED'],
  ])
  // Less where the machine was slow to ask.
  for (const { delay } of events) assert.ok(Number.isInteger(delay) && delay >= 0 && delay <= 10)
  const ended = await withLimits(fetch, api(), { onRetry: () => { throw new Error('enough') } })(url).catch((error) => error)
  assert.equal(ended.message, 'enough')
})

test('what may have been done is not done again, unless a key makes it once', async (t) => {
  const drop = (request) => request.socket.destroy()
  const { base, seen } = await serve(t, drop, [200])
  const error = await withLimits(fetch, api())(base, { method: 'POST', body: 'a' }).catch((error) => error)
  assert.deepEqual([outcomeOf(error).reason, seen.length], ['not_idempotent', 1])

  for (const [options, headers, key] of [[{ idempotencyKey: true }, {}, /^[\da-f-]{36}$/], [{ idempotencyKey: ({ url }) => `key of ${new URL(url).pathname}` }, {}, /^key of \/a$/], [{ idempotencyKey: true }, { 'Idempotency-Key': 'mine' }, /^mine$/], [{}, { 'Idempotency-Key': 'mine' }, /^mine$/]]) {
    const { base, seen } = await serve(t, drop, [200])
    assert.equal((await withLimits(fetch, api(), options)(`${base}/a`, { method: 'POST', body: 'a', headers })).status, 200)
    const [first, second] = seen.map(({ headers }) => headers['idempotency-key'])
    assert.match(first, key)
    assert.equal(first, second)
  }
  const { base: other, seen: safe } = await serve(t, [200])
  await withLimits(fetch, api(), { idempotencyKey: true })(other, { method: 'DELETE' })
  assert.equal(safe[0].headers['idempotency-key'], undefined)
})

test('an attempt that takes too long is cut off, and its body afterwards is not', async (t) => {
  const { base, seen } = await serve(t, () => {}, (_, response) => {
    response.write('a')
    setTimeout(() => response.end('b'), 1500)
  })
  for (const limited of [withLimits(fetch, api(), { attemptTimeout: '1s' }), withLimits(fetch, api({ attempt_timeout: '1s' }))]) {
    seen.length = 0
    const response = await limited(base)
    assert.deepEqual([outcomeOf(response), seen.length], [{ attempts: 2 }, 2])
    assert.equal(await response.text(), 'ab')
  }
  const silent = await serve(t, () => {})
  const error = await withLimits(fetch, api({ max_attempts: 1 }), { attemptTimeout: 50 })(silent.base).catch((error) => error)
  assert.deepEqual([error.name, error.message, outcomeOf(error).reason], ['TimeoutError', 'no answer within 50 ms', 'attempts_exhausted'])
})

test('a signal ends a send and a wait with its reason, and is left without listeners', async (t) => {
  const reason = new Error('enough')
  const { base, seen } = await serve(t, (request) => request.socket.on('data', () => {}), [429, { 'Retry-After': '4' }])
  const limited = withLimits(fetch, api())
  for (const [name, when] of [['send', () => seen.length === 1], ['wait', () => seen.length === 2]]) {
    const controller = new AbortController()
    const result = assert.rejects(limited(base, { signal: controller.signal }), (error) => error === reason, name)
    while (!when()) await new Promise(setImmediate)
    // The answer of the second one has to arrive first.
    if (name === 'wait') while (getEventListeners(controller.signal, 'abort').length === 0) await new Promise(setImmediate)
    controller.abort(reason)
    await result
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0, name)
  }
  await assert.rejects(limited(base, { signal: AbortSignal.abort(reason) }), (error) => error === reason)
  await assert.rejects(limited(new Request(base, { signal: AbortSignal.abort(reason) })), (error) => error === reason)
})

test('an aborted call gives back its place', async (t) => {
  const { base } = await serve(t, [200])
  const one = api({}, { categories: [{ name: 'all', limits: [{ kind: 'token_bucket', limit: 1, per: '1d', burst: 1 }] }] })
  const limited = withLimits(fetch, one, { timeout: '2d' })
  assert.equal((await limited(base)).status, 200)
  await assert.rejects(limited(base, { signal: AbortSignal.timeout(20) }), { name: 'TimeoutError' })
  await assert.rejects(withLimits(fetch, one, { timeout: '1s' })(base), { name: 'RateLimitError', code: 'ERR_RATE_LIMITED', reason: 'deadline_too_close', message: 'rate limited: nothing was sent, because of deadline_too_close' })
  const small = api({}, { categories: [{ name: 'all', limits: [{ kind: 'token_bucket', limit: 9, per: '1d', burst: 9, unit: 'tokens' }] }] })
  await assert.rejects(withLimits(fetch, small, { tokens: ({ body }) => body.length })(base, { method: 'POST', body: 'more than nine' }), { reason: 'too_large' })
})

test('with `throws` an answer of 400 and above is an ApiError', async (t) => {
  const body = { error: 'must be one of P1, P2', code: 'VALIDATION_ERROR', requestId: '7f3a', details: { field: 'priority', issue: 'must be one of P1, P2' } }
  const { base } = await serve(t, [400, {}, JSON.stringify(body)])
  const error = await withLimits(fetch, Api.stackflow(), { throws: true })(base).catch((error) => error)
  assert.ok(error instanceof ApiError && error instanceof Error)
  assert.deepEqual([error.name, error.status, error.code, error.message, error.requestId, error.reason, error.response.status], ['ApiError', 400, 'VALIDATION_ERROR', 'must be one of P1, P2', '7f3a', 'not_retryable', 400])
  assert.deepEqual(error.details, [{ path: 'priority', issue: 'must be one of P1, P2' }])
  const { base: late } = await serve(t, [429, { 'Retry-After': '90' }, '<html>'])
  const told = await withLimits(fetch, api(), { throws: true })(late).catch((error) => error)
  assert.deepEqual([told.status, told.message, told.reason, told.retryAfter, told.code, told.details], [429, 'the API answered 429', 'server_delay_too_long', 90_000, undefined, []])
  const { base: fine } = await serve(t, [200])
  assert.equal((await withLimits(fetch, api(), { throws: true })(fine)).status, 200)
})

test('wrong uses are told', async () => {
  const limited = withLimits(fetch, api())
  for (const [use, code, message] of [
    [() => withLimits(undefined, api()), 'ERR_INVALID_ARG_TYPE', '"fetch" must be a function like fetch, not undefined'],
    [() => withLimits(fetch, 'stackflow'), 'ERR_INVALID_ARG_TYPE', '"api" must be an Api, not \'stackflow\''],
    [() => withLimits(fetch, api(), { retries: 3 }), 'ERR_INVALID_ARG_VALUE', 'there is no option "retries": the options are key, role, tokens, timeout, attemptTimeout, idempotencyKey, onRetry, throws'],
    [() => withLimits(fetch, api(), { key: 5 }), 'ERR_INVALID_ARG_TYPE', '"key" must be a string or a function, not 5'],
    [() => withLimits(fetch, api(), { throws: 1 }), 'ERR_INVALID_ARG_TYPE', '"throws" must be true or false, not 1'],
    [() => withLimits(fetch, api(), { onRetry: true }), 'ERR_INVALID_ARG_TYPE', '"onRetry" must be a function, not true'],
    [() => withLimits(fetch, api(), { attemptTimeout: 'soon' }), 'ERR_OUT_OF_RANGE', /"attemptTimeout" must be milliseconds/],
    [() => new ApiError({ status: '400' }), 'ERR_INVALID_ARG_TYPE', '"status" must be a whole number, not \'400\''],
  ]) assert.throws(use, { code, message })
  for (const [use, code] of [
    [() => limited('here'), 'ERR_INVALID_URL'],
    [() => limited('http://localhost', { method: 'BREW' }), 'UnknownMethod'],
    [() => limited('http://localhost', { signal: {} }), 'ERR_INVALID_ARG_TYPE'],
    [() => withLimits(fetch, api(), { key: () => '' })('http://localhost'), 'KeyEmpty'],
    [() => withLimits(fetch, api(), { role: 'king' })('http://localhost'), 'UnknownRole'],
    [() => withLimits(fetch, api(), { key: () => undefined })('http://localhost'), 'ERR_INVALID_ARG_TYPE'],
    [() => ApiError.from({}), 'ERR_INVALID_ARG_TYPE'],
  ]) await assert.rejects(use, { code })
})

test('a second send goes beside a slow first one, and the first good answer wins', async (t) => {
  const hedging = (most) => api({ attempt_timeout: '30s' }, { hedge: { after: '50ms', most } })
  const closed = []
  const { base, seen } = await serve(t, (request) => request.socket.on('close', () => closed.push('first')), [200, {}, 'second'])
  const response = await withLimits(fetch, hedging(1))(base)
  assert.deepEqual([await response.text(), seen.length, outcomeOf(response)], ['second', 2, { attempts: 1 }])
  while (closed.length === 0) await new Promise(setImmediate)

  // All are bad: what the first came to counts, and is tried again.
  let held
  const bad = await serve(t, (_, response) => { held = response }, (_, response) => {
    response.writeHead(503).end('twin')
    setImmediate(() => held.writeHead(503).end('first'))
  }, [200, {}, 'again'])
  const again = await withLimits(fetch, hedging(1))(bad.base)
  assert.deepEqual([await again.text(), outcomeOf(again)], ['again', { attempts: 2 }])
  // Quick answers, unsafe methods and streams have no second send.
  const quick = await serve(t, [200])
  await withLimits(fetch, hedging(1))(quick.base)
  assert.equal(quick.seen.length, 1)
  const reason = new Error('enough')
  const never = await serve(t, () => {})
  const controller = new AbortController()
  const aborted = assert.rejects(withLimits(fetch, hedging(2))(never.base, { signal: controller.signal }), (error) => error === reason)
  while (never.seen.length < 3) await new Promise((resolve) => setTimeout(resolve, 5))
  controller.abort(reason)
  await aborted
})
