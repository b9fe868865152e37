// Who a client is behind proxies; the traces hold every rule, and here is what Node has of its own.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientKey } from 'tidegate'

test('the peer, or whoever the trusted proxies say', () => {
  assert.equal(clientKey('::ffff:192.0.2.1'), '192.0.2.1')
  assert.equal(clientKey('2001:db8:7:12ff::1'), '2001:db8:7:1200::/56')
  assert.equal(clientKey('2001:db8:7:12ff::1', { ipv6Prefix: 64 }), '2001:db8:7:12ff::/64')
  const proxied = (forwardedFor, trustedProxies) => clientKey('10.0.0.1', { forwardedFor, trustedProxies })
  assert.equal(proxied('6.6.6.6, 203.0.113.7'), '10.0.0.1')
  assert.equal(proxied('6.6.6.6, 203.0.113.7', 1), '203.0.113.7')
  assert.equal(proxied(['6.6.6.6', '203.0.113.7, 10.0.0.2'], 2), '203.0.113.7')
  assert.equal(proxied('for="[2001:db8:7:12ff::1]:4711";proto=https', 1), '2001:db8:7:1200::/56')
  for (const none of [undefined, null, [], '']) assert.equal(proxied(none, 1), '10.0.0.1')
})

test('a closed socket and text that is no address are one client', () => {
  for (const peer of [undefined, null, '', '/run/socket']) assert.equal(clientKey(peer), 'unknown')
  assert.equal(clientKey('10.0.0.1', { forwardedFor: 'h\u00f6st, \ud800', trustedProxies: 1 }), '10.0.0.1')
})

test('wrong uses are told', () => {
  for (const [use, code] of [
    [() => clientKey(5), 'ERR_INVALID_ARG_TYPE'],
    [() => clientKey('10.0.0.1', { forwardedFor: 5 }), 'ERR_INVALID_ARG_TYPE'],
    [() => clientKey('10.0.0.1', { forwardedFor: [{}] }), 'ERR_INVALID_ARG_TYPE'],
    [() => clientKey('10.0.0.1', { trustedProxies: 1.5 }), 'ERR_OUT_OF_RANGE'],
    [() => clientKey('10.0.0.1', { trustedProxies: true }), 'ERR_INVALID_ARG_TYPE'],
    [() => clientKey('10.0.0.1', { ipv6Prefix: 31 }), 'PrefixOutOfRange'],
    [() => clientKey('10.0.0.1', { ipv6Prefix: 256 }), 'PrefixOutOfRange'],
    [() => clientKey('10.0.0.1', { hops: 1 }), 'ERR_INVALID_ARG_VALUE'],
  ]) assert.throws(use, { code })
})
