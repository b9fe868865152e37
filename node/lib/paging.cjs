'use strict'
// `Paging`: where the reading of one list stands, for a loop of one's own; `paginate` is the loop.

const native = require('./native.cjs')
const { detached, invalidType } = require('./errors.cjs')
const values = require('./values.cjs')

/** Only a `Policy` says how its lists are read. */
const HANDLE = Symbol('made by policy.paging()')

/** A list at its first page, of what native has made. */
let pagingFrom

class Paging {
  #handle

  static {
    pagingFrom = (handle) => new Paging({ [HANDLE]: handle })
  }

  constructor(made) {
    if (made?.[HANDLE] === undefined) throw Object.assign(new TypeError('a Paging is made by policy.paging()'), { code: 'ERR_ILLEGAL_CONSTRUCTOR' })
    this.#handle = made[HANDLE]
  }

  get size() {
    return native.pagingQuery(Paging.#of(this, 'size')).size
  }

  get position() {
    return native.pagingQuery(Paging.#of(this, 'position')).position
  }

  get cursor() {
    return native.pagingQuery(Paging.#of(this, 'cursor')).cursor
  }

  answered(page) {
    const handle = Paging.#of(this, 'answered')
    const { items, more, next } = values.options(page, ['items', 'more', 'next'], 'page')
    if (more !== undefined) values.flag(more, 'more')
    return native.pagingAnswered(handle, values.count(items, 'items'), more, next === undefined ? undefined : values.text(next, 'next'))
  }

  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('Paging', method)
  }
}

/** The URL of the next page by a `Link` header, as it stands there; `undefined` where there is none. */
function nextLink(link) {
  if (link === undefined || link === null) return undefined
  if (typeof link !== 'string' && !Array.isArray(link)) throw invalidType('link', 'a string or an array of strings', link)
  return native.nextLink([link].flat().map((line) => values.headerText(line, 'link').toWellFormed())) ?? undefined
}

module.exports = { Paging, nextLink, pagingFrom }
