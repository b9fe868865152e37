// Api, Call and admit, on explicit clocks.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Api, Call, Hints, TidegateError } from 'tidegate'

const SECOND = 1_000_000_000n
const WALL = 1_716_134_437n * SECOND // 23 s before the minute ends
const at = (seconds) => ({ now: BigInt(seconds) * SECOND, wall: WALL + BigInt(seconds) * SECOND })

test('a call is sent, told to wait, sent again, and done', () => {
  const api = Api.stackflow({ seed: 7 })
  const call = api.call('GET', '/api/v1/incidents?page=2', { key: 'alice' })
  assert.ok(call instanceof Call)
  assert.deepEqual([call.category, call.attempts], ['read', 0])
  assert.deepEqual(call.next(at(0)), { kind: 'send' })
  assert.deepEqual(call.next(at(0)), { kind: 'pending' })
  call.answered(429, { 'Retry-After': '23' }, undefined, at(0))
  assert.deepEqual(call.next(at(1)), { kind: 'wait', delay: 22_000, delayNs: 22n * SECOND, untilNs: 23n * SECOND })
  assert.deepEqual(call.next(at(23)), { kind: 'send' })
  call.answered(200, new Headers(), '{}', at(23))
  assert.deepEqual(call.next(at(24)), { kind: 'done' })
  assert.equal(call.attempts, 2)
})

test('a 429 pauses every call of that limit', () => {
  const api = Api.stackflow({ seed: 7 })
  const [one, other] = [0, 1].map(() => api.call('GET', '/a', { key: 'alice' }))
  one.next(at(0))
  one.answered(429, new Hints({ 'Retry-After': '5' }), undefined, at(0))
  assert.equal(other.next(at(0)).delay, 5000)
  assert.equal(api.call('GET', '/a', { key: 'bob' }).next(at(0)).kind, 'send')
})

test('a wait longer than the policy obeys ends the call, uncut', () => {
  const call = Api.stackflow({ seed: 7 }).call('GET', '/a', { key: 'alice' })
  call.next(at(0))
  call.answered(503, { 'retry-after': '86400' }, undefined, at(0))
  assert.deepEqual(call.next(at(0)), {
    kind: 'giveUp', reason: 'server_delay_too_long', serverDelay: 86_400_000, serverDelayNs: 86_400n * SECOND,
  })
})

test('a reason without a server\'s wait has none', () => {
  const call = Api.velaflows({ seed: 7 }).call('POST', '/workflows', { key: 'token' })
  call.next(at(0))
  call.failed('read_timeout', at(0))
  assert.deepEqual(call.next(at(0)), { kind: 'giveUp', reason: 'not_idempotent' })
})

test('an idempotency key makes a POST repeatable', () => {
  for (const [idempotencyKey, kind] of [[true, 'wait'], ['7f3a', 'wait'], [false, 'giveUp'], ['', 'giveUp']]) {
    const call = Api.velaflows({ seed: 7 }).call('POST', '/workflows', { key: 'token', idempotencyKey })
    call.next(at(0))
    call.failed('reset', at(0))
    assert.equal(call.next(at(0)).kind, kind)
  }
})

test('a deadline ends a call before it sleeps for nothing', () => {
  const call = Api.stackflow({ seed: 7 }).call('GET', '/a', { key: 'alice', deadlineNs: 3n * SECOND })
  call.next(at(0))
  call.answered(503, {}, undefined, at(0))
  assert.equal(call.next(at(3)).kind, 'send')
  call.answered(429, { 'retry-after': 9 }, undefined, at(3))
  assert.deepEqual(call.next(at(3)), { kind: 'giveUp', reason: 'deadline_too_close', serverDelay: 9000, serverDelayNs: 9n * SECOND })
})

test('a timeout is a deadline by the clock of the host', () => {
  const api = Api.stackflow()
  assert.equal(api.call('GET', '/a', { key: 'alice', timeout: '1h' }).next().kind, 'send')
  const late = api.call('GET', '/a', { key: 'alice', timeout: 0, deadlineNs: 2n ** 64n - 1n })
  assert.equal(late.next({ now: 2n ** 63n }).reason, 'deadline_too_close')
})

