// Lists page by page: against the emulated VelaFlows, and in the other three styles against servers of their own.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Api, ApiError, Policy, paginate, withLimits } from 'tidegate'
import { emulate, headers } from './emulator.mjs'
import { serve } from './server.mjs'

const all = async (...list) => {
  const items = []
  for await (const item of paginate(...list)) items.push(item)
  return items
}

test('sixty conversations are three pages of VelaFlows, and one by the hundred', async (t) => {
  const { base, verdict } = await emulate(t, 'velaflows')
  const api = Api.velaflows()
  const limited = withLimits(fetch, api, { key: 'alice' })
  const ids = Array.from({ length: 60 }, (_, index) => `conv-${index + 1}`)
  for (const [client, size, pages] of [['twenty', undefined, 4], ['hundred', 100, 1]]) {
    const found = await all(limited, `${base}/api/v1/inbox/conversations`, { api, size, init: { headers: headers(client, 1) } })
    assert.deepEqual(found.map(({ id }) => id), ids)
    // Three full pages of twenty do not say that there is no fourth.
    assert.equal((await verdict(client)).requests, pages)
  }
  const first = await paginate(limited, `${base}/api/v1/inbox/conversations`, { api, size: 1, init: { headers: headers('one', 1) } }).next()
  assert.equal(first.value.id, 'conv-1')
  assert.equal((await verdict('one')).requests, 1)
})

test('by offset, by cursor, and by link', async (t) => {
  const items = Array.from({ length: 7 }, (_, number) => ({ id: number }))
  const { base, seen } = await serve(t, (request, response) => {
    const url = new URL(request.url, 'http://a')
    const [from, size] = [Number(url.searchParams.get('from') ?? 0), Number(url.searchParams.get('size') ?? 3)]
    const page = items.slice(from, from + size)
    const over = from + size >= items.length
    if (url.pathname === '/link') {
      if (!over) response.setHeader('Link', `</link?from=${from + size}>; rel="next"`)
      return response.end(JSON.stringify(page))
    }
    if (url.pathname === '/last') return response.end(JSON.stringify({ data: page, has_more: !over }))
    return response.end(JSON.stringify({ result: { list: page }, next: over ? null : from + size }))
  })
  const asked = () => seen.splice(0).map(({ url }) => url)
  assert.deepEqual(await all(fetch, `${base}/offset?q=1`, { pages: { style: 'offset', parameter: 'from', size: 'size', default_size: 3, items: 'result.list' } }), items)
  assert.deepEqual(asked(), ['/offset?q=1&size=3&from=0', '/offset?q=1&size=3&from=3', '/offset?q=1&size=3&from=6'])
  assert.deepEqual(await all(fetch, `${base}/cursor`, { pages: { style: 'cursor', parameter: 'from', size: 'size', default_size: 4, next: 'next' }, items: ({ result }) => result.list }), items)
  assert.deepEqual(asked(), ['/cursor?size=4', '/cursor?size=4&from=4'])
  assert.deepEqual(await all(fetch, `${base}/link`, { pages: { style: 'link' } }), items)
  assert.deepEqual(asked(), ['/link', '/link?from=3', '/link?from=6'])
  const page = { style: 'cursor', parameter: 'after', items: 'data', more: 'has_more', last: 'id' }
  assert.deepEqual(await all(fetch, `${base}/last?size=9`, { pages: page }), items)
  assert.deepEqual(asked(), ['/last?size=9'])
})

test('what is no list, and a page that fails or is elsewhere, end it with an error', async (t) => {
  const { base } = await serve(t, (request, response) => {
    if (request.url === '/elsewhere') return response.writeHead(200, { Link: '<http://elsewhere.example/2>; rel="next"' }).end('[1]')
    if (request.url.startsWith('/fails')) return response.writeHead(404).end('{"error":{"code":"NOT_FOUND","message":"No such route"}}')
    response.end('{"a":1}')
  })
  const api = Api.velaflows()
  for (const [options, path, expected] of [
    [{ api }, '/fails', { name: 'ApiError', status: 404, code: 'NOT_FOUND', message: 'No such route' }],
    [{ api }, '/', { code: 'ERR_NO_LIST', message: 'there is no list at "data" of the body' }],
    [{ pages: { style: 'number', parameter: 'page' } }, '/', { code: 'ERR_NO_LIST', message: 'there is no list as the body: say with `items` where it stands' }],
    [{ pages: { style: 'link' } }, '/elsewhere', { code: 'ERR_PAGE_ELSEWHERE' }],
    [{ api, size: 101 }, '/', { code: 'PageSizeOutOfRange' }],
    [{ api, size: 0 }, '/', { code: 'PageSizeOutOfRange' }],
    [{ pages: { style: 'none' } }, '/', { name: 'PolicyError', member: 'pages.style' }],
    [{ api: Policy.named('stackflow') }, '/', { code: 'ERR_INVALID_ARG_VALUE', message: 'the policy says nothing of pages: give `pages`' }],
    [{}, '/', { code: 'ERR_INVALID_ARG_TYPE', message: '"api" must be an Api or a Policy, not undefined' }],
    [{ api, limit: 3 }, '/', { message: 'there is no option "limit": the options are api, pages, size, items, init' }],
  ]) await assert.rejects(all(fetch, base + path, options), expected)
  await assert.rejects(all(5, base, { api }), { code: 'ERR_INVALID_ARG_TYPE' })
  await assert.rejects(all(fetch, `${base}/fails`, { api }), (error) => error instanceof ApiError)
})
