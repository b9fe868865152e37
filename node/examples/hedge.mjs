// A second send beside a slow first one, as a policy has it. The server here never answers the first, so that
// it prints the same always.

import { createServer } from 'node:http'
import { Api, failureKind, sleep } from 'tidegate'

const policy = {
  name: 'mine',
  categories: [{ name: 'all', limits: [{ kind: 'token_bucket', limit: 10, per: '1s', burst: 5 }] }],
  retry: { max_attempts: 3, statuses: [429, '500-599'], attempt_timeout: '10s' },
  hedge: { after: '50ms', most: 1 },
}
const api = Api.fromJson(JSON.stringify(policy))

let requests = 0
const server = createServer((_, response) => {
  requests += 1
  if (requests > 1) response.end(`answer ${requests}`)
}).listen(0, '127.0.0.1', async () => {
  console.log(await get(`http://127.0.0.1:${server.address().port}`, '/slow'))
  console.log(`${requests} requests`)
  server.close()
})

/** The text of an answer, across all sends of one call. */
async function get(base, path) {
  const call = api.call('GET', path, { key: 'alice' })
  for (;;) {
    const step = call.next()
    if (step.kind === 'wait') await sleep(step.delay)
    else if (step.kind !== 'send') throw new Error(step.reason)
    else {
      const answer = await hedged(call, base + path)
      if (answer) return answer
    }
  }
}

/** The first good answer to a send and to those beside it; nothing if none was good. */
async function hedged(call, url) {
  const over = new AbortController()
  const sends = [send(call, url, over.signal)]
  for (let delay; (delay = call.hedgeDelay()) !== undefined; ) {
    // Until the next one may go, or the call is no longer in flight.
    const late = sleep(delay, { signal: over.signal }).catch(() => {})
    const answer = await Promise.race([any(sends), late])
    if (answer) break
    const twin = call.hedge()
    if (!twin) break // answered, or the budget has nothing left
    if (twin.next().kind === 'send') sends.push(send(twin, url, over.signal))
  }
  const answer = await any(sends)
  over.abort() // the others are reported as aborted
  await Promise.all(sends)
  return answer
}

/** The first answer that is one; nothing when all have failed. */
function any(sends) {
  return Promise.any(sends.map(async (send) => (await send) ?? Promise.reject())).catch(() => undefined)
}

/** One send of one call, and its report. */
async function send(call, url, signal) {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(call.attemptTimeout())]) })
    const text = await response.text()
    call.answered(response.status, response.headers, text)
    return response.ok ? text : undefined
  } catch (error) {
    const kind = failureKind(error)
    if (!kind) throw error // not the network's
    call.failed(kind)
  }
}
