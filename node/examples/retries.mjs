// When again, and whether: a loop of retries with everything that protects the server. Every time and draw
// is given, so that it prints the same always: in a program leave `now` and `seed` out, and sleep.

import { Advice, Backoff, CircuitBreaker, RetryBudget, announce } from 'tidegate'

const backoff = new Backoff({ initial: 100, factor: 1.5, cap: '20s', jitter: 'around', spread: 0.2 })
const budget = new RetryBudget({ window: '10s', ratio: 0.2, reserve: 10 }) // of all callers together
const breaker = CircuitBreaker.consecutive({ failures: 5, openFor: '30s' })

// A server that is down, then refuses, then answers. It announces its limit as the IETF's draft has it.
const limit = { name: 'burst', limit: 100, remaining: 0, resetAfter: '1.5s', window: 'minute' }
const answers = [
  { status: 503, headers: [] },
  { status: 429, headers: announce('draft-10', [limit]) },
  { status: 200, headers: [] },
]

let now = 0n
budget.deposit({ now })
for (let attempt = 0; ; attempt += 1) {
  const { allowed, passage, retryAfter } = breaker.tryCall({ now })
  if (!allowed) {
    console.log(`the breaker is open for ${retryAfter} ms`)
    break
  }
  if (attempt > 0 && !budget.tryWithdraw({ now })) {
    breaker.cancelled(passage)
    console.log('no retry is left')
    break
  }
  const { status, headers } = answers[attempt]
  // A 429 is no failure of the server.
  if (status >= 500) breaker.failed(passage, { now })
  else breaker.succeeded(passage, { now })
  if (status === 200) {
    console.log(`attempt ${attempt}: ${status}; ${budget.available({ now })} retries left, breaker ${breaker.state({ now })}`)
    break
  }
  // The server's wait is never cut short.
  const advice = new Advice(headers, { dialect: 'ietf' })
  const told = advice.wait() ?? 0
  const delay = Math.max(told, backoff.delay(attempt, { seed: 7 }))
  console.log(`attempt ${attempt}: ${status}, again in ${delay} ms${told > 0 ? `, as limit "${advice.tightest().name}" says` : ''}`)
  now += BigInt(delay) * 1_000_000n
}
