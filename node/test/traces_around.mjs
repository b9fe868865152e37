// What the verbs of `conformance/traces_around` about what stands around a call do with their arguments.

import { Policy, clientKey, nextLink } from 'tidegate'
import { readWebhook } from 'tidegate/webhook'
import { asItComes, cut, encoded, text } from './trace_text.mjs'

export const around = {
  client_address: {
    line: (_, line) => {
      const [trusted, prefix, peer, lines] = words(line, 4)
      const forwardedFor = lines.split('¶').map(asItComes)
      return clientKey(text(peer), { forwardedFor, trustedProxies: Number(trusted), ipv6Prefix: Number(prefix) })
    },
  },
  link_next: { line: (_, line) => nextLink(line.split('¶')) ?? '-' },
  paging: (w, style, parameter, size, defaultSize, maxSize, first, wanted) => {
    const number = (word) => (word === '-' ? undefined : Number(word))
    const pages = { style, parameter: text(parameter) || undefined, size: text(size) || undefined, default_size: number(defaultSize), max_size: number(maxSize), first: number(first) }
    w.paging = Policy.fromJson(JSON.stringify({ name: 'trace', categories: [{ name: 'all', limits: [] }], pages })).paging({ size: number(wanted) })
    return asked(w.paging)
  },
  page: {
    line: (w, line) => {
      const [items, more, next] = words(line, 3)
      const page = { items: BigInt(items), more: { yes: true, no: false }[more], next: next === '-' ? undefined : text(next) }
      return w.paging.answered(page) ? asked(w.paging) : 'end'
    },
  },
  webhook_timestamped: { line: (w, line) => webhook(w, { signature: asItComes(line) }) },
  webhook_standard: {
    line: (w, line) => {
      const [id, timestamp, signature] = words(line, 3).map(asItComes)
      return webhook(w, { id: text(id), timestamp: text(timestamp), signature })
    },
  },
  webhook_time: (w, wall, toleranceNs) => {
    readWebhook(w.webhook, { toleranceNs: BigInt(toleranceNs), wall: BigInt(wall) })
    return 'ok'
  },
  refusal: {
    line: (_, line) => {
      const [envelope, key, limitedBy, code, limit, wait, id] = words(line, 7)
      const policy = Policy.fromJson(JSON.stringify({ name: 'trace', key: text(key) || undefined, envelope, categories: [{ name: 'all', limits: [] }] }))
      const { body, contentType } = policy.refusal({ limitedBy, code: text(code), deniedBy: text(limit), retryAfterNs: BigInt(wait), requestId: id.replaceAll('¶', '\n') })
      return `${contentType} ${body}`
    },
  },
}

/** What the headers of a webhook say, whenever it was signed. */
function webhook(w, headers) {
  w.webhook = headers
  const { id, prefix, signatures } = readWebhook(headers, { toleranceNs: 2n ** 64n - 1n })
  const hex = signatures.map((one) => Buffer.from(one).toString('hex')).join(';')
  return `id ${id === undefined ? '-' : encoded(Buffer.from(id, 'latin1'))} prefix ${encoded(prefix)} signatures ${hex}`
}

/** How the next page is asked for. */
function asked({ size, position, cursor }) {
  const at = position ?? (cursor === undefined ? undefined : [cursor, ''])
  return [size, at].map((part) => part?.join('=') ?? '-').join(' ')
}

/** So many words, of which the last is all that is left. */
function words(line, count) {
  const found = []
  while (found.length + 1 < count) {
    const [word, rest] = cut(line)
    found.push(word)
    line = rest
  }
  return [...found, line]
}
