'use strict'
// `clientKey`: who a client is behind proxies, as the key of a limit.

const native = require('./native.cjs')
const { invalidType, valueOf } = require('./errors.cjs')
const values = require('./values.cjs')

function clientKey(peer, options) {
  const { forwardedFor, trustedProxies = 0, ipv6Prefix } = values.options(options, ['forwardedFor', 'trustedProxies', 'ipv6Prefix'])
  return valueOf(native.clientKey(
    // A socket that is closed has no peer any more.
    peer === undefined || peer === null ? '' : values.text(peer, 'peer'),
    lines(forwardedFor),
    values.small(trustedProxies, 'trustedProxies'),
    ipv6Prefix === undefined ? undefined : values.small(ipv6Prefix, 'ipv6Prefix'),
  ))
}

/** The lines of the header, which Node and `Headers` join by commas. */
function lines(forwardedFor) {
  if (forwardedFor === undefined || forwardedFor === null) return []
  if (typeof forwardedFor !== 'string' && !Array.isArray(forwardedFor)) throw invalidType('forwardedFor', 'a string or an array of strings', forwardedFor)
  return [forwardedFor].flat().map((line) => values.headerText(line, 'forwardedFor').toWellFormed())
}

module.exports = { clientKey }
