// What the verbs of `conformance/traces_around` about what stands around a call do with their arguments.

import { Policy, clientKey } from 'tidegate'
import { asItComes, cut, text } from './trace_text.mjs'

export const around = {
  client_address: {
    line: (_, line) => {
      const [trusted, prefix, peer, lines] = words(line, 4)
      const forwardedFor = lines.split('¶').map(asItComes)
      return clientKey(text(peer), { forwardedFor, trustedProxies: Number(trusted), ipv6Prefix: Number(prefix) })
    },
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
