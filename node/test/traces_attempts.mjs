// What the verbs of `conformance/traces_around` about attempts do with their arguments.

import { RetryPolicy } from 'tidegate'
import { one } from './trace_text.mjs'

export const attempts = {
  rules: (w, most, timeout, attemptTimeout, serverJitter, maxServerDelay, budget, breaker) => {
    w.policy = new RetryPolicy({
      attempts: most === '-' ? Infinity : Number(most),
      timeoutNs: bound(timeout),
      attemptTimeoutNs: bound(attemptTimeout),
      serverJitterNs: BigInt(serverJitter),
      maxServerDelayNs: bound(maxServerDelay) ?? LAST,
      backoff: w.backoff,
      budget: one(budget, { none: null, quota: w.quota, ratio: w.budget, throttle: w.throttle }),
      breaker: one(breaker, { none: undefined, breaker: w.breaker }),
    })
    return 'ok'
  },
  attempts: (w, id, seed, call, now) => {
    w.operations.set(id, w.policy.begin({ seed: BigInt(seed), call: BigInt(call), ...at(now) }))
    return 'ok'
  },
  attempt: (w, id, now) => {
    const step = w.operations.get(id).next(at(now))
    if (step.kind === 'wait') return `wait ${step.untilNs}`
    return step.kind === 'giveUp' ? `give_up ${step.reason} ${step.serverDelayNs ?? '-'}` : step.kind
  },
  attempt_failed: (w, id, cause, told, now) => {
    w.operations.get(id).failed(cause, { retryAfterNs: bound(told), ...at(now) })
    return 'ok'
  },
  attempt_succeeded: (w, id, now) => {
    w.operations.get(id).succeeded(at(now))
    return 'ok'
  },
  attempt_aborted: (w, id) => {
    w.operations.get(id).aborted()
    return 'ok'
  },
  attempt_left: (w, id, now) => `${w.operations.get(id).leftNs(at(now)) ?? '-'}`,
}

/** The last nanosecond that 64 bits can count. */
const LAST = 2n ** 64n - 1n
const bound = (ns) => (ns === '-' ? undefined : BigInt(ns))
const at = (now) => ({ now: BigInt(now) })
