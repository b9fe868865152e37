// What headers say in any dialect, and what is announced in them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Advice, Dialect, Hints, announce, errors } from 'tidegate'

/** 19 May 2024, 16:00:37 UTC. */
const wall = 1_716_134_437_000_000_000n
const listed = (name) => /one of: (.*)$/.exec(errors.find((row) => row.name === name).message)[1].split(', ')

test('several limits are told apart, and the tightest one stops', () => {
  const advice = new Advice({
    'RateLimit-Policy': '"burst";q=100;w=60, "daily";q=1000;w=86400',
    RateLimit: ['"burst";r=7;t=30', '"daily";r=0;t=36400'],
  })
  assert.deepEqual(advice.allowances, [
    { name: 'burst', unit: 'requests', limit: 100, remaining: 7, reset: { after: 30_000, afterNs: 30_000_000_000n }, window: 60_000, windowNs: 60_000_000_000n },
    { name: 'daily', unit: 'requests', limit: 1000, remaining: 0, reset: { after: 36_400_000, afterNs: 36_400_000_000_000n }, window: 86_400_000, windowNs: 86_400_000_000_000n },
  ])
  assert.deepEqual(advice.tightest({ wall }), advice.allowances[1])
  assert.deepEqual([advice.wait({ wall }), advice.waitNs({ wall })], [36_400_000, 36_400_000_000_000n])
  assert.equal(advice.header('Retry-After', 20), 'read')
  assert.deepEqual(advice.retryAfter, { delay: 20_000, delayNs: 20_000_000_000n })
  assert.equal(advice.wait({ wall }), 20_000)
})

test('the same header is a wait in one dialect and a time in another', () => {
  const reset = (dialect, value = 60) => new Advice({ 'X-RateLimit-Reset': value }, { dialect }).allowances[0]?.reset
  assert.deepEqual(reset('common'), { after: 60_000, afterNs: 60_000_000_000n })
  assert.deepEqual(reset('github'), { at: 60_000, atNs: 60_000_000_000n })
  assert.deepEqual(reset(new Dialect('github', { reset: 'ms' })), { after: 60, afterNs: 60_000_000n })
  assert.equal(reset('slack'), undefined)
  assert.equal(reset('github', 1.5), undefined)
  assert.deepEqual(reset(new Dialect('github', { reset: 's', decimals: true }), 1.5), { after: 1500, afterNs: 1_500_000_000n })
})

test('whatever else a response tells', () => {
  const advice = new Advice([
    ['Date', 'Sun, 19 May 2024 16:00:37 GMT'],
    ['x-should-retry', 'true'],
    ['X-RateLimit-Global', 'true'],
    ['X-RateLimit-Bucket', 'abcd1234'],
    ['X-RateLimit-Scope', 'shared'],
    ['X-RateLimit-Limit', 'many'],
    ['Content-Type', 'text/plain'],
    ['Age', '5'],
  ])
  assert.deepEqual([advice.date, advice.dateNs], [1_716_134_437_000, wall])
  assert.deepEqual([advice.shouldRetry, advice.isGlobal, advice.isCached], [true, true, true])
  assert.deepEqual([advice.bucket, advice.scope, advice.invalid, advice.dropped], ['abcd1234', 'shared', 1, 0])
  const nothing = new Advice()
  assert.deepEqual([nothing.date, nothing.shouldRetry, nothing.isGlobal, nothing.isCached], [undefined, undefined, undefined, false])
  assert.deepEqual([nothing.retryAfter, nothing.bucket, nothing.scope, nothing.wait(), nothing.waitNs(), nothing.tightest()], Array(6).fill(undefined))
})

test('partitions, units and what was used', () => {
  const [one, other] = new Advice({ RateLimit: '"a";r=1;pk=:YQ==:, "a";r=2;pk=:Yg==:' }).allowances
  assert.ok(one.partition > 0n && one.partition !== other.partition)
  const [tokens] = new Advice({ 'x-ratelimit-limit-tokens': 150, 'x-ratelimit-reset-tokens': '6m0s' }, { dialect: 'openai' }).allowances
  assert.deepEqual([tokens.unit, tokens.limit, tokens.reset.after], ['tokens', 150, 360_000])
  const [used] = new Advice({ 'X-RateLimit-Limit': 60, 'X-RateLimit-Used': 1 }, { dialect: 'github' }).allowances
  assert.deepEqual([used.used, used.remaining], [1, 59])
})

test('a character of a header is a byte of it, as Node has it', () => {
  const wait = (value) => new Advice({ 'x-ratelimit-reset-requests': value }, { dialect: 'openai' }).allowances[0]?.reset.afterNs
  const asItComes = Buffer.from('250µs').toString('latin1')
  assert.equal(new Headers({ a: asItComes }).get('a'), asItComes)
  assert.equal(wait(asItComes), 250_000n)
  // The same letter alone is one byte, which is no letter in UTF-8.
  assert.equal(wait('250µs'), undefined)
})

test('ten limits are more than are kept', () => {
  const limits = Array.from({ length: 10 }, (_, i) => `"p${i}";r=${i}`).join(', ')
  const advice = new Advice({ RateLimit: limits })
  assert.deepEqual([advice.allowances.length, advice.dropped, advice.invalid], [8, 2, 0])
})

test('hints of advice are what a call takes', () => {
  const hints = new Advice({ 'X-RateLimit-Limit': 60, 'X-RateLimit-Remaining': 0, 'X-RateLimit-Reset': 1_716_134_460 }).hints({ wall })
  assert.ok(hints instanceof Hints)
  assert.deepEqual([hints.limit, hints.remaining, hints.resetNs], [60, 0, 1_716_134_460_000_000_000n])
  assert.equal(hints.header('Retry-After', '5'), 'read')
  assert.equal(hints.retryAfter.delay, 5000)
})

test('every name that the table of errors lists is one', () => {
  for (const name of listed('UnknownDialect')) assert.doesNotThrow(() => new Dialect(name), name)
  for (const reset of listed('UnknownReset')) assert.doesNotThrow(() => new Dialect('common', { reset }), reset)
  const limit = { limit: 5, remaining: 5, resetAfter: 0, window: 0 }
  for (const form of listed('UnknownForm')) assert.ok(announce(form, [limit]).length >= 2, form)
})

test('what is announced is read back, in every form', () => {
  const limits = [
    { name: 'burst', limit: 100, remaining: 7, resetAfter: '29.5s', window: 'minute' },
    { name: 'daily', limit: 1000n, remaining: 0n, resetAfterNs: 36_400_000_000_000n, windowNs: 86_400_000_000_000n },
  ]
  assert.deepEqual(announce('draft-10', limits, { retryAfter: 29_500, wall }), [
    ['RateLimit-Policy', '"burst";q=100;w=60, "daily";q=1000;w=86400'],
    ['RateLimit', '"burst";r=7;t=30, "daily";r=0;t=36400'],
    ['Retry-After', '30'],
  ])
  for (const form of listed('UnknownForm')) {
    const advice = new Advice(announce(form, limits, { wall }))
    const { limit, remaining, window } = advice.tightest({ wall })
    assert.deepEqual([limit, remaining, window, advice.invalid], [1000, 0, 86_400_000, 0], form)
    assert.equal(advice.wait({ wall }), 36_400_000, form)
  }
})
