// Retry-After, the headers about limits, and error bodies.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hints, parseRetryAfter, scanErrorBody } from 'tidegate'

test('Retry-After is seconds or a date in any of the three forms', () => {
  assert.deepEqual(parseRetryAfter(' 23 '), { delay: 23_000, delayNs: 23_000_000_000n })
  const date = { date: 784_111_777_000, dateNs: 784_111_777_000_000_000n }
  for (const form of ['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994']) {
    assert.deepEqual(parseRetryAfter(form), date)
  }
})

test('a year of two digits is read as seen from the wall clock that is given', () => {
  const value = 'Sunday, 06-Nov-94 08:49:37 GMT'
  const wall = BigInt(Date.UTC(2060, 0)) * 1_000_000n
  assert.equal(new Date(parseRetryAfter(value, { wall }).date).getUTCFullYear(), 2094)
})

test('what is no Retry-After is nothing', () => {
  for (const garbage of [undefined, null, '', '-1', '2.5', '1e3', '0x10', 'soon', '٣', 'x'.repeat(10_000)]) {
    assert.equal(parseRetryAfter(garbage), undefined)
  }
  assert.equal(parseRetryAfter('9'.repeat(10_000)).delayNs, 2n ** 64n - 1n)
})

test('headers come in every form that libraries use', () => {
  const forms = [
    new Headers({ 'X-RateLimit-Remaining': '287', 'Retry-After': '5' }),
    { 'x-ratelimit-remaining': '287', 'retry-after': 5, 'set-cookie': ['a', 'b'], missing: undefined },
    [['X-RATELIMIT-REMAINING', '287'], ['Retry-After', '5']],
    new Map([['X-RateLimit-Remaining', 287], ['Retry-After', '5']]),
    (function* pairs() {
      yield ['X-RateLimit-Remaining', '287']
      yield ['Retry-After', '5']
    })(),
  ]
  for (const form of forms) {
    const hints = new Hints(form)
    assert.equal(hints.remaining, 287)
    assert.deepEqual(hints.retryAfter, { delay: 5000, delayNs: 5_000_000_000n })
  }
})

test('every header is read, and what was not said is undefined', () => {
  const hints = new Hints({
    'X-RateLimit-Limit': '18446744073709551615',
    'X-RateLimit-Reset': '1716134460',
    'X-RateLimit-Window': '60',
    Date: 'Sun, 19 May 2024 16:00:37 GMT',
  })
  assert.deepEqual([hints.limit, hints.limitExact], [2 ** 64, 2n ** 64n - 1n])
  assert.deepEqual([hints.reset, hints.resetNs], [1_716_134_460_000, 1_716_134_460_000_000_000n])
  assert.deepEqual([hints.window, hints.windowNs], [60_000, 60_000_000_000n])
  assert.deepEqual([hints.date, hints.dateNs], [1_716_134_437_000, 1_716_134_437_000_000_000n])
  assert.deepEqual([hints.remaining, hints.remainingExact, hints.retryAfter, hints.invalid], [undefined, undefined, undefined, 0])
})

test('garbage is counted and replaces nothing', () => {
  const hints = new Hints()
  assert.equal(hints.header('X-RateLimit-Remaining', 12), 'read')
  assert.equal(hints.header('x-ratelimit-remaining', '-1'), 'invalid')
  assert.equal(hints.header('Content-Type', 'text/plain'), 'unknown')
  assert.deepEqual([hints.remaining, hints.invalid], [12, 1])
})

test('both envelopes of errors are read, from text and from bytes', () => {
  const body = '{"error":"Zu schnell ☂","code":"THROTTLED","requestId":"7f3a","details":{"field":"a","issue":"b"}}'
  const expected = { message: 'Zu schnell ☂', code: 'THROTTLED', requestId: '7f3a', fields: [{ path: 'a', issue: 'b' }], violatedPolicies: [] }
  const bytes = new TextEncoder().encode(body)
  for (const form of [body, Buffer.from(body), bytes, bytes.buffer, new DataView(bytes.buffer)]) {
    assert.deepEqual(scanErrorBody(form), expected)
  }
  assert.deepEqual(
    scanErrorBody('{"success":false,"error":{"code":"NOT_FOUND","message":"no"}}'),
    { code: 'NOT_FOUND', message: 'no', fields: [], violatedPolicies: [] },
  )
})

test('a body that is no error body says nothing', () => {
  for (const body of [undefined, null, '', '<html>', '[]', '{"code":"A"', new Uint8Array([0xff]), `{"a":"${'x'.repeat(5000)}"}`]) {
    assert.deepEqual(scanErrorBody(body), { fields: [], violatedPolicies: [] })
  }
})
