// The conformance runner: every step of every trace of the four folders through the public module, and
// one digest of all decisions. A difference ends it with the place, what was expected and what came.
//
//   node node/test/traces.mjs [--time]

import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  Advice, FirstUseWindow, FixedWindow, KeyedRateLimiter, RateLimitError, RateLimiter, StrictWindow, TidegateError, errors, parseRetryAfter,
  peekAll, scanErrorBody, tryAcquireAll,
} from 'tidegate'
import { cut, encoded, retryAfter, text } from './trace_text.mjs'
import { apis, forget } from './traces_api.mjs'
import { around } from './traces_around.mjs'
import { attempts } from './traces_attempts.mjs'
import { dialects } from './traces_dialects.mjs'
import { retries } from './traces_retry.mjs'

/** A snapshot of a full bucket. */
const NOTHING = JSON.stringify({ remaining: 0, fullAfterNs: '0' })
/** In the order of the digest. */
const FOLDERS = ['traces', 'traces_dialects', 'traces_retry', 'traces_policy'].map((name) => fileURLToPath(new URL(`../../conformance/${name}/`, import.meta.url)))

/** What can be a layer. */
const kinds = {
  bucket: (...quota) => new RateLimiter(options(...quota)),
  window: (...args) => new FixedWindow(window(...args)),
  window_skewed: (limit, intervalNs, skew) => new FixedWindow({ ...window(limit, intervalNs), skewNs: BigInt(skew) }),
  window_first: (...args) => new FirstUseWindow(window(...args)),
  strict: (...args) => new StrictWindow(window(...args)),
}

/** What each verb does with its arguments; `args` is the rest of the line as it stands. */
const verbs = {
  ...apis,
  ...around,
  ...attempts,
  ...dialects,
  ...retries,
  limiter: (w, ...quota) => w.made('now', new RateLimiter(options(...quota))),
  limiter_empty: (w, now, ...quota) => w.made('now', new RateLimiter({ ...options(...quota), startEmpty: true, ...at(now) })),
  window: (w, ...args) => w.made('wall', kinds.window(...args)),
  window_skewed: (w, ...args) => w.made('wall', kinds.window_skewed(...args)),
  window_first: (w, ...args) => w.made('wall', kinds.window_first(...args)),
  strict: (w, ...args) => w.made('now', kinds.strict(...args)),
  acquire: (w, now, n) => decision(() => w.limiter.check(BigInt(n), { [w.clock]: BigInt(now) })),
  peek: (w, now, n) => decision(() => w.limiter.peek(BigInt(n), { [w.clock]: BigInt(now) })),
  up_to: (w, now, n) => {
    let taken = 0
    const answer = decision(() => {
      const partial = w.limiter.checkUpTo(BigInt(n), at(now))
      taken = partial.taken
      return partial
    })
    return `taken ${taken} ${answer}`
  },
  drain: (w, now) => `taken ${w.limiter.drain(at(now))}`,
  reserve: (w, id, now, n, longest) => {
    try {
      const reservation = w.limiter.reserve({ cost: BigInt(n), timeoutNs: BigInt(longest), ...at(now) })
      w.reservations.set(id, reservation)
      return `reserved wait ${reservation.waitNs}`
    } catch (error) {
      if (error instanceof RateLimitError) return `deny retry_after ${error.retryAfterNs}`
      if (error.code === 'ERR_COST_TOO_HIGH') return 'never'
      throw error
    }
  },
  settle: (w, id, now, actual) => `returned ${w.reservations.get(id).settle(BigInt(actual), at(now))}`,
  cancel: (w, id, now) => `returned ${w.reservations.get(id).cancel(at(now))}`,
  refund: (w, now, takenAt, n) => `returned ${w.limiter.refund(BigInt(n), { takenAtNs: BigInt(takenAt), ...at(now) })}`,
  pause: (w, now, until) => {
    w.limiter.pauseUntil(BigInt(until), at(now))
    return 'ok'
  },
  observe: (w, now, limit, remaining, resetAfter) => {
    w.limiter.observe({ limit: BigInt(limit), remaining: BigInt(remaining), resetAfterNs: BigInt(resetAfter) }, at(now))
    return 'ok'
  },
  reconfigure: (w, now, limit, intervalNs, burst, carry) => {
    w.limiter.reconfigure({ ...options(limit, intervalNs, burst), carry, ...at(now) })
    return 'ok'
  },
  snapshot: (w, now) => {
    w.kept = JSON.stringify(w.limiter.snapshot(at(now)))
    const { remaining, fullAfterNs } = JSON.parse(w.kept)
    return `remaining ${remaining} full_after ${fullAfterNs}`
  },
  restore: (w, now, age) => {
    w.limiter.restore(JSON.parse(w.kept), { ageNs: BigInt(age), ...at(now) })
    return 'ok'
  },
  layers: (w) => {
    w.layers = []
    return 'ok'
  },
  layer: (w, kind, ...args) => {
    w.layers.push(kinds[kind](...args))
    return 'ok'
  },
  acquire_all: (w, ...args) => all(tryAcquireAll, w, ...args),
  peek_all: (w, ...args) => all(peekAll, w, ...args),
  keyed: (w, sets, seed, whenFull) => {
    // The quota comes with each call.
    w.keyed = new KeyedRateLimiter({ limit: 0, interval: 1, burst: 1, capacity: 4n * BigInt(sets), seed: BigInt(seed), whenFull })
    return 'ok'
  },
  acquire_key: (w, now, of, limit, intervalNs, burst, n) =>
    decision(() => w.keyed.check(key(of), BigInt(n), { quota: options(limit, intervalNs, burst), ...at(now) })),
  peek_key: (w, now, of, limit, intervalNs, burst, n) =>
    decision(() => w.keyed.peek(key(of), BigInt(n), { quota: options(limit, intervalNs, burst), ...at(now) })),
  keyed_full: (w) => `${w.keyed.overflowed}`,
  retry_after: { line: (w, args) => {
    const [reference, value] = cut(args)
    const wall = BigInt(reference) * 1_000_000_000n
    return retryAfter(parseRetryAfter(value, { wall: wall > LAST ? LAST : wall }), ' ')
  } },
  retry_after_repeat: (w, character, count) => retryAfter(parseRetryAfter(character.repeat(Number(count))), ' '),
  body: { line: (w, args) => {
    w.body = args
    const { code, message, requestId, fields } = scanErrorBody(args)
    const wrong = fields.map(({ path, issue }) => `${encoded(path)}=${encoded(issue)}`).join(';')
    return `code ${encoded(code)} message ${encoded(message)} request_id ${encoded(requestId)} fields ${wrong || '-'}`
  } },
}

