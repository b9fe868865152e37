// What the verbs of `conformance/traces_retry` do with their arguments.

import { AdaptiveRate, AdaptiveThrottle, Backoff, CircuitBreaker, RetryBudget, RetryQuota, RetryThrottle } from 'tidegate'
import { one } from './trace_text.mjs'

export const retries = {
  backoff: (w, initialNs, factor, ...rest) =>
    made(w, rest, (common) => new Backoff({ initialNs: BigInt(initialNs), factor: BigInt(factor), ...common })),
  backoff_ratio: (w, initialNs, numerator, denominator, ...rest) => {
    const factor = [BigInt(numerator), BigInt(denominator)]
    return made(w, rest, (common) => new Backoff({ initialNs: BigInt(initialNs), factor, ...common }))
  },
  backoff_linear: (w, initialNs, step, ...rest) => made(w, rest, (common) => (step === '0'
    ? Backoff.constant({ delayNs: BigInt(initialNs), ...common })
    : Backoff.linear({ initialNs: BigInt(initialNs), stepNs: BigInt(step), ...common }))),
  backoff_polynomial: (w, initialNs, power, ...rest) =>
    made(w, rest, (common) => Backoff.polynomial({ initialNs: BigInt(initialNs), power: Number(power), ...common })),
  backoff_fibonacci: (w, initialNs, ...rest) =>
    made(w, rest, (common) => Backoff.fibonacci({ initialNs: BigInt(initialNs), ...common })),
  backoff_list: (w, delays, ...rest) => {
    const delaysNs = delays === '-' ? [] : delays.split(',').map(BigInt)
    return made(w, rest, (common) => Backoff.list({ delaysNs, ...common }))
  },
  backoff_at_once: (w) => {
    w.backoff = w.create({ firstAtOnce: true })
    return 'ok'
  },
  delay: (w, seed, call, attempt) => `${w.backoff.delayNs(Number(attempt), { seed: BigInt(seed), call: BigInt(call) })}`,

  budget_aws: (w, capacity, table) => {
    w.quota = new RetryQuota({ capacity: Number(capacity), costs: one(table, { '2.0': 'aws_2_0', '2.1': 'aws_2_1' }) })
    return 'ok'
  },
  spend: (w, cause) => {
    const cost = w.quota.trySpend(cause)
    return `${cost === undefined ? 'exhausted' : `cost ${cost}`} left ${w.quota.tokens}`
  },
  spend_succeeded: (w, cost) => {
    w.quota.succeeded(Number(cost))
    return `left ${w.quota.tokens}`
  },
  spend_cancelled: (w, cost) => {
    w.quota.cancelled(Number(cost))
    return `left ${w.quota.tokens}`
  },
  budget_grpc: (w, maxTokens, ratio) => {
    w.throttle = new RetryThrottle({ maxTokens: Number(maxTokens), ratio: Number(ratio) / 1e3 })
    return 'ok'
  },
  throttle_replace: (w, maxTokens, ratio) => {
    w.throttle = w.throttle.replaced({ maxTokens: Number(maxTokens), ratio: Number(ratio) / 1e3 })
    return 'ok'
  },
  throttle_failed: (w) => {
    const said = w.throttle.failed()
    if (w.throttle.allows() !== said) throw new Error('allows() says something else')
    return `${again(said)} left ${w.throttle.thousandths}`
  },
  throttle_succeeded: (w) => {
    w.throttle.succeeded()
    return `left ${w.throttle.thousandths}`
  },
  budget_finagle: (w, windowNs, millionths, reserve) => {
    w.budget = new RetryBudget({ windowNs: BigInt(windowNs), ratio: Number(millionths) / 1e6, reserve: Number(reserve) })
    return 'ok'
  },
  deposit: (w, now, times) => {
    repeat(times, () => w.budget.deposit(at(now)))
    return `available ${w.budget.available(at(now))}`
  },
  withdraw: (w, now) => `${again(w.budget.tryWithdraw(at(now)))} available ${w.budget.available(at(now))}`,

  budget_sre: (w, windowNs, k, most) => {
    w.sre = new AdaptiveThrottle({ windowNs: BigInt(windowNs), k: Number(k) / 1e3, most: Number(most) / 1e6 })
    return 'ok'
  },
  sre_send: (w, seed, call, times, now) => {
    let sent = 0
    repeat(times, (nth) => {
      if (w.sre.trySend({ seed: BigInt(seed), call: BigInt(call) + BigInt(nth), attempt: 0, ...at(now) })) sent += 1
    })
    return `sent ${sent} rejected ${w.sre.rejectedMillionths(at(now))}`
  },
  sre_accepted: (w, now, times) => {
    repeat(times, () => w.sre.accepted(at(now)))
    return `rejected ${w.sre.rejectedMillionths(at(now))}`
  },
  adaptive: (w, now) => {
    w.rate = new AdaptiveRate(at(now))
    return 'ok'
  },
  adaptive_send: (w, now) => {
    const { allowed, retryAfterNs } = w.rate.trySend(at(now))
    return allowed ? 'send' : `wait ${retryAfterNs}`
  },
  adaptive_answered: (w, now, kind) => {
    w.rate.answered(one(kind, { refused: true, accepted: false }), at(now))
    return `measured ${w.rate.measuredPico} rate ${w.rate.ratePico}`
  },

  breaker: (w, kind, ...numbers) => {
    w.breaker = one(kind, {
      consecutive: (failures, openFor, probes) =>
        CircuitBreaker.consecutive({ failures: Number(failures), openForNs: BigInt(openFor), probes: Number(probes) }),
      ratio: (window, millionths, least, openFor, probes) => CircuitBreaker.ratio({
        windowNs: BigInt(window), part: Number(millionths) / 1e6, least: Number(least), openForNs: BigInt(openFor), probes: Number(probes),
      }),
    })(...numbers)
    w.passages.clear()
    return 'ok'
  },
  breaker_call: (w, id, now) => {
    const { allowed, passage, retryAfterNs } = w.breaker.tryCall(at(now))
    if (!allowed) return `wait ${retryAfterNs}`
    w.passages.set(id, passage)
    return 'pass'
  },
  breaker_succeeded: (w, id, now) => reported(w, id, now, (passage) => w.breaker.succeeded(passage, at(now))),
  breaker_failed: (w, id, now) => reported(w, id, now, (passage) => w.breaker.failed(passage, at(now))),
  breaker_cancelled: (w, id, now) => reported(w, id, now, (passage) => w.breaker.cancelled(passage)),
}

/** A backoff, and how it is made with more options. */
function made(w, [capNs, jitter, spread], create) {
  const isPart = jitter === 'around' || jitter === 'above'
  const common = { capNs: BigInt(capNs), jitter, ...(isPart ? { spread: Number(spread) / 1e6 } : { spreadNs: BigInt(spread) }) }
  const backoff = create(common)
  Object.assign(w, { backoff, create: (more) => create({ ...common, ...more }) })
  return 'ok'
}

function reported(w, id, now, report) {
  report(w.passages.get(id))
  return w.breaker.state(at(now))
}

function repeat(times, run) {
  for (let nth = 0; nth < Number(times); nth += 1) run(nth)
}

const again = (said) => (said ? 'retry' : 'stop')
const at = (now) => ({ now: BigInt(now) })
