// The emulated APIs, as processes of their own that judge their clients, and a workload for them.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Api } from 'tidegate'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** Where the emulator is: as the test's starter says, or built now. */
let program = process.env.TIDEGATE_EMULATOR

function build() {
  const flags = ['build', '--release', '--locked', '-p', 'tidegate-emulator', '--message-format=json-render-diagnostics']
  const cargo = spawnSync('cargo', flags, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 1 << 28 })
  assert.equal(cargo.status, 0, 'cargo could not build the emulator')
  const built = cargo.stdout.split('\n').filter(Boolean).map(JSON.parse)
  return built.find((message) => message.executable && message.target.name === 'tidegate-emulator').executable
}

/** A running emulator: its address, and its verdict on one client. It ends with the test. */
export async function emulate(t, api, ...flags) {
  program ??= build()
  const child = spawn(program, ['--api', api, '--port', '0', '--until-stdin-closes', ...flags], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  t.after(async () => {
    child.stdin.end()
    await ended
  })
  const { value = '' } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
  const [, base] = /^listening on (\S+)$/.exec(value) ?? assert.fail(`the emulator did not say where it listens: ${value}`)
  return {
    base,
    async verdict(client, key = 'alice') {
      const { clients } = await (await fetch(`${base}/_verdict`)).json()
      return clients.find((row) => row.key === key && row.client === client) ?? assert.fail(`the emulator never saw ${client}`)
    },
  }
}

/** Headers of a request: whose it is, which client sends it, and which attempt of what it is. */
export function headers(client, number, more) {
  const name = `${client}-${number}`
  return { authorization: 'Bearer alice', 'x-client': client, 'x-request-id': name, ...more }
}

/** Two windows of reads, and writes among them, of StackFlow. */
export const STACKFLOW = Array.from({ length: 660 }, (_, number) => {
  if (number % 11 !== 0) return { method: 'GET', path: `/api/v1/incidents?page=${number}` }
  return { method: 'POST', path: '/api/v1/incidents', body: '{"title":"Disk full","priority":"P2"}' }
})

/** A window and more of tags and of reads, of VelaFlows. */
export const VELAFLOWS = Array.from({ length: 374 }, (_, number) => {
  if (number % 17 !== 0) return { method: 'GET', path: `/api/v1/inbox/conversations?page=${number}&limit=5` }
  return { method: 'POST', path: '/api/v1/tags/bulk', body: '{"entityType":"conversation","entityIds":["conv-1"],"tagIds":["t"]}' }
})

/** What goes wrong: a tenth fails, a twentieth is dropped after it was done, each request once. */
export const FAULTS = ['--fail-share', '0.1', '--drop-share', '0.05', '--strikes', '1', '--seed', '7']

/** Sends all requests, so many at once, and tells which came to no good end. */
export async function work(requests, send, concurrency = 16) {
  const queue = requests.entries()
  const lost = []
  await Promise.all(Array.from({ length: concurrency }, async () => {
    for (const [number, request] of queue) {
      try {
        const status = await send(request, number)
        if (status >= 400) lost.push(`${request.method} ${request.path}: ${status}`)
      } catch (error) {
        lost.push(`${request.method} ${request.path}: ${error.stack}`)
      }
    }
  }))
  return lost
}

/**
 * The judge's verdict on a client: with the whole quota for itself it is refused nothing, and with faults it loses
 * nothing. `makeSend(base, api)` makes what sends one request, and tells its status.
 */
export async function judged(t, client, api, faults, makeSend) {
  const emulator = await emulate(t, api, '--window', '2s', ...(faults ? FAULTS : []))
  const send = await makeSend(emulator.base, new Api(api, { window: '2s' }))
  const lost = await work(api === 'stackflow' ? STACKFLOW : VELAFLOWS, send)
  const { refused, foreseeable, early, duplicates } = await emulator.verdict(client)
  const best = { lost: [], foreseeable: 0, early: 0, duplicates: 0, refused: faults ? refused : 0 }
  assert.deepEqual({ lost, foreseeable, early, duplicates, refused }, best)
}
