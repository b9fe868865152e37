// Many items in few requests, against the emulated VelaFlows.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Api, bulk, withLimits } from 'tidegate'
import { emulate, headers } from './emulator.mjs'

test('120 tags are three requests, as the policy has it', async (t) => {
  const emulator = await emulate(t, 'velaflows')
  const api = Api.velaflows()
  const limited = withLimits(fetch, api, { key: 'alice', throws: true })
  const ids = Array.from({ length: 120 }, (_, number) => `conv-${number}`)
  const body = { entityType: 'conversation', tagIds: ['tag'] }
  const sizes = []
  let tagged = 0
  for await (const { items, response } of bulk(limited, `${emulator.base}/api/v1/tags/bulk`, ids, { api, body, init: { headers: headers('bulk', 1) } })) {
    sizes.push(items.length)
    tagged += (await response.json()).data.tagged
  }
  assert.deepEqual([sizes, tagged], [[50, 50, 20], 60 - 1 + 1])
  const { requests, refused } = await emulator.verdict('bulk')
  assert.deepEqual([requests, refused], [3, 0])
})

test('without a policy it is as is said; what fails ends it', async () => {
  const sent = []
  const send = async (url, init) => sent.push([url, init.method, init.headers.get('content-type'), init.body])
  const of = async (...values) => (await Array.fromAsync?.(bulk(...values))) ?? (async () => { const all = []; for await (const one of bulk(...values)) all.push(one); return all })()
  async function* items() { yield* [1, 2, 3] }
  await of(send, 'http://a/b', items(), { maxItems: 2, member: 'ids', init: { method: 'PUT' } })
  await of(send, 'http://a/b', [1], { maxItems: 2, body: (ids) => ids })
  await of(send, 'http://a/b', [], { maxItems: 2 })
  assert.deepEqual(sent, [
    ['http://a/b', 'PUT', 'application/json', '{"ids":[1,2]}'],
    ['http://a/b', 'PUT', 'application/json', '{"ids":[3]}'],
    ['http://a/b', 'POST', 'application/json', '[1]'],
  ])
  const wrong = (options, message) => assert.rejects(bulk(send, 'http://a/b', [1], options).next(), { message })
  await wrong({}, '"url" must be a route of the policy that does many things at once, or `maxItems` must be given, not \'/b\'')
  await wrong({ maxItems: 0 }, '"maxItems" must be at least 1, not 0')
  await wrong({ api: {} }, '"api" must be an Api or a Policy, not an object')
  await wrong({ size: 3 }, 'there is no option "size": the options are api, member, maxItems, body, init')
  await assert.rejects(bulk(send, 'http://a/api/v1/tags/bulk', [1], { api: Api.velaflows(), maxItems: 51 }).next(), { message: '"maxItems" must be at most 50, as the policy has it, not 51' })
  await assert.rejects(bulk(5, 'http://a').next(), { code: 'ERR_INVALID_ARG_TYPE' })
})
