// Every snippet of the README, as a program of its own.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const markdown = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const snippets = (language) => [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, code]) => code)

/** Of a limiter that processes share. */
const NAME = `readme-${process.pid}`

/** What a snippet may count on. */
const prelude = (base) => `
import { RateLimiter } from 'tidegate'
const { signal } = new AbortController()
const { fetch } = globalThis
// A page's own paths begin with a slash.
globalThis.fetch = (input, init) => fetch(String(input).startsWith('/') ? base + input : input, init)
Object.assign(globalThis, {
  base: ${JSON.stringify(base)}, signal, user: 'alice', headers: { authorization: 'Bearer alice' }, request: { ip: '192.0.2.1' }, response: new Response('{}'), text: '{}', attempt: 0, app: { use: () => {} },
  name: ${JSON.stringify(NAME)}, load: async (id) => ({ id }), estimate: (prompt) => prompt.length,
  model: async (prompt) => ({ usage: { total_tokens: 2 * prompt.length } }),
  requests: new RateLimiter({ limit: 500, interval: 'minute' }), tokens: new RateLimiter({ limit: 100_000, interval: 'minute' }),
})
`

test('every snippet runs', async (t) => {
  const wasm = readFileSync(new URL('../lib/tidegate.wasm', import.meta.url))
  const server = createServer((request, response) => {
    const isWasm = request.url.endsWith('.wasm')
    response.setHeader('Content-Type', isWasm ? 'application/wasm' : 'application/json').end(isWasm ? wasm : '{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  // Within the package, so that it is found.
  const folder = mkdtempSync(join(fileURLToPath(new URL('.', import.meta.url)), 'readme-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'prelude.mjs'), prelude(`http://127.0.0.1:${server.address().port}`))
  const [policy] = snippets('json')
  writeFileSync(join(folder, 'mine.json'), policy)
  const all = snippets('js')
  assert.ok(all.length >= 13)
  await Promise.all(all.map(async (code, number) => {
    const file = join(folder, `${number}.mjs`)
    writeFileSync(file, `${code}\nprocess.exit(0)\n`)
    const child = spawn(process.execPath, ['--import', './prelude.mjs', file], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
    const [errors, [status]] = await Promise.all([text(child.stderr), once(child, 'close')])
    assert.equal(status, 0, `${code}\n${errors}`)
  }))
})

test('what the table of others names is there', async () => {
  const tidegate = await import('tidegate')
  const table = markdown.slice(markdown.indexOf('## Coming from')).split('\n').filter((line) => line.startsWith('| `'))
  assert.ok(table.length >= 8)
  for (const line of table) {
    const [, , ours] = line.split(' | ').length > 2 ? ['', '', line.split(' | ')[1]] : []
    for (const [, name] of ours.matchAll(/new (\w+)\(/g)) assert.equal(typeof tidegate[name], 'function', name)
  }
})
