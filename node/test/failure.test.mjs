// failureKind(): what real errors of fetch and node:http mean.

import assert from 'node:assert/strict'
import http from 'node:http'
import net from 'node:net'
import { once } from 'node:events'
import { test } from 'node:test'
import { failureKind, failures } from 'tidegate'

/** A loopback server that does `serve` with each connection; gives its base address. */
async function listening(t, serve) {
  const sockets = new Set()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    serve(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${server.address().port}/`
}

const errorOf = (promise) => promise.then(() => assert.fail('it answered'), (error) => error)

test('nobody listens', async (t) => {
  const base = await listening(t, () => {})
  const closed = net.createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address()
  closed.close()
  await once(closed, 'close')
  assert.equal(failureKind(await errorOf(fetch(`http://127.0.0.1:${port}/`))), 'connect_refused')
  assert.equal(failureKind(await errorOf(once(http.get(`http://127.0.0.1:${port}/`), 'response'))), 'connect_refused')
  assert.ok(base)
})

test('the connection is reset, or closed without an answer', async (t) => {
  const reset = await listening(t, (socket) => socket.once('data', () => socket.resetAndDestroy()))
  const closed = await listening(t, (socket) => socket.once('data', () => socket.end()))
  const garbage = await listening(t, (socket) => socket.once('data', () => socket.end('what?\r\n\r\n')))
  for (const base of [reset, closed, garbage]) {
    assert.equal(failureKind(await errorOf(fetch(base))), 'reset')
    assert.equal(failureKind(await errorOf(once(http.get(base), 'response'))), 'reset')
  }
})

test('the body breaks off', async (t) => {
  const base = await listening(t, (socket) => socket.once('data', () => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () => socket.destroy())
  }))
  assert.equal(failureKind(await errorOf(fetch(base).then((response) => response.text()))), 'reset')
})

test('the answer does not come, or the caller gives up', async (t) => {
  const base = await listening(t, () => {})
  assert.equal(failureKind(await errorOf(fetch(base, { signal: AbortSignal.timeout(20) }))), 'read_timeout')
  const controller = new AbortController()
  const aborted = errorOf(fetch(base, { signal: controller.signal }))
  controller.abort()
  assert.equal(failureKind(await aborted), 'aborted')
})

test('the peer speaks no TLS', async (t) => {
  const base = await listening(t, (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'))
  assert.equal(failureKind(await errorOf(fetch(base.replace('http:', 'https:')))), 'tls')
})

test('codes that a loopback cannot show', () => {
  const error = (code, more) => new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code, ...more }) })
  for (const [kind, codes] of Object.entries({
    connect_refused: ['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
    connect_timeout: ['UND_ERR_CONNECT_TIMEOUT'],
    read_timeout: ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'],
    reset: ['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE', 'HPE_INVALID_CONSTANT', 'SOMETHING_NEW'],
    tls: ['CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_SSL_WRONG_VERSION_NUMBER'],
  })) {
    assert.ok(failures.includes(kind))
    for (const code of codes) assert.equal(failureKind(error(code)), kind, code)
  }
  assert.equal(failureKind(error('ETIMEDOUT', { syscall: 'connect' })), 'connect_timeout')
})

test('what did not come from the network is not a failure', () => {
  const circle = new Error('circle')
  circle.cause = circle
  for (const other of [undefined, null, 'reset', 5, {}, new Error('bug'), new TypeError('bug'), new SyntaxError('bug'), circle]) {
    assert.equal(failureKind(other), undefined)
  }
})
