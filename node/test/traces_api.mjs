// What the verbs about an API do with their arguments, on both sides; `conformance/traces_policy` has most of
// them, and those of `conformance/traces` are the same.

import { Advice, Api, Hints, PolicyError } from 'tidegate'
import { asItComes, cut, encoded, hints, one, text } from './trace_text.mjs'

export const apis = {
  header: { line: (w, args) => {
    const line = cut(args).map(asItComes)
    w.lines.push(line)
    return w.reader.header(...line)
  } },
  hints: (w) => {
    const { reader } = w
    forget(w, undefined)
    return hints(reader)
  },
  api: (w, name, window, seed) => made(w, new Api(name, options(window, seed))),
  policy: { line: (w, args) => {
    const [window, rest] = cut(args)
    const [seed, json] = cut(rest)
    try {
      return made(w, Api.fromJson(json.replaceAll('¶', '\n'), options(window, seed)))
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error
      return `error ${error.code} ${error.line} ${error.column} ${encoded(error.member)}`
    }
  } },
  admit: (w, now, wall, method, path, key, role, tokens = '0') => {
    const a = w.api.admit(method, text(path), { key: text(key), role: text(role), tokens: BigInt(tokens), ...clocks(now, wall) })
    const numbers = `limit ${a.limit} remaining ${a.remaining} reset ${seconds(a.resetNs)} window ${seconds(a.windowNs)}`
    return a.allowed ? `allow ${a.category} ${numbers}` : `deny ${a.category} ${a.limitedBy} ${numbers} retry_after ${seconds(a.retryAfterNs)}`
  },
  call: (w, id, method, path, key, role, idempotency, deadline, tokens = '0') => {
    const call = w.api.call(method, text(path), {
      key: text(key),
      role: text(role),
      idempotencyKey: one(idempotency, { key: true, none: false }),
      deadlineNs: deadline === '-' ? undefined : BigInt(deadline),
      tokens: BigInt(tokens),
    })
    w.calls.set(id, call)
    return call.category
  },
  next: (w, id, now, wall) => {
    const step = w.calls.get(id).next(clocks(now, wall))
    if (step.kind === 'wait') return `wait ${step.untilNs}`
    return step.kind === 'giveUp' ? `give_up ${step.reason} ${step.serverDelayNs ?? '-'}` : step.kind
  },
  // As users have them: nothing was read yet.
  answered: (w, id, status, now, wall) => {
    const { lines, body } = w
    w.body = ''
    forget(w, w.api.policy.dialect)
    w.calls.get(id).answered(Number(status), lines, body, clocks(now, wall))
    return 'ok'
  },
  failed: (w, id, kind, now, wall) => {
    w.calls.get(id).failed(kind, clocks(now, wall))
    return 'ok'
  },
  attempt_ends: (w, id) => `${w.calls.get(id).attemptEndsNs ?? NEVER}`,
  hedge_at: (w, id) => `${w.calls.get(id).hedgeAtNs ?? '-'}`,
  hedge: (w, id, twin, now) => {
    const made = w.calls.get(id).hedge({ now: BigInt(now) })
    if (made === undefined) return '-'
    w.calls.set(twin, made)
    return 'ok'
  },
}

/** An API, of which there are no calls and no headers yet. */
function made(w, api) {
  w.api = api
  w.calls.clear()
  forget(w, api.policy.dialect)
  return 'ok'
}

/** No headers; those that come are read in this dialect. */
export function forget(w, dialect) {
  w.lines = []
  w.reader = dialect === undefined ? new Hints() : new Advice(undefined, { dialect })
}

/** What the core calls a deadline that never comes. */
const NEVER = 2n ** 64n - 1n
const options = (window, seed) => ({ seed: BigInt(seed), windowNs: window === '-' ? undefined : BigInt(window) })
const clocks = (now, wall) => ({ now: BigInt(now), wall: BigInt(wall) })
/** Rounded up, as headers have them. */
const seconds = (nanos) => (nanos + 999_999_999n) / 1_000_000_000n
