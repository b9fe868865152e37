'use strict'
// `bulk`: many items through a route that takes many at once, in as few requests as it allows.

const { Api } = require('./api.cjs')
const { invalidType, outOfRange } = require('./errors.cjs')
const { Policy } = require('./policy.cjs')
const values = require('./values.cjs')

async function* bulk(fetch, url, items, options) {
  if (typeof fetch !== 'function') throw invalidType('fetch', 'a function like fetch', fetch)
  const { init, body, ...known } = values.options(options, ['api', 'member', 'maxItems', 'body', 'init'])
  const { member, maxItems } = batch(new URL(url), known)
  const send = async (chunk) => {
    const headers = new Headers(init?.headers)
    if (!headers.has('content-type')) headers.set('content-type', 'application/json')
    const text = JSON.stringify(typeof body === 'function' ? body(chunk) : { ...body, [member]: chunk })
    return { items: chunk, response: await fetch(url, { method: 'POST', ...init, headers, body: text }) }
  }
  let chunk = []
  for await (const item of items) {
    chunk.push(item)
    if (chunk.length < maxItems) continue
    yield await send(chunk)
    chunk = []
  }
  if (chunk.length > 0) yield await send(chunk)
}

/** Where the items stand in a body, and how many there may be: as is said here, or by the policy. */
function batch({ pathname }, { api, member, maxItems }) {
  const policy = api instanceof Api ? api.policy : api
  if (policy !== undefined && !(policy instanceof Policy)) throw invalidType('api', 'an Api or a Policy', api)
  const found = policy?.batchOf(pathname)
  const most = maxItems ?? found?.maxItems
  if (most === undefined) throw outOfRange('url', 'a route of the policy that does many things at once, or `maxItems` must be given', pathname)
  if (values.small(most, 'maxItems') === 0) throw outOfRange('maxItems', 'at least 1', most)
  if (found !== undefined && most > found.maxItems) throw outOfRange('maxItems', `at most ${found.maxItems}, as the policy has it`, most)
  return { member: values.text(member ?? found?.items ?? 'items', 'member'), maxItems: most }
}

module.exports = { bulk }
