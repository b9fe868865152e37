// Policies: what they say, what is wrong with a file, and an Api that is made of one.

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Advice, Api, Dialect, Hints, Policy, PolicyError, TidegateError, errors, scanErrorBody } from 'tidegate'

const SECOND = 1_000_000_000n
const WALL = 1_716_134_437n * SECOND
const at = (seconds) => ({ now: BigInt(seconds) * SECOND, wall: WALL + BigInt(seconds) * SECOND })
const NAMES = /one of: (.*)$/.exec(errors.find(({ name }) => name === 'UnknownApi').message)[1].split(', ')
const file = (name) => fileURLToPath(new URL(`../../core/policies/${name}.json`, import.meta.url))
const mine = (more) => JSON.stringify({ name: 'mine', categories: [{ name: 'all', limits: [] }], ...more })

function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'tidegate-policy-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

test('every name is a policy, and the file of that name is the same', () => {
  assert.equal(NAMES.length, 8)
  for (const name of NAMES) {
    const policy = Policy.named(name)
    assert.equal(policy.name, name)
    assert.equal(policy.explain(), Policy.fromFile(file(name)).explain())
    assert.deepEqual(policy.categories, Policy.fromFile(pathToFileURL(file(name))).categories)
    assert.equal(Api.named(name).policy.explain(), policy.explain())
  }
})

test('what a policy says in numbers and names', () => {
  const { name, categories, shared, pages, batches } = Policy.named('openai')
  const minute = { per: 60_000, perNs: 60n * SECOND }
  const requests = { name: 'requests', kind: 'token_bucket', unit: 'requests', limit: 500, ...minute, burst: 500 }
  const tokens = { name: 'tokens', kind: 'token_bucket', unit: 'tokens', limit: 30_000, ...minute, burst: 30_000 }
  assert.equal(name, 'openai')
  assert.deepEqual(categories, [{ name: 'generate', limits: [requests, tokens] }, { name: 'other', limits: [requests] }])
  assert.deepEqual(pages, { style: 'cursor', parameter: 'after', size: 'limit', defaultSize: 20, maxSize: 100, first: 1, items: 'data', more: 'has_more', next: 'last_id', last: 'id' })
  assert.deepEqual(batches, [{ path: '/v1/embeddings', items: 'input', maxItems: 2048 }])
  assert.deepEqual(shared, [])
  const github = Policy.named('github')
  assert.deepEqual(github.categories.map(({ name, limits }) => [name, limits.map(({ kind }) => kind)]), [
    ['core', ['fixed_window', 'token_bucket']],
    ['search', ['fixed_window']],
    ['code_search', ['fixed_window']],
    ['content', ['fixed_window', 'strict_window', 'strict_window']],
  ])
  assert.deepEqual([github.categories[0].cache, github.categories[0].cacheNs, github.categories[1].cache], [60_000, 60n * SECOND, undefined])
  const discord = Policy.named('discord')
  assert.deepEqual(discord.shared.map(({ name, burst }) => [name, burst]), [['global', 50]])
  assert.equal(discord.categories[1].limits[0].kind, 'first_use_window')
  const least = Policy.fromJson(mine())
  assert.deepEqual([least.pages, least.batches, least.dialect], [undefined, [], undefined])
  assert.deepEqual(Policy.fromJson(mine({ pages: { style: 'number' } })).pages, { style: 'number', first: 1 })
})

test('what a policy says cannot be changed', () => {
  const policy = Policy.named('openai')
  assert.throws(() => { policy.name = 'mine' }, TypeError)
  assert.throws(() => { policy.categories[0].limits[0].limit = 1e6 }, TypeError)
  assert.throws(() => policy.batches.push({}), TypeError)
})

test('what a policy says of a request', () => {
  const policy = Policy.named('github')
  assert.deepEqual([policy.categoryOf('POST', '/user/repos'), policy.categoryOf('GET', '/search/code?q=a')], ['content', 'code_search'])
  assert.deepEqual([policy.cacheTtl('GET', '/user'), policy.cacheTtlNs('GET', '/user')], [60_000, 60n * SECOND])
  for (const [method, path] of [['HEAD', '/user'], ['POST', '/user'], ['GET', '/search/code']]) {
    assert.deepEqual([policy.cacheTtl(method, path), policy.cacheTtlNs(method, path)], [undefined, undefined])
  }
})

test('an error body is read where the policy names its places', () => {
  const body = '{"code": "other", "fault": {"kind": "BUSY"}, "violated-policies": ["daily", "hourly"]}'
  const places = mine({ body: { code: ['fault.kind'] } })
  const { code, violatedPolicies } = Policy.fromJson(places).errorBody(body)
  assert.deepEqual([code, violatedPolicies], ['BUSY', ['daily', 'hourly']])
  assert.equal(scanErrorBody(body).code, 'other')
  assert.throws(() => Policy.fromJson(places).errorBody(5), TypeError)
})

