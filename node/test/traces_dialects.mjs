// What the verbs of `conformance/traces_dialects` do with their arguments.

import { Advice, Dialect, announce } from 'tidegate'
import { asItComes, cut, encoded, hints, one, retryAfter } from './trace_text.mjs'

export const dialects = {
  dialect: (w, name, reset, decimals) => refusal('UnknownDialect', 'unknown', () => {
    const dialect = new Dialect(name, {
      reset: reset === '-' ? undefined : reset,
      decimals: one(decimals, { '-': undefined, yes: true, no: false }),
    })
    w.advice = new Advice(undefined, { dialect })
    return 'ok'
  }),
  tell: { line: (w, args) => w.advice.header(...cut(args).map(asItComes)) },
  tell_repeat: (w, name, text, count) => w.advice.header(asItComes(name), asItComes(text.repeat(Number(count)))),
  advice: (w, now) => {
    const a = w.advice
    return `retry_after ${a.retryAfter ? retryAfter(a.retryAfter, ':') : '-'} date ${a.dateNs ?? '-'}`
      + ` should_retry ${yes(a.shouldRetry)} global ${yes(a.isGlobal)} cached ${yes(a.isCached)}`
      + ` bucket ${encoded(a.bucket)} scope ${encoded(a.scope)} wait ${a.waitNs(at(now)) ?? '-'} invalid ${a.invalid} dropped ${a.dropped}`
  },
  allowances: (w) => w.advice.allowances.map(shown).join('; ') || '-',
  tightest: (w, now) => {
    const tightest = w.advice.tightest(at(now))
    return tightest ? shown(tightest) : '-'
  },
  advised: (w, now) => hints(w.advice.hints(at(now))),
  announce: (w, form, now, wait, ...words) => refusal('AnnouncementInvalid', 'refused', () => {
    const limits = []
    for (let place = 0; place < words.length; place += 5) {
      const [name, limit, remaining, resetAfter, window] = words.slice(place, place + 5)
      const times = { resetAfterNs: BigInt(resetAfter), windowNs: BigInt(window) }
      limits.push({ name: name === '""' ? '' : name, limit: BigInt(limit), remaining: BigInt(remaining), ...times })
    }
    const headers = announce(form, limits, { retryAfterNs: wait === '-' ? undefined : BigInt(wait), ...at(now) })
    return headers.map(([name, value]) => `${name}=${encoded(value)}`).join(';')
  }),
}

function shown({ name, partition, unit, limit, remaining, used, reset, windowNs }) {
  const when = reset && (reset.atNs === undefined ? `after:${reset.afterNs}` : `at:${reset.atNs}`)
  return `name ${encoded(name)} partition ${partition?.toString(16).padStart(16, '0') ?? '-'} unit ${unit} limit ${limit ?? '-'}`
    + ` remaining ${remaining ?? '-'} used ${used ?? '-'} reset ${when ?? '-'} window ${windowNs ?? '-'}`
}

/** The answer, or a word in the place of the error of one row. */
function refusal(row, word, answer) {
  try {
    return answer()
  } catch (error) {
    if (error.code === row) return word
    throw error
  }
}

const at = (now) => ({ wall: BigInt(now) })
const yes = (value) => (value === undefined ? '-' : value ? 'yes' : 'no')
