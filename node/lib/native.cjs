'use strict'
// The core, in one of its two builds: the native addon, and WebAssembly where there is none.
//
// `TIDEGATE_BACKEND` says which, `native` or `wasm`. Without it a missing addon is no error: beside this
// folder `scripts/build.mjs` puts the one it has built, a package for each platform may have another,
// and WebAssembly runs everywhere.

const { existsSync, readFileSync } = require('node:fs')
const { join } = require('node:path')
const { version } = require('../package.json')
const { instantiate } = require('./wasm.cjs')

const root = join(__dirname, '..')
const platform = `${process.platform}-${process.arch}`
const file = `tidegate.${platform}.node`
const build = `build it with:  node ${join(root, 'scripts', 'build.mjs')}`

const BACKENDS = { native: () => native(true), wasm }

/** The native addon. Where there is none: an error, or nothing. */
function native(required) {
  const reasons = []
  for (const [name, load] of [[file, own], [`@tidegate/${platform}`, packaged]]) {
    const [functions, reason] = load()
    if (functions !== undefined && functions.version() === version) return { ...functions, backend: 'native' }
    reasons.push(reason ?? `${name} is of version ${functions.version()} and the package of ${version}`)
  }
  if (required) throw Object.assign(new Error(`tidegate: ${reasons.join('; ')}; ${build}`), { code: 'ERR_TIDEGATE_ADDON' })
  process.emitWarning(`${reasons.join('; ')}: using WebAssembly, which decides the same and is slower; ${build}`, { code: 'TIDEGATE_WASM' })
  return undefined
}

/** The addon beside this folder, or why there is none. */
function own() {
  const path = join(root, file)
  return existsSync(path) ? loaded(path) : [undefined, `there is no ${file}`]
}

/** The addon of this platform's package. */
function packaged() {
  const name = `@tidegate/${platform}`
  try {
    require.resolve(name)
  } catch {
    return [undefined, `no package ${name} is installed`]
  }
  return loaded(name)
}

function loaded(name) {
  try {
    return [require(name)]
  } catch (error) {
    return [undefined, `${name} could not be loaded (${error.message.split('\n')[0]})`]
  }
}

function wasm() {
  const functions = instantiate(new WebAssembly.Module(readFileSync(join(__dirname, 'tidegate.wasm'))))
  return { ...functions, backend: 'wasm' }
}

function chosen() {
  const { TIDEGATE_BACKEND: name } = process.env
  if (name === undefined) return native(false) ?? wasm()
  if (Object.hasOwn(BACKENDS, name)) return BACKENDS[name]()
  throw Object.assign(new RangeError(`TIDEGATE_BACKEND must be native or wasm, not '${name}'`), { code: 'ERR_OUT_OF_RANGE' })
}

module.exports = chosen()
