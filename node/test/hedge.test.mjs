// Hedging: a second send beside the first, as the policy has it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Api, Call } from 'tidegate'

const MS = 1_000_000n
const SECOND = 1_000n * MS
const at = (ms) => ({ now: BigInt(ms) * MS, wall: 1_716_134_437n * SECOND + BigInt(ms) * MS })
const now = (ms) => ({ now: BigInt(ms) * MS })

const api = (more) => Api.fromJson(JSON.stringify({
  name: 'mine',
  categories: [{ name: 'all', limits: [{ kind: 'token_bucket', limit: 1, per: '1s', burst: 10, name: 'all' }] }],
  retry: { statuses: [429, 503] },
  hedge: { after: '200500us', most: 1 },
  ...more,
}), { seed: 7 })

const sent = (from, method = 'GET') => {
  const call = from.call(method, '/a', { key: 'alice' })
  assert.deepEqual(call.next(at(0)), { kind: 'send' })
  return call
}

test('a second send goes when it is time, is counted, and is one call of its own', () => {
  const mine = api()
  const call = sent(mine)
  assert.deepEqual([call.hedgeAt, call.hedgeAtNs], [201, 200_500_000n])
  assert.deepEqual([call.hedgeDelay(now(0)), call.hedgeDelay(now(200)), call.hedgeDelay(now(500))], [201, 1, 0])
  assert.equal(call.hedge(now(200)), undefined)
  const twin = call.hedge(now(201))
  assert.ok(twin instanceof Call)
  assert.deepEqual([twin.attempts, twin.category, twin.next(at(201))], [0, 'all', { kind: 'send' }])
  // The policy allows one.
  assert.deepEqual([call.hedgeAt, call.hedgeAtNs, call.hedgeDelay(now(500)), call.hedge(now(500))], [undefined, undefined, undefined, undefined])
  twin.answered(200, {}, '', at(300))
  assert.deepEqual(twin.next(at(300)), { kind: 'done' })
  call.failed('aborted', at(300))
  assert.deepEqual(call.next(at(300)), { kind: 'giveUp', reason: 'aborted' })
})

test('a second send that fails is not tried again: the first is still out', () => {
  const call = sent(api())
  const twin = call.hedge(now(201))
  twin.next(at(201))
  twin.answered(503, {}, '', at(300))
  assert.deepEqual(twin.next(at(300)), { kind: 'giveUp', reason: 'attempts_exhausted' })
  assert.deepEqual(call.next(at(300)), { kind: 'pending' })
  call.answered(200, {}, '', at(400))
  assert.deepEqual(call.next(at(400)), { kind: 'done' })
})

test('what may not be done twice is not hedged, nor anything by a policy without', () => {
  assert.equal(sent(api(), 'POST').hedgeAt, undefined)
  assert.equal(sent(api({ hedge: undefined })).hedgeAt, undefined)
  assert.equal(api().call('GET', '/a', { key: 'alice' }).hedgeAt, undefined)
})

test('a server that orders everybody to wait ends hedging', () => {
  const mine = api()
  const [call, other] = [sent(mine), sent(mine)]
  other.answered(429, { 'Retry-After': '9' }, '', at(100))
  assert.deepEqual([call.hedgeAt, call.hedge(now(201))], [undefined, undefined])
})

test('a second send needs a retry of the budget', () => {
  const call = sent(api({ budget: { kind: 'quota', capacity: 4, failure: 5, transient: 5, throttled: 0 } }))
  assert.equal(call.hedgeAt, 201)
  assert.equal(call.hedge(now(201)), undefined)
})
