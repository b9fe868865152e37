// The conformance runner: every step of every trace through the public module, and a digest of all
// decisions. A difference ends it with the place, what was expected and what came.
//
//   node node/test/traces.mjs [--time]

import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Api, Backoff, FixedWindow, Hints, RateLimiter, TidegateError, errors, parseRetryAfter, scanErrorBody } from 'tidegate'

const FOLDER = fileURLToPath(new URL('../../conformance/traces/', import.meta.url))

/** What each verb does with its arguments; `args` is the rest of the line as it stands. */
const verbs = {
  limiter: (w, limit, intervalNs, burst) => {
    w.limiter = new RateLimiter({ limit: BigInt(limit), intervalNs: BigInt(intervalNs), burst: BigInt(burst) })
    w.clock = 'now'
    return 'ok'
  },
  window: (w, limit, intervalNs) => {
    w.limiter = new FixedWindow({ limit: BigInt(limit), intervalNs: BigInt(intervalNs) })
    w.clock = 'wall'
    return 'ok'
  },
  acquire: (w, now, n) => decision(() => w.limiter.check(BigInt(n), { [w.clock]: BigInt(now) })),
  peek: (w, now, n) => decision(() => w.limiter.peek(BigInt(n), { [w.clock]: BigInt(now) })),
  backoff: (w, initial, factor, cap, jitter, spread) => {
    w.backoff = new Backoff({ initialNs: BigInt(initial), factor: BigInt(factor), capNs: BigInt(cap), jitter, spreadNs: BigInt(spread) })
    return 'ok'
  },
  delay: (w, seed, call, attempt) => `${w.backoff.delayNs(Number(attempt), { seed: BigInt(seed), call: BigInt(call) })}`,
  retry_after: { line: (w, args) => {
    const [reference, value] = cut(args)
    const wall = BigInt(reference) * 1_000_000_000n
    return retryAfter(parseRetryAfter(value, { wall: wall > LAST ? LAST : wall }), ' ')
  } },
  retry_after_repeat: (w, character, count) => retryAfter(parseRetryAfter(character.repeat(Number(count))), ' '),
  header: { line: (w, args) => w.hints.header(...cut(args)) },
  hints: (w) => {
    const h = w.takeHints()
    return `limit ${h.limitExact ?? '-'} remaining ${h.remainingExact ?? '-'} reset ${h.resetNs ?? '-'} window ${h.windowNs ?? '-'}`
      + ` retry_after ${h.retryAfter ? retryAfter(h.retryAfter, ':') : '-'} date ${h.dateNs ?? '-'} invalid ${h.invalid}`
  },
  body: { line: (w, args) => {
    w.body = args
    const { code, message, requestId, fields } = scanErrorBody(args)
    const wrong = fields.map(({ path, issue }) => `${encoded(path)}=${encoded(issue)}`).join(';')
    return `code ${encoded(code)} message ${encoded(message)} request_id ${encoded(requestId)} fields ${wrong || '-'}`
  } },
  api: (w, name, window, seed) => {
    w.api = new Api(name, { seed: BigInt(seed), windowNs: window === '-' ? undefined : BigInt(window) })
    w.calls.clear()
    return 'ok'
  },
  admit: (w, now, wall, method, path, key, role) => {
    const a = w.api.admit(method, text(path), { key: text(key), role: text(role), now: BigInt(now), wall: BigInt(wall) })
    const header = Object.fromEntries(a.headers)
    return `${a.allowed ? 'allow' : 'deny'} ${a.category}${a.allowed ? '' : ` ${a.limitedBy}`} limit ${a.limit} remaining ${a.remaining}`
      + ` reset ${header['X-RateLimit-Reset']} window ${a.window / 1000}${a.allowed ? '' : ` retry_after ${header['Retry-After']}`}`
  },
  call: (w, id, method, path, key, role, idempotency, deadline) => {
    const deadlineNs = deadline === '-' ? undefined : BigInt(deadline)
    const call = w.api.call(method, text(path), { key: text(key), role: text(role), idempotencyKey: idempotency === 'key', deadlineNs })
    w.calls.set(id, call)
    return call.category
  },
  next: (w, id, now, wall) => {
    const step = w.calls.get(id).next(clocks(now, wall))
    if (step.kind === 'wait') return `wait ${step.untilNs}`
    return step.kind === 'giveUp' ? `give_up ${step.reason} ${step.serverDelayNs ?? '-'}` : step.kind
  },
  answered: (w, id, status, now, wall) => {
    w.calls.get(id).answered(Number(status), w.takeHints(), w.takeBody(), clocks(now, wall))
    return 'ok'
  },
  failed: (w, id, kind, now, wall) => {
    w.calls.get(id).failed(kind, clocks(now, wall))
    return 'ok'
  },
}

