// Serves the playground on this machine:  node examples/playground/serve.mjs [--port=8080]

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const node = fileURLToPath(new URL('../../', import.meta.url))
const core = fileURLToPath(new URL('../../../core/', import.meta.url))
const PAGE = '/examples/playground/'
const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.mjs': 'text/javascript', '.json': 'application/json', '.wasm': 'application/wasm' }

/** The file of a path; nothing of what is not the page's. */
function fileOf(path) {
  const plain = normalize(path)
  if (plain.startsWith(`${PAGE}policies/`)) return join(core, plain.slice(PAGE.length))
  if (plain === PAGE) return join(node, PAGE, 'index.html')
  return plain.startsWith(PAGE) || plain.startsWith('/lib/') ? join(node, plain) : undefined
}

async function answer({ url }, response) {
  const { pathname } = new URL(url, 'http://localhost')
  if (pathname === '/') return response.writeHead(302, { location: PAGE }).end()
  const file = fileOf(pathname)
  const type = TYPES[extname(file ?? '')]
  const body = type === undefined ? undefined : await readFile(file).catch(() => undefined)
  if (body === undefined) return response.writeHead(404).end()
  return response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}

const { values } = parseArgs({ options: { port: { type: 'string', default: '8080' } } })
const server = createServer(answer).listen(Number(values.port), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}${PAGE}`)
})
