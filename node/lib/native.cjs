'use strict'
// Finds the native half. There is one for each platform, next to this folder; `scripts/build.mjs`
// makes it.

const { existsSync } = require('node:fs')
const { join } = require('node:path')
const { version } = require('../package.json')

const root = join(__dirname, '..')
const file = `tidegate.${process.platform}-${process.arch}.node`
const build = `node ${join(root, 'scripts', 'build.mjs')}`

function unusable(why, cause) {
  const error = new Error(`tidegate: ${why}. Build it with:  ${build}`, { cause })
  return Object.assign(error, { code: 'ERR_TIDEGATE_ADDON' })
}

function load() {
  const path = join(root, file)
  if (!existsSync(path)) throw unusable(`there is no native addon for this platform (${file})`)
  let native
  try {
    native = require(path)
  } catch (cause) {
    throw unusable(`the native addon (${file}) could not be loaded: ${cause.message}`, cause)
  }
  if (native.version() !== version) {
    throw unusable(`the native addon is of version ${native.version()} and the package of ${version}`)
  }
  return native
}

module.exports = load()
