'use strict'
// `paginate`: the items of a list, page by page, as the policy of its API has them.

const { Api } = require('./api.cjs')
const { ApiError } = require('./api_error.cjs')
const { outcomeOf } = require('./drive.cjs')
const { invalidType } = require('./errors.cjs')
const { nextLink } = require('./paging.cjs')
const { Policy } = require('./policy.cjs')
const values = require('./values.cjs')

async function* paginate(fetch, url, options) {
  if (typeof fetch !== 'function') throw invalidType('fetch', 'a function like fetch', fetch)
  const known = values.options(options, ['api', 'pages', 'size', 'items', 'init'])
  const policy = described(known)
  const paging = policy.paging({ size: known.size })
  if (paging === undefined) throw Object.assign(new TypeError('the policy says nothing of pages: give `pages`'), { code: 'ERR_INVALID_ARG_VALUE' })

  let next
  for (let here = new URL(url); here !== undefined;) {
    // A link has its parameters already.
    const asked = next !== undefined && policy.pages.style === 'link' ? here : asking(here, paging, next)
    const response = await fetch(asked, known.init)
    if (response.status >= 400) throw await ApiError.from(response, { policy, outcome: outcomeOf(response) })
    const body = await response.json()
    const items = list(body, known.items ?? policy.pages.items)
    const link = policy.pages.style === 'link' ? linked(response, asked) : undefined
    next = link?.href ?? cursor(policy.pages, body, items)
    const goesOn = paging.answered({ items: items.length, more: more(policy.pages, body), next })
    yield* items
    here = goesOn ? link ?? here : undefined
  }
}

/** The policy of the API, or one that is made of what is said of its pages. */
function described({ api, pages }) {
  if (pages !== undefined) return Policy.fromJson(JSON.stringify({ name: 'list', categories: [{ name: 'all', limits: [] }], pages }))
  const policy = api instanceof Api ? api.policy : api
  if (!(policy instanceof Policy)) throw invalidType('api', 'an Api or a Policy', api)
  return policy
}

/** The URL with the parameters of the next page. */
function asking(here, { size, position, cursor }, next) {
  const url = new URL(here)
  if (size !== undefined) url.searchParams.set(size[0], size[1])
  if (position !== undefined) url.searchParams.set(position[0], position[1])
  if (cursor !== undefined && next !== undefined) url.searchParams.set(cursor, next)
  return url
}

/** The next page by the `Link` header. Credentials go with a request, so none goes elsewhere. */
function linked(response, asked) {
  const reference = nextLink(response.headers.get('link'))
  if (reference === undefined) return undefined
  const next = new URL(reference, asked)
  if (next.origin !== asked.origin) {
    throw Object.assign(new Error(`the next page is at ${next.origin}, and not at ${asked.origin} as the list`), { code: 'ERR_PAGE_ELSEWHERE' })
  }
  return next
}

function more(pages, body) {
  const value = pages.more === undefined ? undefined : at(body, pages.more)
  return typeof value === 'boolean' ? value : undefined
}

function cursor(pages, body, items) {
  const value = pages.next === undefined ? undefined : at(body, pages.next)
  const found = value ?? (pages.last === undefined ? undefined : at(items.at(-1), pages.last))
  return found === undefined || found === null ? undefined : String(found)
}

/** The items of a page: the body itself, what stands at a place in it, or what a function finds. */
function list(body, place) {
  const items = typeof place === 'function' ? place(body) : place === undefined ? body : at(body, place)
  if (Array.isArray(items)) return items
  const where = typeof place === 'string' ? `at "${place}" of the body` : place === undefined ? 'as the body: say with `items` where it stands' : 'from `items`'
  throw Object.assign(new TypeError(`there is no list ${where}`), { code: 'ERR_NO_LIST' })
}

/** The value at names with dots between them. */
function at(value, place) {
  for (const name of place.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

module.exports = { paginate }
