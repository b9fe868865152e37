// What is published: its files, and that every way of resolving it finds code and types.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = (command, ...args) => spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })
const tool = (name, ...args) => run(`node_modules/.bin/${name}`, ...args)

/** The addon has another name on each machine, and may not be built. */
const isAddon = (path) => /^tidegate\.[\w-]+\.node$/.test(path)

test('these files are published, and no others', () => {
  const { stdout, stderr } = run('npm', 'pack', '--dry-run', '--json', '--ignore-scripts')
  const [{ files }] = JSON.parse(stdout || stderr)
  const packed = files.map(({ path }) => path).filter((path) => !isAddon(path)).sort()
  const pinned = readFileSync(new URL('package_files.txt', import.meta.url), 'utf8').trim().split('\n')
  assert.deepEqual(packed, pinned)
})

test('publint finds nothing', () => {
  const { status, stdout } = tool('publint', '--strict')
  assert.equal(status, 0, stdout)
})

// What Node 10 understands is not asked; `tidegate/wasm` is for `import` alone; a file of WebAssembly has no types.
test('every entry has types, in each way of resolving', () => {
  const { status, stdout } = tool('attw', '--pack', '.', '--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm', '--exclude-entrypoints', 'tidegate.wasm')
  assert.equal(status, 0, stdout)
})
