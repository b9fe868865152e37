// A client of any API on fetch, as a policy describes it: many requests at once, none lost, none refused
// that could have been foreseen. `Call` makes every decision; this program sends and sleeps.

import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { Api, Policy, failureKind, sleep } from 'tidegate'

const HELP = `Send the requests of standard input within the API's limits.

Usage: node client.mjs --api NAME|--policy FILE --base URL --key KEY [options]

  --api NAME         the API's description, of those that are built in: stackflow, github, ...
  --policy FILE      the API's description in a file, in the place of --api
  --base URL         where it is, as http://HOST:PORT
  --key KEY          the user or token, sent as the bearer
  --window SECONDS   the length of a window, if it is not the documented one
  --concurrency N    requests at once (8)
  --client NAME      the name that the server is told (node)
  --help             this text

Reads one request a line, METHOD PATH [JSON], and prints one line of JSON at the end:
{"calls","ok","retries","refused","lost","waited_s"}. What did not end well is described on standard
error, one line each. Exits with 2 when a flag is wrong.`

/** How long a send may take where the policy does not say, in milliseconds. */
const TIMEOUT = 5000

const options = readOptions()
const api = new Api(options.policy, { window: options.window })
const tally = { calls: 0, ok: 0, retries: 0, refused: 0, lost: 0, waited_s: 0 }

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
let index = 0
await Promise.all(Array.from({ length: options.concurrency }, async () => {
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    const number = index++
    tally.calls += 1
    await request(line.value, number).catch((error) => {
      tally.lost += 1
      console.error(`${line.value}: ${error.message}`)
    })
  }
}))
tally.waited_s /= 1000
console.log(JSON.stringify(tally))

/** One logical request, across its attempts. */
async function request(line, number) {
  const [, method, path, body] = /^(\S*) ?(\S*) ?(.*)$/.exec(line)
  const name = `${options.client}-${number}`
  const headers = { Authorization: `Bearer ${options.key}`, 'X-Client': options.client, 'X-Request-Id': name }
  if (body) headers['Content-Type'] = 'application/json'
  if (method === 'POST' || method === 'PATCH') headers['Idempotency-Key'] = `${options.key}-${name}`

  const call = api.call(method, path, { key: options.key, idempotencyKey: headers['Idempotency-Key'] })
  let last = 'not sent'
  for (;;) {
    const step = call.next()
    if (step.kind === 'wait') {
      tally.waited_s += step.delay // milliseconds until the end
      await sleep(step.delay)
    } else if (step.kind === 'send') {
      if (call.attempts > 1) tally.retries += 1
      try {
        const timeout = call.attemptTimeout()
        const signal = AbortSignal.timeout(timeout === Infinity ? TIMEOUT : timeout)
        const response = await fetch(options.base + path, { method, headers, body: body || undefined, signal })
        const text = await response.text()
        last = `${response.status} ${text}`
        if (response.status === 429) tally.refused += 1
        if (response.status < 400) tally.ok += 1
        call.answered(response.status, response.headers, text)
      } catch (error) {
        const kind = failureKind(error)
        if (!kind) throw error
        last = error.cause?.message ?? error.message
        call.failed(kind)
      }
    } else {
      if (step.kind === 'done') return
      throw new Error(`${step.reason}: ${last}`)
    }
  }
}

function readOptions() {
  const text = { type: 'string' }
  const flags = { api: text, policy: text, base: text, key: text, window: text, client: { ...text, default: 'node' }, concurrency: { ...text, default: '8' }, help: { type: 'boolean' } }
  try {
    const { values } = parseArgs({ options: flags })
    if (values.help) {
      console.log(HELP)
      process.exit(0)
    }
    for (const name of ['base', 'key']) if (!values[name]) throw new Error(`--${name} is missing`)
    if (!values.api === !values.policy) throw new Error('give --api or --policy')
    if (!/^[1-9]\d*$/.test(values.concurrency)) throw new Error('--concurrency must be a number from 1')
    const policy = values.policy ? Policy.fromFile(values.policy) : Policy.named(values.api)
    const found = { ...values, policy, concurrency: Number(values.concurrency), window: values.window && `${values.window}s` }
    new Api(policy, { window: found.window })
    new URL(found.base)
    return found
  } catch (error) {
    console.error(`client: ${error.message} (--help tells more)`)
    process.exit(2)
  }
}
