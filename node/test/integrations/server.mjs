// A server for one test.

import { once } from 'node:events'
import { createServer } from 'node:http'

/** A server that answers as told, and what it was asked. */
export async function serve(t, answer) {
  const seen = []
  const server = createServer((request, response) => {
    seen.push(request)
    answer(request, response, seen.length)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => new Promise((resolve) => {
    server.close(resolve)
    server.closeAllConnections()
  }))
  return { base: `http://127.0.0.1:${server.address().port}`, seen }
}
