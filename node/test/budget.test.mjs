// Budgets of retries: what each takes and gives back. The traces have the sequences of other libraries.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RetryBudget, RetryQuota, RetryThrottle, errors } from 'tidegate'

test('a quota takes what a cause costs, and a success gives it back', () => {
  const quota = new RetryQuota()
  assert.deepEqual([quota.trySpend('failure'), quota.trySpend('transient'), quota.tokens], [5, 10, 485])
  quota.succeeded(10)
  quota.succeeded() // at the first try
  quota.cancelled(5n)
  assert.equal(quota.tokens, 500)
})

test('the newer table, and one of one\'s own', () => {
  const newer = new RetryQuota({ capacity: 20, costs: 'aws_2_1' })
  assert.deepEqual([newer.trySpend('transient'), newer.trySpend('failure'), newer.trySpend('throttled'), newer.tokens], [14, undefined, 5, 1])
  const own = new RetryQuota({ capacity: 5n, costs: { failure: 0, transient: 2, throttled: 3n, firstSuccess: 4 } })
  // What costs nothing is still told as a cost.
  assert.deepEqual([own.trySpend('failure'), own.trySpend('throttled'), own.trySpend('throttled')], [0, 3, undefined])
  own.succeeded(0)
  assert.equal(own.tokens, 5)
})

test('every cause that the table of errors names is one', () => {
  const [, names] = /one of: (.*)$/.exec(errors.find(({ name }) => name === 'UnknownCause').message)
  for (const cause of names.split(', ')) assert.equal(typeof new RetryQuota().trySpend(cause), 'number', cause)
})

test('a throttle stops at half of its tokens, counted in thousandths', () => {
  const throttle = new RetryThrottle({ maxTokens: 4, ratio: 1.6 })
  assert.deepEqual([throttle.failed(), throttle.failed(), throttle.allows()], [true, false, false])
  throttle.succeeded()
  assert.deepEqual([throttle.allows(), throttle.tokens, throttle.thousandths], [true, 3.6, 3600])
  const larger = throttle.replaced({ maxTokens: 10, ratio: 0.001 })
  assert.ok(larger instanceof RetryThrottle)
  assert.deepEqual([larger.thousandths, throttle.thousandths], [9000, 3600])
  larger.succeeded()
  assert.equal(larger.thousandths, 9001)
})

test('a budget is a part of the requests and a reserve, for its window', () => {
  const budget = new RetryBudget({ window: '10s', ratio: 0.2, reserve: 1 })
  for (let i = 0; i < 10; i += 1) budget.deposit({ now: 0 })
  assert.equal(budget.available({ now: 0 }), 3)
  const said = Array.from({ length: 4 }, () => budget.tryWithdraw({ now: 0n }))
  assert.deepEqual(said, [true, true, true, false])
  // What was deposited and what was spent expire alike.
  assert.equal(budget.available({ now: 20_000_000_000n }), 1)
})

test('by the clock of the host a budget begins with its reserve', () => {
  const budget = new RetryBudget()
  for (let i = 0; i < 5; i += 1) budget.deposit()
  assert.equal(budget.available(), 11)
  assert.equal(budget.tryWithdraw(), true)
})
