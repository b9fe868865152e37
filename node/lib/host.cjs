'use strict'
// What processes share, beside the limiters themselves.

const native = require('./native.cjs')
const { sharedOf } = require('./errors.cjs')
const values = require('./values.cjs')

function removeShared(name, options) {
  const { path } = values.options(options, ['path'])
  values.onHost(true, path)
  return sharedOf(native.hostRemove(values.text(name, 'name'), path))
}

module.exports = { removeShared }
