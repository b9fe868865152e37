// How answers of traces are written, and how lines are cut.

/** The first word and what follows the one space after it. */
export function cut(line) {
  const space = line.indexOf(' ')
  return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)]
}

/** A text; `-` and `""` are the empty one. */
export const text = (word) => (word === '""' || word === '-' ? '' : word)

/** A header as Node has it: a character for each byte. */
export const asItComes = (text) => Buffer.from(text).toString('latin1')

/** What one of few words stands for; another word is an error of the trace. */
export function one(word, meanings) {
  if (!Object.hasOwn(meanings, word)) throw new Error(`${word} is none of ${Object.keys(meanings).join(', ')}`)
  return meanings[word]
}

/** Every byte outside of [A-Za-z0-9_.-] as %XX. */
export function encoded(value) {
  if (value === undefined) return '-'
  return Buffer.from(value).toString('latin1').replace(/[^A-Za-z0-9_.-]/g, (byte) =>
    `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`) || '""'
}

export function retryAfter(value, between) {
  if (value === undefined) return 'invalid'
  return value.delayNs === undefined ? `date${between}${value.dateNs}` : `delay${between}${value.delayNs}`
}

export function hints(h) {
  return `limit ${h.limitExact ?? '-'} remaining ${h.remainingExact ?? '-'} reset ${h.resetNs ?? '-'} window ${h.windowNs ?? '-'}`
    + ` retry_after ${h.retryAfter ? retryAfter(h.retryAfter, ':') : '-'} date ${h.dateNs ?? '-'} invalid ${h.invalid}`
}
