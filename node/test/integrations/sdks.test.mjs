// `withLimits` as the `fetch` option of an SDK: OpenAI's own, against a server that refuses it first.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import OpenAI from 'openai'
import { Api, withLimits } from 'tidegate'

const ANSWER = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }] }
const REFUSAL = { error: { message: 'Rate limit reached', type: 'requests', code: 'rate_limit_exceeded', param: null } }
const ask = { model: 'm', messages: [{ role: 'user', content: 'hi' }] }

test('OpenAI waits as the server says, and streams', async (t) => {
  const seen = []
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request))
    seen.push({ body, at: performance.now() })
    if (seen.length === 1) return response.writeHead(429, { 'Retry-After-Ms': '300', 'Content-Type': 'application/json' }).end(JSON.stringify(REFUSAL))
    if (!body.stream) return response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(ANSWER))
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    for (const content of ['hel', 'lo']) response.write(`data: ${JSON.stringify({ ...ANSWER, choices: [{ index: 0, delta: { content } }] })}\n\n`)
    response.end('data: [DONE]\n\n')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const tokens = ({ body }) => (body ? JSON.parse(body).messages.length * 100 : 0)
  const limited = withLimits(fetch, Api.named('openai'), { key: 'project', tokens })
  const openai = new OpenAI({ apiKey: 'k', baseURL: `http://127.0.0.1:${server.address().port}/v1`, fetch: limited, maxRetries: 0 })

  const answer = await openai.chat.completions.create(ask)
  assert.equal(answer.choices[0].message.content, 'hello')
  assert.equal(seen.length, 2)
  assert.deepEqual(seen[0].body, seen[1].body)
  assert.ok(seen[1].at - seen[0].at >= 300)

  let said = ''
  for await (const { choices } of await openai.chat.completions.create({ ...ask, stream: true })) said += choices[0].delta.content
  assert.equal(said, 'hello')
})

test('OpenAI tells what was refused for good', async (t) => {
  const server = createServer((_, response) => response.writeHead(429, { 'Content-Type': 'application/json' }).end(JSON.stringify({ error: { ...REFUSAL.error, code: 'insufficient_quota' } }))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  let sends = 0
  const limited = withLimits((...request) => (sends += 1, fetch(...request)), Api.named('openai'))
  const openai = new OpenAI({ apiKey: 'k', baseURL: `http://127.0.0.1:${server.address().port}/v1`, fetch: limited, maxRetries: 0 })
  await assert.rejects(openai.chat.completions.create(ask), { status: 429, code: 'insufficient_quota' })
  assert.equal(sends, 1)
})