/** What the steps of one file act on. */
class World {
  advice = new Advice()
  body = ''
  calls = new Map()
  reservations = new Map()
  passages = new Map()
  operations = new Map()
  layers = []
  /** The last snapshot, as text. */
  kept = NOTHING

  constructor() {
    forget(this, undefined)
  }

  /** A limiter, of which nothing is kept yet. */
  made(clock, limiter) {
    this.reservations.clear()
    Object.assign(this, { clock, limiter, kept: NOTHING })
    return 'ok'
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

/** Runs every trace of these folders or files; a difference is an error. */
export function run(...folders) {
  let digest = 0xcbf29ce484222325n
  let count = 0
  for (const path of (folders.length > 0 ? folders : FOLDERS).flatMap(traces)) {
    const world = new World()
    let [steps, end] = [0, undefined]
    readFileSync(path, 'utf8').split('\n').forEach((line, index) => {
      if (line === '' || line.startsWith('#')) return
      const fail = (why) => { throw new Error(`${relative('', path)}:${index + 1}: ${line}\n${why}`) }
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
    if (end === undefined) throw new Error(`${path}: no end`)
    count += steps
  }
  return { digest: digest.toString(16).padStart(16, '0'), count }
}

/** The traces of a folder, in byte order of their names; of a file that one. */
function traces(folder) {
  if (folder.endsWith('.trace')) return [folder]
  return readdirSync(folder).filter((name) => name.endsWith('.trace')).sort().map((name) => join(folder, name))
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

function all(ask, w, now, wall, ...costs) {
  if (costs.length !== w.layers.length) throw new Error('not a cost for each layer')
  try {
    const d = ask(w.layers.map((limiter, index) => ({ limiter, cost: BigInt(costs[index]) })), clocks(now, wall))
    // Of no layers, as many as the core can count.
    const remaining = d.remaining === Infinity ? LAST : d.remaining
    return d.allowed ? `allow layer ${d.layer} remaining ${remaining} reset_after ${d.resetAfterNs}` : `deny layer ${d.layer} retry_after ${d.retryAfterNs}`
  } catch (error) {
    if (error.layer !== undefined) return `never layer ${error.layer}`
    throw error
  }
}

/** The last nanosecond that 64 bits can count. */
const LAST = 2n ** 64n - 1n
const key = (word) => (word.startsWith('#') ? BigInt(word.slice(1)) : text(word))
const options = (limit, intervalNs, burst) => ({ limit: BigInt(limit), intervalNs: BigInt(intervalNs), burst: BigInt(burst) })
const window = (limit, intervalNs) => ({ limit: BigInt(limit), intervalNs: BigInt(intervalNs) })
const at = (now) => ({ now: BigInt(now) })
const clocks = (now, wall) => ({ now: BigInt(now), wall: BigInt(wall) })

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