test('what a policy says in words', () => {
  const policy = Policy.named('shopify')
  const [first, second, third] = policy.explain().split('\n')
  assert.deepEqual([first, second, third], [
    'shopify, headers of the dialect shopify',
    'each shop has limits of its own',
    'category admin: at most 40 requests at once, refilled with 2 each 1 s',
  ])
  assert.equal(`${policy}`, policy.explain())
})

test('the file in the README is a policy', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, text] = /```json\n(.*?)```/s.exec(readme)
  const policy = Policy.fromJson(text)
  assert.deepEqual([policy.categoryOf('GET', '/user'), policy.categoryOf('PUT', '/user'), policy.cacheTtl('GET', '/user')], ['read', 'write', 60_000])
})

test('the dialect of a policy reads headers', () => {
  const dialect = Policy.fromJson(mine({ dialect: { name: 'github', reset: 'ms' } })).dialect
  assert.ok(dialect instanceof Dialect)
  const advice = new Advice({ 'X-RateLimit-Reset': '60' }, { dialect })
  assert.deepEqual([dialect.name, advice.allowances[0].reset.after], ['github', 60])
})

test('what was read, in words', () => {
  const wall = 1_716_134_400n * SECOND
  const headers = { 'X-RateLimit-Limit': 300, 'X-RateLimit-Remaining': 0, 'X-RateLimit-Reset': 1_716_134_460 }
  const said = 'limit: 0 of 300 requests left, more in 1 min; the tightest\nwait: 1 min\n'
  assert.equal(new Hints(headers).explain({ wall }), said)
  assert.equal(new Advice(headers, { dialect: 'github' }).explain({ wall }), said)
})

test('an Api has one policy, with another window where it is told', () => {
  const policy = Policy.named('stackflow')
  const api = new Api(policy, { window: '2s' })
  assert.equal(api.policy, api.policy)
  assert.match(api.policy.explain(), /^category read: 300 requests in each 2 s by the clock$/m)
  assert.match(policy.explain(), /^category read: 300 requests in each 1 min by the clock/m)
  assert.equal(api.admit('GET', '/a', { key: 'alice' }).window, 2000)
  assert.equal(Api.fromFile(file('gitlab'), { seed: 1 }).policy.name, 'gitlab')
})

test('an error of a file names the place, the member, and what is allowed', () => {
  for (const [text, line, column, member, problem] of [
    ['', 1, 1, '', 'this must be an object'],
    ['[]', 1, 1, '', 'this must be an object'],
    ['{"name": "a"}', 1, 1, '', 'the member categories is missing'],
    ['{\n  "name": "é", "nom": 1}', 2, 16, 'nom', /^there is no such member; there are: name, categories, /],
    [mine({ dialect: 'klingon' }), 1, 68, 'dialect', /^this must be one of: plain, common, /],
    [mine({ name: 'x'.repeat(32) }), 1, 9, 'name', 'this must have at most 31 bytes'],
    [mine({ codes: [{ code: 'A', class: 'odd' }] }), 1, undefined, 'codes[0].class', 'this must be one of: permanent, transient, refresh_credentials, throttled, throttled_all'],
    [mine({ retry: { statuses: [200] } }), 1, undefined, 'retry.statuses[0]', /^this must be a status from 400 to 599/],
  ]) {
    assert.throws(() => Policy.fromJson(text), (error) => {
      assert.ok(error instanceof PolicyError && error instanceof TidegateError && error instanceof RangeError)
      assert.deepEqual([error.name, error.code, error.number, error.path], ['PolicyError', 'PolicyInvalid', 35, undefined])
      assert.deepEqual([error.line, error.member], [line, member], text)
      if (column !== undefined) assert.equal(error.column, column, text)
      if (typeof problem === 'string') assert.equal(error.problem, problem)
      else assert.match(error.problem, problem)
      assert.equal(error.message, `line ${line}, column ${error.column}: ${member === '' ? '' : `${member}: `}${error.problem}`)
      return true
    })
    assert.throws(() => Api.fromJson(text), PolicyError)
  }
})

test('an error of a file has the path in front', (t) => {
  const path = join(folder(t), 'mine.json')
  writeFileSync(path, '{\n  "name": 5\n}')
  for (const read of [Policy.fromFile, Api.fromFile]) {
    assert.throws(() => read(path), { name: 'PolicyError', path, line: 2, column: 11, member: 'name', message: `${path}: line 2, column 11: name: this must be a text` })
  }
  assert.throws(() => Policy.fromFile(pathToFileURL(path)), { path: String(pathToFileURL(path)) })
  assert.throws(() => Policy.fromFile(join(path, 'none')), { code: 'ENOTDIR' })
})

test('a file that is not UTF-8 is wrong where it stops being it', (t) => {
  const path = join(folder(t), 'latin1.json')
  writeFileSync(path, Buffer.from('{\n  "name": "é\u00fc"}', 'latin1'))
  assert.throws(() => Policy.fromFile(path), { line: 2, column: 12, member: '', problem: 'this is not JSON' })
})

