'use strict'
// `RetryQuota`, `RetryThrottle`, `RetryBudget`: how many retries all callers together may send.

const native = require('./native.cjs')
const { detached, invalidType, outOfRange, valueOf, done } = require('./errors.cjs')
const values = require('./values.cjs')

const COSTS = ['failure', 'transient', 'throttled', 'firstSuccess']
/** Which throttle another one is as full as, beside its options. */
const LIKE = Symbol('made by throttle.replaced()')

/** The native handle of a budget of each kind, `undefined` for what is none. */
let quotaOf, throttleOf, ratioOf

class RetryQuota {
  #handle

  static {
    quotaOf = (self) => (#handle in Object(self) ? self.#handle : undefined)
  }

  constructor(options) {
    const { capacity = 500, costs = 'aws_2_0' } = values.options(options, ['capacity', 'costs'])
    const table = typeof costs === 'string' ? costs : explicit(values.options(costs, COSTS, 'costs'))
    const handle = native.createRetryQuota(values.small(capacity, 'capacity'), table)
    if (handle === null) throw outOfRange('costs', `aws_2_0, aws_2_1, or an object of ${COSTS.join(', ')}`, costs)
    this.#handle = handle
  }

  trySpend(cause) {
    const cost = valueOf(native.retryQuotaTrySpend(RetryQuota.#of(this, 'trySpend'), values.text(cause, 'cause')))
    return cost === null ? undefined : Number(cost)
  }

  succeeded(lastCost = 0) {
    native.retryQuotaSucceeded(RetryQuota.#of(this, 'succeeded'), values.small(lastCost, 'lastCost'))
  }

  cancelled(cost) {
    native.retryQuotaCancelled(RetryQuota.#of(this, 'cancelled'), values.small(cost, 'cost'))
  }

  get tokens() {
    return native.retryQuotaTokens(RetryQuota.#of(this, 'tokens'))
  }

  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('RetryQuota', method)
  }
}

class RetryThrottle {
  #handle

  static {
    throttleOf = (self) => (#handle in Object(self) ? self.#handle : undefined)
  }

  constructor(options, like) {
    const { maxTokens, ratio } = values.options(options, ['maxTokens', 'ratio'])
    const tokens = values.small(maxTokens, 'maxTokens')
    this.#handle = valueOf(native.createRetryThrottle(tokens, values.part(ratio, 'ratio'), like?.[LIKE]))
  }

  failed() {
    return native.retryThrottleFailed(RetryThrottle.#of(this, 'failed'))
  }

  succeeded() {
    native.retryThrottleSucceeded(RetryThrottle.#of(this, 'succeeded'))
  }

  allows() {
    return native.retryThrottleAllows(RetryThrottle.#of(this, 'allows'))
  }

  replaced(options) {
    return new RetryThrottle(options, { [LIKE]: RetryThrottle.#of(this, 'replaced') })
  }

  get tokens() {
    return native.retryThrottleTokens(RetryThrottle.#of(this, 'tokens'))[0]
  }

  get thousandths() {
    return native.retryThrottleTokens(RetryThrottle.#of(this, 'thousandths'))[1]
  }

  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('RetryThrottle', method)
  }
}

class RetryBudget {
  #handle

  static {
    ratioOf = (self) => (#handle in Object(self) ? self.#handle : undefined)
  }

  constructor(options) {
    const known = values.options(options, ['window', 'windowNs', 'ratio', 'reserve'])
    const { ratio = 0.2, reserve = 10 } = known
    const window = values.length(known, 'window') ?? values.millis('10s')
    this.#handle = valueOf(native.createRetryBudget(window, values.part(ratio, 'ratio'), values.small(reserve, 'reserve')))
  }

  deposit(clocks) {
    done(native.retryBudgetDeposit(RetryBudget.#of(this, 'deposit'), values.now(clocks)))
  }

  tryWithdraw(clocks) {
    return valueOf(native.retryBudgetTryWithdraw(RetryBudget.#of(this, 'tryWithdraw'), values.now(clocks)))
  }

  available(clocks) {
    return Number(valueOf(native.retryBudgetAvailable(RetryBudget.#of(this, 'available'), values.now(clocks))))
  }

  static #of(self, method) {
    if (#handle in Object(self)) return self.#handle
    throw detached('RetryBudget', method)
  }
}

/** The native handle of a budget of any kind, under its kind; nothing for `null`. */
function budgetOf(budget) {
  if (budget === null) return {}
  const handles = { quota: quotaOf(budget), throttle: throttleOf(budget), ratio: ratioOf(budget) }
  if (Object.values(handles).some((handle) => handle !== undefined)) return handles
  throw invalidType('budget', 'a RetryBudget, a RetryQuota, a RetryThrottle, or null for none', budget)
}

/** A table of costs of one's own. */
function explicit({ firstSuccess = 1, ...costs }) {
  const all = { ...costs, firstSuccess }
  return Object.fromEntries(COSTS.map((name) => [name, values.small(all[name], name)]))
}

module.exports = { RetryBudget, RetryQuota, RetryThrottle, budgetOf }
