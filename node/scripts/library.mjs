// Writes lib/web: the module for where there is no Node, of the same sources. Every file that
// lib/index.cjs needs becomes a function in one module, and the core is given to it.
//
//   node scripts/library.mjs             write them
//   node scripts/library.mjs --check     fail if one would change

import { readFileSync, writeFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

const lib = fileURLToPath(new URL('../lib/', import.meta.url))
const { version } = JSON.parse(readFileSync(join(lib, '../package.json'), 'utf8'))
const MARK = '// Made by scripts/library.mjs of the files in lib. Do not change it here.\n'

/** What is there in the place of Node's own modules. */
const BUILT_IN = {
  'node:fs': `{
    readFileSync() {
      throw Object.assign(new Error('there are no files here: fetch the text of the policy, and give it to Policy.fromJson or Api.fromJson'), { code: 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM' })
    },
  }`,
  'node:crypto': '{ randomUUID: () => crypto.randomUUID() }',
}

/** The files that one needs, itself behind them. */
function gathered(name, found = new Map()) {
  if (found.has(name)) return found
  const text = readFileSync(join(lib, name), 'utf8')
  found.set(name, undefined)
  const body = text.replace(/require\('([^']+)'\)/g, (call, other) => {
    if (other in BUILT_IN) return `builtIn['${other}']`
    if (other.endsWith('/package.json')) return JSON.stringify({ version })
    if (!other.startsWith('.')) throw new Error(`${name} needs ${other}, which only Node has`)
    const path = posix.normalize(posix.join(posix.dirname(name), other))
    if (path === 'native.cjs') return 'core'
    gathered(path, found)
    return `use('${path}')`
  })
  found.delete(name)
  return found.set(name, plain(body))
}

/** Without the lines that are only comments: nobody reads them here. */
function plain(text) {
  return text
    .replace(/^'use strict'\n/, '')
    .replace(/^\s*\/\/.*\n/gm, '')
    .replace(/^\s*\/\*\*(?:.|\n)*?\*\/\n/gm, '')
    .replace(/\n{2,}/g, '\n')
    .trim()
}

function library() {
  const files = gathered('index.cjs')
  const functions = [...files].map(([name, body]) => `  '${name}': (module, use, core) => {\n${body}\n  },`)
  return `${MARK}
const builtIn = {
${Object.entries(BUILT_IN).map(([name, body]) => `  '${name}': ${body},`).join('\n')}
}

const files = {
${functions.join('\n')}
}

/** The module around these functions of the core. */
export function library(core) {
  const made = {}
  const use = (name) => {
    if (made[name] === undefined) {
      const module = { exports: {} }
      files[name](module, use, core)
      made[name] = module.exports
    }
    return made[name]
  }
  return use('index.cjs')
}

/** The functions of the core, by a compiled module. */
export const instantiate = (() => {
  const module = { exports: {} }
  ;((module) => {
${plain(readFileSync(join(lib, 'wasm.cjs'), 'utf8'))}
  })(module)
  return module.exports.instantiate
})()
`
}

/** The names of the module, as lib/index.mjs has them. */
const names = /export const \{[^}]*\} = tidegate/.exec(readFileSync(join(lib, 'index.mjs'), 'utf8'))[0]

const FILES = {
  'web/library.mjs': library(),
  'web/index.mjs': `${MARK}
import { load } from './wasm.mjs'

const tidegate = await load()

${names}
`,
  'web/workerd.mjs': `${MARK}
import module from '../tidegate.wasm'
import { instantiate, library } from './library.mjs'

const tidegate = library({ ...instantiate(module), backend: 'wasm' })

${names}
`,
}

const check = process.argv.includes('--check')
for (const [name, text] of Object.entries(FILES)) {
  const path = join(lib, name)
  if (!check) {
    writeFileSync(path, text)
  } else if (readFileSync(path, 'utf8') !== text) {
    console.error(`lib/${name} is stale: run \`cargo xtask wasm\` or \`node node/scripts/library.mjs\`, and commit the result`)
    process.exitCode = 1
  }
}