test('expired credentials are told apart by status and code', () => {
  const call = Api.stackflow({ seed: 7 }).call('GET', '/a', { key: 'alice' })
  call.next(at(0))
  call.answered(401, {}, Buffer.from('{"error":"expired","code":"TOKEN_EXPIRED"}'), at(0))
  assert.equal(call.next(at(0)).reason, 'refresh_credentials')
})

test('a server admits, announces and denies', () => {
  const api = Api.stackflow({ seed: 7 })
  const admit = () => api.admit('POST', '/api/v1/incidents/bulk', { key: 'alice', ...at(0) })
  for (let left = 9; left >= 0; left -= 1) {
    const admission = admit()
    assert.deepEqual([admission.allowed, admission.remaining, admission.retryAfter], [true, left, 0])
    assert.deepEqual(admission.headers, [
      ['X-RateLimit-Limit', '10'], ['X-RateLimit-Remaining', `${left}`], ['X-RateLimit-Reset', '1716134460'], ['X-RateLimit-Window', '60'],
    ])
  }
  const denied = admit()
  assert.deepEqual([denied.allowed, denied.category, denied.limitedBy, denied.code], [false, 'bulk', 'category', 'RATE_LIMIT_EXCEEDED'])
  assert.deepEqual([denied.limit, denied.remaining, denied.reset, denied.window, denied.retryAfter], [10, 0, 1_716_134_460_000, 60_000, 23_000])
  assert.deepEqual([denied.resetNs, denied.windowNs, denied.retryAfterNs], [1_716_134_460n * SECOND, 60n * SECOND, 23n * SECOND])
  assert.deepEqual(denied.headers.at(-1), ['Retry-After', '23'])
  assert.equal(new Headers(denied.headers).get('retry-after'), '23')
  assert.deepEqual([denied.resetAfter, denied.resetAfterNs], [23_000, 23n * SECOND])
  assert.equal(denied.contentType, 'application/json')
  assert.equal(denied.body({ requestId: '7f3a' }), '{"error":"Per-user rate limit reached","code":"RATE_LIMIT_EXCEEDED","requestId":"7f3a","details":{}}')
  assert.equal(denied.body(), '{"error":"Per-user rate limit reached","code":"RATE_LIMIT_EXCEEDED","details":{}}')
  assert.throws(() => denied.body({ id: '7f3a' }), { code: 'ERR_INVALID_ARG_VALUE' })
  assert.throws(() => denied.body({ requestId: 5 }), { code: 'ERR_INVALID_ARG_TYPE' })
  const allowed = api.admit('GET', '/a', { key: 'alice', ...at(0) })
  assert.deepEqual([allowed.body(), allowed.contentType], [undefined, undefined])
})

test('a role multiplies the limit, and another window replaces the documented one', () => {
  const api = Api.stackflow({ window: '2s' })
  const admission = api.admit('GET', '/a', { key: 'robot', role: 'service_account' })
  assert.deepEqual([admission.limit, admission.window], [3000, 2000])
})

test('keys beyond those that are told apart share one place', () => {
  const api = Api.velaflows()
  for (let i = 0; i < 63; i += 1) api.admit('GET', '/a', { key: `user ${i}`, ...at(0) })
  assert.equal(api.overflowed, 0)
  api.admit('GET', '/a', { key: 'late', ...at(0) })
  assert.equal(api.admit('GET', '/a', { key: 'later', ...at(0) }).remaining, 298)
  assert.equal(api.overflowed, 2)
})

test('reports out of order change nothing', () => {
  const call = Api.stackflow({ seed: 7 }).call('GET', '/a', { key: 'alice' })
  assert.throws(() => call.failed('reset', at(0)), { code: 'OutOfOrder' })
  call.next(at(0))
  assert.throws(() => call.answered(600, {}, undefined, at(0)), (error) => error instanceof TidegateError && error.code === 'StatusOutOfRange')
  assert.equal(call.next(at(0)).kind, 'pending')
})

test('a call keeps its Api alive', () => {
  const calls = Array.from({ length: 50 }, () => Api.stackflow({ seed: 1 }).call('GET', '/a', { key: 'alice' }))
  for (const call of calls) assert.equal(call.next(at(0)).kind, 'send')
})
