'use strict'
// `announce`: the headers that tell a client its limits, in the form that it understands.

const native = require('./native.cjs')
const { invalidType, valueOf } = require('./errors.cjs')
const values = require('./values.cjs')

const LIMIT = ['name', 'limit', 'remaining', 'resetAfter', 'resetAfterNs', 'window', 'windowNs']

function announce(form, limits, options) {
  const known = values.options(options, ['retryAfter', 'retryAfterNs', 'wall'])
  if (!Array.isArray(limits)) throw invalidType('limits', 'an array of limits', limits)
  return valueOf(native.announce(
    values.text(form, 'form'),
    Array.from(limits, (limit) => announced(values.options(limit, LIMIT, 'limit'))),
    values.length(known, 'retryAfter'),
    values.nanos(known.wall, 'wall'),
  ))
}

function announced(known) {
  const { name = '', limit, remaining } = known
  return {
    name: values.text(name, 'name'),
    limit: values.count(limit, 'limit'),
    remaining: values.count(remaining, 'remaining'),
    resetAfter: values.requiredLength(known, 'resetAfter'),
    window: values.requiredLength(known, 'window'),
  }
}

module.exports = { announce }
