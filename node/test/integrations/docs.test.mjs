// Every snippet of `docs/integrations.md`, as a program of its own, against the emulated VelaFlows or StackFlow.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { emulate } from './emulator.mjs'

const markdown = readFileSync(new URL('../../docs/integrations.md', import.meta.url), 'utf8')
const snippets = [...markdown.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code)

/** What a snippet may count on. It ends when its last line has run, also if it listens. */
const program = (code, base) => `
const base = ${JSON.stringify(base)}
const headers = { authorization: 'Bearer alice', 'content-type': 'application/json' }
${code}
process.exit(0)
`

test('there are snippets, and no imports in them that the package has not', () => {
  assert.ok(snippets.length >= 13)
  const { exports } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url)))
  for (const [, path] of markdown.matchAll(/'tidegate(\/\w+)'/g)) assert.ok(exports[`.${path}`], path)
})

test('every snippet runs', async (t) => {
  const bases = { stackflow: (await emulate(t, 'stackflow')).base, velaflows: (await emulate(t, 'velaflows')).base }
  // Within the package, so that it and the libraries are found.
  const folder = mkdtempSync(join(fileURLToPath(new URL('.', import.meta.url)), 'docs-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [number, code] of snippets.entries()) {
    const base = code.includes('stackflow(') ? bases.stackflow : bases.velaflows
    const file = join(folder, `${number}.mjs`)
    writeFileSync(file, program(code, base))
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'ignore', 'pipe'] })
    const [errors, [status]] = await Promise.all([text(child.stderr), once(child, 'close')])
    assert.equal(status, 0, `${code}\n${errors}`)
  }
})
