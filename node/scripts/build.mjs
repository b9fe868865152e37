// Builds the native addon with cargo alone and puts it where lib/native.cjs looks for it:
// tidegate.<platform>-<arch>.node in this package's folder.
//
//   node scripts/build.mjs               build it; without cargo that is an error
//   node scripts/build.mjs --if-needed   as the install script: without cargo, or where there is
//                                        nothing to build from, say so and succeed

import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const addon = join(root, `tidegate.${process.platform}-${process.arch}.node`)
const ifNeeded = process.argv.includes('--if-needed')

function stop(notice, isFault) {
  console.error(`tidegate: ${notice}`)
  process.exit(isFault ? 1 : 0)
}

// A published package has no Rust sources: its addon came with it.
if (!existsSync(join(root, 'Cargo.toml')) || !existsSync(join(root, '..', 'core'))) {
  stop('no Rust sources here, nothing to build', !ifNeeded)
}

const cargo = spawnSync(
  'cargo',
  ['build', '--release', '--package', 'tidegate-node', '--message-format=json-render-diagnostics'],
  { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 1 << 28 },
)
if (cargo.error?.code === 'ENOENT') {
  stop('cargo was not found, so WebAssembly is used, which decides the same and is slower: for the native addon install Rust from https://rustup.rs, then run this again', !ifNeeded)
}
if (cargo.error || cargo.status !== 0) {
  stop(`cargo could not build the addon (${cargo.error?.message ?? `exit code ${cargo.status}`})`, true)
}

const library = cargo.stdout
  .split('\n')
  .filter((line) => line.startsWith('{'))
  .map((line) => JSON.parse(line))
  .filter((message) => message.reason === 'compiler-artifact' && message.target.name === 'tidegate_node')
  .flatMap((message) => message.filenames)
  .find((file) => /\.(so|dylib|dll)$/.test(file))
if (!library) stop('cargo built no library', true)

// Renamed into place: a process that has the old one loaded keeps it.
copyFileSync(library, `${addon}.new`)
renameSync(`${addon}.new`, addon)
console.log(addon)
