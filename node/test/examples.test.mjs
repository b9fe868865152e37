// The examples, as a user runs them; the client against a server that admits with the same module.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Api } from 'tidegate'

const example = (name) => fileURLToPath(new URL(`../examples/${name}.mjs`, import.meta.url))
const run = (name, ...flags) => spawnSync(process.execPath, [example(name), ...flags], { encoding: 'utf8' })

/** A server of the API; its first answers may be others. */
async function serve(t, api, ...first) {
  const seen = []
  const server = createServer((request, response) => {
    const admission = api.admit(request.method, request.url, { key: request.headers.authorization })
    seen.push({ ...request.headers, url: request.url, allowed: admission.allowed, at: performance.now() })
    for (const [name, value] of admission.headers) response.setHeader(name, value)
    // Node's own is some moments old when the machine is busy.
    response.setHeader('Date', new Date().toUTCString())
    const [status, headers = {}] = first[seen.length - 1] ?? [admission.allowed ? 200 : 429]
    response.writeHead(status, headers).end(status === 429 ? JSON.stringify({ error: 'slow down', code: admission.code }) : '{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return { base: `http://127.0.0.1:${server.address().port}`, seen }
}

async function client(base, lines, api = ['--api', 'stackflow', '--window', '1']) {
  const flags = [...api, '--base', base, '--key', 'alice', '--client', 'tester']
  const child = spawn(process.execPath, [example('client'), ...flags])
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (text) => { stdout += text })
  child.stderr.on('data', (text) => { stderr += text })
  child.stdin.end(lines.join('\n'))
  const [status] = await once(child, 'close')
  return { status, stderr, tally: JSON.parse(stdout) }
}

test('the limits print what they always do', () => {
  assert.equal(run('limits').stdout, [
    'wait 0 ms, then send; 500 tokens given back',
    '400 tokens: go',
    '400 tokens: limit 1 says wait 1000 ms',
    '10 tokens: go',
    'paused: wait 20000 ms',
    'restored: wait 5000 ms',
    'alice: true,true,false',
    'bob: true, users: 2',
    '',
  ].join('\n'))
})

test('the retries print what they always do', () => {
  assert.equal(run('retries').stdout, [
    'attempt 0: 503, again in 109 ms',
    'attempt 1: 429, again in 2000 ms, as limit "burst" says',
    'attempt 2: 200; 8 retries left, breaker closed',
    '',
  ].join('\n'))
})

test('a slow send is overtaken by a second one', () => {
  assert.equal(run('hedge').stdout, 'answer 2\n2 requests\n')
})

test('ten lines', () => {
  assert.equal(run('quickstart').stdout, 'request 1: go\nrequest 2: go\nrequest 3: wait 200 ms\n')
})

test('the client stays under the limits of two windows', async (t) => {
  const { base, seen } = await serve(t, Api.stackflow({ window: '1s' }))
  // Bulk may come ten times a window. On a slow machine the second window begins by itself, and nothing has
  // to be waited for; none is refused however fast or slow it is.
  const lines = Array.from({ length: 60 }, (_, i) => (i % 4 === 0 ? 'POST /api/v1/incidents/bulk {"incidents":[]}' : `GET /api/v1/incidents?page=${i}`))
  const { status, stderr, tally } = await client(base, lines)
  assert.deepEqual({ ...tally, waited_s: 0 }, { calls: 60, ok: 60, retries: 0, refused: 0, lost: 0, waited_s: 0 })
  assert.deepEqual([status, stderr, seen.length], [0, '', 60])
  assert.ok(seen.every(({ allowed }) => allowed))
})

test('a wait that the server orders is never cut short', async (t) => {
  const { base, seen } = await serve(t, Api.stackflow(), [429, { 'Retry-After': '1' }])
  const { tally } = await client(base, ['GET /api/v1/incidents'], ['--api', 'stackflow'])
  assert.deepEqual({ ...tally, waited_s: 0 }, { calls: 1, ok: 1, retries: 1, refused: 1, lost: 0, waited_s: 0 })
  // Later on a busy machine, never earlier.
  assert.ok(seen[1].at - seen[0].at > 1000, `${seen[1].at - seen[0].at} ms`)
})

test('the client does what a file says', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-policy-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'mine.json')
  // A key of this API can do two things an hour, and the third is not for this test to wait for.
  const limits = [{ kind: 'token_bucket', limit: 2, per: '1h', burst: 2 }]
  const retry = { max_attempts: 2, statuses: [418], backoff: { kind: 'constant', initial: '1ms', cap: '1ms', jitter: 'none' } }
  writeFileSync(file, JSON.stringify({ name: 'mine', dialect: 'common', categories: [{ name: 'all', limits }], retry }))
  const { base, seen } = await serve(t, Api.fromFile(file), [418], [418], [418])
  const { tally, stderr } = await client(base, ['GET /a'], ['--policy', file])
  assert.deepEqual({ ...tally, waited_s: 0 }, { calls: 1, ok: 0, retries: 1, refused: 0, lost: 1, waited_s: 0 })
  assert.equal(stderr, 'GET /a: attempts_exhausted: 418 {}\n')
  assert.deepEqual(seen.map(({ url, allowed }) => [url, allowed]), [['/a', true], ['/a', true]])
})

test('a repeated request is the same request', async (t) => {
  const { base, seen } = await serve(t, Api.stackflow({ window: '1s' }), [503])
  const { tally } = await client(base, ['POST /api/v1/incidents {"title":"a"}'])
  assert.deepEqual([tally.ok, tally.retries, tally.lost], [1, 1, 0])
  assert.equal(seen.length, 2)
  for (const request of seen) {
    assert.equal(request['idempotency-key'], 'alice-tester-0')
    assert.equal(request['x-request-id'], 'tester-0')
    assert.equal(request['x-client'], 'tester')
    assert.equal(request['content-type'], 'application/json')
    assert.equal(request.authorization, 'Bearer alice')
  }
})

test('what does not end well is lost, and described', async () => {
  const { status, stderr, tally } = await client('http://127.0.0.1:1', ['FETCH /a', 'GET a'])
  assert.deepEqual([status, tally.calls, tally.lost], [0, 2, 2])
  assert.match(stderr, /^FETCH \/a: the method must be one of/m)
  assert.match(stderr, /^GET a: the path must start with/m)
})

test('flags are explained, and wrong ones refused', () => {
  const help = run('client', '--help')
  assert.equal(help.status, 0)
  assert.match(help.stdout, /--window SECONDS/)
  const needed = ['--api', 'stackflow', '--base', 'http://127.0.0.1:1', '--key', 'k']
  const named = needed.slice(2)
  for (const flags of [[], ['--nothing'], named, [...needed, '--policy', 'mine.json'], [...named, '--policy', 'no-such-file'], [...needed, '--window', '0'], [...needed, '--concurrency', '0'], [...needed, '--api', 'other'], [...needed, '--base', 'here']]) {
    const { status, stderr } = run('client', ...flags)
    assert.equal(status, 2, flags.join(' '))
    assert.match(stderr, /^client: .*\n$/)
  }
})