/** What the steps of one file act on. */
class World {
  hints = new Hints()
  body = ''
  calls = new Map()

  takeHints() {
    const { hints } = this
    this.hints = new Hints()
    return hints
  }

  takeBody() {
    const { body } = this
    this.body = ''
    return body
  }

  step(verb, args) {
    const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
    if (!run) throw new Error(`unknown verb ${verb}`)
    try {
      return run.line ? run.line(this, args) : run(this, ...args.split(' '))
    } catch (error) {
      if (!(error instanceof TidegateError)) throw error
      return `error ${errors.find(({ number }) => number === error.number).name}`
    }
  }
}

/** Runs every trace; a difference is an error. */
export function run(folder = FOLDER) {
  let digest = 0xcbf29ce484222325n
  let count = 0
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.trace')).sort()) {
    const world = new World()
    let [steps, end] = [0, undefined]
    readFileSync(join(folder, file), 'utf8').split('\n').forEach((line, index) => {
      if (line === '' || line.startsWith('#')) return
      const fail = (why) => { throw new Error(`${relative('', join(folder, file))}:${index + 1}: ${line}\n${why}`) }
      if (end !== undefined) fail('a step after the end')
      if (line.startsWith('end ')) {
        end = Number(line.slice(4))
        return end === steps || fail(`there are ${steps} steps`)
      }
      const arrow = line.lastIndexOf(' -> ')
      if (arrow < 0) fail('no answer')
      const expected = line.slice(arrow + 4)
      const got = world.step(...cut(line.slice(0, arrow)))
      if (got !== expected) fail(`expected ${expected}\ngot      ${got}`)
      for (const byte of Buffer.from(`${got}\n`)) digest = ((digest ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn
      steps += 1
    })
    if (end === undefined) throw new Error(`${file}: no end`)
    count += steps
  }
  return { digest: digest.toString(16).padStart(16, '0'), count }
}

/** The cost of one decision, its clock included. */
export function nsPerDecision(decisions = 200_000) {
  const limiter = new RateLimiter({ limit: 1_000_000_000, interval: 'second', burst: 1_000_000 })
  const start = process.hrtime.bigint()
  for (let i = 0; i < decisions; i += 1) limiter.tryAcquire(1)
  return Number(process.hrtime.bigint() - start) / decisions
}

function decision(decide) {
  try {
    const d = decide()
    return d.allowed ? `allow remaining ${d.remaining} reset_after ${d.resetAfterNs}` : `deny retry_after ${d.retryAfterNs}`
  } catch (error) {
    if (error.code === 'ERR_COST_TOO_HIGH') return 'never'
    throw error
  }
}

function retryAfter(value, between) {
  if (value === undefined) return 'invalid'
  return value.delayNs === undefined ? `date${between}${value.dateNs}` : `delay${between}${value.delayNs}`
}

/** The first word and what follows the one space after it. */
function cut(line) {
  const space = line.indexOf(' ')
  return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)]
}

/** The last nanosecond that 64 bits can count. */
const LAST = 2n ** 64n - 1n
const text = (word) => (word === '""' || word === '-' ? '' : word)
const clocks = (now, wall) => ({ now: BigInt(now), wall: BigInt(wall) })

/** Every byte outside of [A-Za-z0-9_.-] as %XX. */
function encoded(value) {
  if (value === undefined) return '-'
  return Buffer.from(value).toString('latin1').replace(/[^A-Za-z0-9_.-]/g, (byte) =>
    `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`) || '""'
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { digest, count } = run()
    if (process.argv.includes('--time')) console.log(`ns_per_decision ${nsPerDecision().toFixed(1)}`)
    console.log(`digest ${digest} steps ${count}`)
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