test('headers are read in the dialect of the policy', () => {
  const send = (headers) => {
    const call = Api.named('shopify', { seed: 7 }).call('GET', '/admin', { key: 'shop' })
    call.next(at(0))
    call.answered(429, headers, '', at(0))
    return call.next(at(0))
  }
  // Plain headers know no fraction, so a denial without a wait is the policy's 2 s; jitter is above.
  const range = (step, least) => assert.ok(step.delayNs >= least && step.delayNs < least + SECOND / 2n, `${step.delayNs}`)
  range(send({ 'Retry-After': '3.5' }), 35n * SECOND / 10n)
  range(send(new Headers({ 'Retry-After': '3.5' })), 35n * SECOND / 10n)
  range(send([['Retry-After', '3.5']]), 35n * SECOND / 10n)
  range(send(new Hints({ 'Retry-After': '3.5' })), 2n * SECOND)
  range(send(new Advice({ 'Retry-After': '3.5' }, { dialect: 'shopify' })), 35n * SECOND / 10n)
  range(send(new Advice({ 'Retry-After': '3.5' }, { dialect: 'github' })), 2n * SECOND)
})

test('what an advice hands on to a call', () => {
  const read = (headers) => new Advice(headers, { dialect: 'openai' }).hints({ wall: WALL })
  const { unit, shouldRetry, isGlobal } = read({ 'x-ratelimit-limit-tokens': '30000', 'x-ratelimit-remaining-tokens': '0', 'x-should-retry': 'false' })
  assert.deepEqual([unit, shouldRetry, isGlobal], ['tokens', false, false])
  const plain = new Hints({ 'X-RateLimit-Remaining': 5 })
  assert.deepEqual([plain.unit, plain.shouldRetry, plain.isGlobal], ['requests', undefined, false])
  assert.equal(new Advice({ 'X-RateLimit-Global': 'true' }, { dialect: 'discord' }).hints({ wall: WALL }).isGlobal, true)
})

test('a limit that headers say is used up holds the next call back', () => {
  const api = Api.named('openai', { seed: 7 })
  const options = { key: 'token', tokens: 10 }
  const first = api.call('POST', '/v1/responses', options)
  first.next(at(0))
  first.answered(200, { 'x-ratelimit-limit-tokens': '30000', 'x-ratelimit-remaining-tokens': '0' }, '', at(0))
  const second = api.call('POST', '/v1/responses', options)
  // Ten tokens of 30,000 a minute.
  assert.deepEqual(second.next(at(0)), { kind: 'wait', delay: 20, delayNs: 20_000_000n, untilNs: 20_000_000n })
  assert.equal(api.call('POST', '/v1/responses', { ...options, tokens: 0 }).next(at(0)).kind, 'send')
})

test('what needs more tokens than a limit can hold is given up', () => {
  const api = Api.named('openai', { seed: 7 })
  const call = api.call('POST', '/v1/responses', { key: 'token', tokens: 30_001 })
  assert.deepEqual(call.next(at(0)), { kind: 'giveUp', reason: 'too_large' })
})

test('a server counts tokens, and tells the limit that denied', () => {
  const api = Api.named('openai')
  const admit = (tokens) => api.admit('POST', '/v1/responses', { key: 'token', tokens, ...at(0) })
  assert.deepEqual([admit(20_000).allowed, admit(10_001).deniedBy, admit(10_000).deniedBy], [true, 'tokens', undefined])
  assert.equal(admit(10_001).limitedBy, 'category')
  assert.deepEqual([admit(30_001).allowed, admit(30_001).retryAfterNs], [false, 2n ** 64n - 1n])
  const unnamed = Api.fromJson(mine({ categories: [{ name: 'all', limits: [{ kind: 'token_bucket', limit: 0, per: '1s', burst: 1 }] }] }))
  assert.deepEqual(Object.entries(unnamed.admit('GET', '/', { key: 'a' })).filter(([name]) => name === 'deniedBy'), [])
})

test('a send is cut off where the policy or the deadline says', () => {
  const api = Api.fromJson(mine({ retry: { attempt_timeout: '1500us' } }), { seed: 7 })
  const call = api.call('GET', '/', { key: 'alice' })
  assert.deepEqual([call.attemptEnds, call.attemptEndsNs, call.attemptTimeout({ now: 0n })], [Infinity, undefined, Infinity])
  call.next(at(1))
  assert.deepEqual([call.attemptEnds, call.attemptEndsNs], [1002, SECOND + 1_500_000n])
  const timeout = (now) => call.attemptTimeout({ now })
  assert.deepEqual([timeout(SECOND), timeout(SECOND + 600_000n), timeout(3n * SECOND)], [2, 1, 0])
  const late = api.call('GET', '/', { key: 'alice', deadlineNs: SECOND + 1n })
  late.next(at(1))
  assert.deepEqual([late.attemptEnds, late.attemptEndsNs], [1001, SECOND + 1n])
})
