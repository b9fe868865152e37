// What the verbs of `conformance/traces_around` about what stands around a call do with their arguments.

import { clientKey } from 'tidegate'
import { asItComes, cut, text } from './trace_text.mjs'

export const around = {
  client_address: {
    line: (_, line) => {
      const [trusted, prefix, peer, lines] = words(line, 4)
      const forwardedFor = lines.split('¶').map(asItComes)
      return clientKey(text(peer), { forwardedFor, trustedProxies: Number(trusted), ipv6Prefix: Number(prefix) })
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
