// The types of the integrations, beside those of the libraries themselves.

import { load } from 'tidegate/wasm'
import axios from 'axios'
import got from 'got'
import ky from 'ky'
import OpenAI from 'openai'
import * as undici from 'undici'
import * as undici6 from 'undici6'
import { Api, ApiError, outcomeOf, withLimits, type Outcome, type RetryEvent } from 'tidegate'
import * as forAxios from 'tidegate/axios'
import * as forGot from 'tidegate/got'
import * as forKy from 'tidegate/ky'
import { cache, limits } from 'tidegate/undici'

const same = <T,>() => <U,>(_: U & ([T] extends [U] ? ([U] extends [T] ? unknown : never) : never)) => {}
const api = Api.stackflow()

// A fetch stays what it was.
const limited = withLimits(fetch, api, { key: ({ headers }) => headers.get('authorization') ?? '', idempotencyKey: true, timeout: '1m', onRetry: (event) => same<RetryEvent>()(event) })
same<typeof fetch>()(limited)
same<typeof undici.fetch>()(withLimits(undici.fetch, api))
new OpenAI({ apiKey: '', fetch: withLimits(fetch, Api.named('openai'), { throws: false }), maxRetries: 0 })
// @ts-expect-error there is no such option
withLimits(fetch, api, { retries: 3 })
// @ts-expect-error no fetch
withLimits(1, api)

same<Outcome | undefined>()(outcomeOf(await limited('http://localhost')))
const error = await ApiError.from(new Response('{}', { status: 400 }), { policy: api.policy })
same<string | undefined>()(error.code)
same<readonly { readonly path: string; readonly issue: string }[]>()(error.details)

axios.create({ adapter: forAxios.withLimits(axios, api, { attemptTimeout: '5s' }) })
const client = got.extend(forGot.limits(api, { role: 'service_account' }), { prefixUrl: 'http://localhost' })
const json: Promise<{ a: number }> = client("").json<{ a: number }>()
ky.create({ ...forKy.limits(api, { fetch }), prefixUrl: 'http://localhost' })
// @ts-expect-error ky throws by itself
forKy.limits(api, { throws: true })

new undici.Agent().compose(limits(api, { key: 'alice' }), ...cache(undici.interceptors, api, { store: new undici.cacheStores.MemoryCacheStore() }))
new undici6.Agent().compose(limits(api))

import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { HttpException, type CanActivate } from '@nestjs/common'
import * as forExpress from 'tidegate/express'
import * as forFastify from 'tidegate/fastify'
import * as forHono from 'tidegate/hono'
import * as forNest from 'tidegate/nest'

express().use(forExpress.rateLimit({ limit: 100, interval: 'minute', key: (request: express.Request) => request.ip ?? '', headers: ['x', 'draft-7'] }))
express().use(forExpress.rateLimit({ api, role: ({ headers }) => String(headers['x-role']) }))
// @ts-expect-error an API has its limits already
forExpress.rateLimit({ api, limit: 100 })
// @ts-expect-error no such form
forExpress.rateLimit({ limit: 100, interval: 'minute', headers: 'draft-8' })
fastify().register(forFastify.rateLimit, { limit: 100, interval: 'minute', key: (request) => request.id })
new Hono().use(forHono.rateLimit({ limit: 100, interval: 'minute', peer: () => '127.0.0.1' }))
const guard: CanActivate = forNest.rateLimitGuard(HttpException, { limit: 100, interval: 'minute' })

import { bulk, clientKey, nextLink, paginate } from 'tidegate'
import { WebhookReceiver, readWebhook } from 'tidegate/webhook'
import { createServer } from 'node:http'

for await (const item of paginate<{ id: string }>(fetch, 'http://localhost', { api, size: 5 })) same<{ id: string }>()(item)
paginate(fetch, 'http://localhost', { pages: { style: 'cursor', parameter: 'after', last: 'id' } })
// @ts-expect-error no such style
paginate(fetch, 'http://localhost', { pages: { style: 'page' } })
for await (const { items, response } of bulk(fetch, 'http://localhost', ['a'], { api })) {
  same<string[]>()(items)
  same<Response>()(response)
}
same<string | undefined>()(nextLink(new Response().headers.get('link')))
same<string>()(clientKey('10.0.0.1', { forwardedFor: '', trustedProxies: 1 }))
same<string | undefined>()(api.admit('GET', '/', { key: 'alice' }).body({ requestId: 'a' }))

const receiver = new WebhookReceiver<{ type: string }>({ secret: 'whsec_YQ==', onEvent: (event, { id }) => `${event.type} ${id}` })
createServer(receiver.node)
express().post('/hook', receiver.node)
same<Promise<Response>>()(receiver.fetch(new Request('http://localhost')))
same<readonly Uint8Array[]>()(readWebhook({ signature: '' }).signatures)
// @ts-expect-error no secret
new WebhookReceiver({})

// WebAssembly of one's own: the whole module, typed.
const { RateLimiter: Loaded, backend } = await load(new URL('https://example.com/tidegate.wasm'))
const loaded: boolean = new Loaded({ limit: 1, interval: 'second' }).tryAcquire()
const which: 'native' | 'wasm' = backend
await load()
await load(new Uint8Array(8))
await load(fetch('/tidegate.wasm'))
// @ts-expect-error nothing is no source
await load(null)
void [loaded, which]
