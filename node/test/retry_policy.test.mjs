// RetryPolicy: when an operation is tried again, and what is left of it.

import assert from 'node:assert/strict'
import { getEventListeners, once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { Attempts, Backoff, BreakerOpenError, CircuitBreaker, FixedWindow, RateLimitError, RateLimiter, RetryBudget, RetryPolicy, RetryQuota, RetryThrottle, retry, retryInfo } from 'tidegate'
import { ManualClock } from 'tidegate/testing'

const manual = (t) => {
  const clock = ManualClock.install({ now: 0n, wall: 0n })
  t.after(() => clock.uninstall())
  return clock
}
/** 100 ms, 200 ms, 400 ms, … */
const backoff = { initial: 100, cap: '1m', jitter: 'none' }
/** Fails so often, then succeeds; writes down when. */
const flaky = (clock, times, calls = []) => Object.assign(async () => {
  calls.push(Number(clock.nowNs / 1_000_000n))
  if (calls.length <= times) throw new Error(`failure ${calls.length}`)
  return 'done'
}, { calls })

test('an operation is tried again after its delays until it succeeds', async (t) => {
  const clock = manual(t)
  const told = []
  const policy = new RetryPolicy({ attempts: 5, backoff, onRetry: ({ attempt, delay, error }) => told.push([attempt, delay, error.message]) })
  const succeeded = []
  policy.on('success', (event) => succeeded.push(event))
  const work = flaky(clock, 3)
  const running = policy.run(work)
  await clock.advanceAsync('10s')
  assert.equal(await running, 'done')
  assert.deepEqual(work.calls, [0, 100, 300, 700])
  assert.deepEqual(told, [[1, 100, 'failure 1'], [2, 200, 'failure 2'], [3, 400, 'failure 3']])
  assert.deepEqual(succeeded, [{ attempts: 4 }])
  assert.equal(clock.timers, 0)
})

test('the last error is the one that is thrown, and says how it ended', async (t) => {
  const clock = manual(t)
  const ended = []
  const policy = new RetryPolicy({ attempts: 2, backoff })
  policy.on('giveUp', (event) => ended.push(event))
  const running = policy.run(flaky(clock, 9))
  running.catch(() => {})
  await clock.advanceAsync('10s')
  await assert.rejects(running, (error) => {
    assert.equal(error.message, 'failure 2')
    assert.deepEqual(error[retryInfo], { attempts: 2, reason: 'attempts_exhausted' })
    assert.deepEqual(Object.keys(error), [])
    assert.deepEqual(ended, [{ attempts: 2, reason: 'attempts_exhausted', error }])
    return true
  })
})

test('what is no error, or frozen, is thrown as it is', async () => {
  for (const thrown of ['text', undefined, null, 0, Object.freeze(new Error('frozen'))]) {
    const policy = new RetryPolicy({ attempts: 2, backoff: Backoff.constant({ delay: 1, jitter: 'none' }) })
    await assert.rejects(policy.run(() => { throw thrown }), (error) => Object.is(error, thrown) && Object.is(error?.[retryInfo], undefined))
  }
})

test('a program that is wrong is not tried again', async () => {
  const refused = [
    new TypeError('x is not a function'), new RangeError('bad'), new SyntaxError('bad'), new ReferenceError('bad'),
    Object.assign(new Error('gone'), { status: 404 }), Object.assign(new Error('no'), { response: { status: 403 } }),
    Object.assign(new Error('no'), { statusCode: 400 }), new DOMException('stopped', 'AbortError'),
    Object.assign(new Error('bad certificate'), { code: 'CERT_HAS_EXPIRED' }),
    Object.assign(new Error('it says no'), { status: 503, headers: { 'x-should-retry': 'false' } }),
  ]
  for (const error of refused) {
    let calls = 0
    await assert.rejects(retry(() => { calls += 1; throw error }, { backoff }), (thrown) => thrown === error)
    assert.deepEqual([calls, error[retryInfo].reason, error[retryInfo].attempts], [1, 'not_retryable', 1], error.message)
  }
})

test('what may go away is, and a wait that was told is kept', async (t) => {
  const clock = manual(t)
  const policy = new RetryPolicy({ attempts: 2, backoff, serverJitter: 0, budget: null })
  for (const [error, delay] of [
    [new Error('anything'), 100],
    [new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) }), 100],
    [new DOMException('late', 'TimeoutError'), 100],
    [Object.assign(new Error('busy'), { status: 503 }), 100],
    [Object.assign(new Error('busy'), { status: 503, headers: { 'retry-after': '7' } }), 7000],
    [Object.assign(new Error('axios has it so'), { response: { status: 429, headers: { 'Retry-After': '3' } } }), 3000],
    [Object.assign(new Error('an SDK has it so'), { status: 429, headers: new Headers({ 'retry-after-ms': '250' }) }), 250],
    [Object.assign(new Error('it says yes'), { status: 409, headers: { 'x-should-retry': 'true' } }), 100],
    [Object.assign(new Error('strange headers'), { status: 500, headers: { get: () => 'x' } }), 100],
  ]) {
    const seen = []
    const listening = policy.on('retry', (event) => seen.push(event.delay))
    const running = policy.run(({ number }) => { if (number === 1) throw error })
    await clock.advanceAsync('1m')
    await running
    assert.deepEqual(seen, [delay], error.message)
    listening[Symbol.dispose]()
  }
  const limiter = new RateLimiter({ limit: 1, interval: 'minute', burst: 1 })
  limiter.tryAcquire()
  const waits = policy.run(() => limiter.acquire({ timeout: 0 }))
  await clock.advanceAsync('59s')
  assert.equal(limiter.tryAcquire(), false)
  await clock.advanceAsync('1s')
  assert.equal(await waits, 0)
})

test('a function says whether, and when', async (t) => {
  const clock = manual(t)
  const asked = []
  const answers = [true, 5, Promise.resolve(0), false]
  const policy = new RetryPolicy({
    attempts: Infinity, backoff, serverJitter: 0,
    shouldRetry: (error, { attempt, cause }) => { asked.push([error.message, attempt, cause]); return answers[attempt - 1] },
  })
  const work = flaky(clock, 9)
  const running = policy.run(work)
  running.catch(() => {})
  await clock.advanceAsync('1s')
  await assert.rejects(running, (error) => error.message === 'failure 4' && error[retryInfo].reason === 'not_retryable')
  assert.deepEqual(work.calls, [0, 100, 105, 105])
  assert.deepEqual(asked, [1, 2, 3, 4].map((n) => [`failure ${n}`, n, 'failure']))
})

test('a longer wait than is obeyed ends it, and is told', async () => {
  const policy = new RetryPolicy({ maxServerDelay: '1m', shouldRetry: () => 60_001 })
  await assert.rejects(policy.run(() => { throw new Error('busy') }), (error) => {
    assert.deepEqual(error[retryInfo], { attempts: 1, reason: 'server_delay_too_long', serverDelay: 60_001, serverDelayNs: 60_001_000_000n })
    return true
  })
})

test('no wait begins that would end after the time of all attempts', async (t) => {
  const clock = manual(t)
  const work = flaky(clock, 9)
  const running = new RetryPolicy({ attempts: Infinity, timeout: 700, backoff }).run(work)
  running.catch(() => {})
  await clock.advanceAsync(300)
  await assert.rejects(running, (error) => error[retryInfo].reason === 'deadline_too_close')
  assert.deepEqual([work.calls, clock.timers], [[0, 100, 300], 0])
})

test('an attempt that takes too long is given up, and tried again', async (t) => {
  const clock = manual(t)
  const reasons = []
  const policy = new RetryPolicy({ attempts: 3, attemptTimeout: '2s', timeout: '5s', backoff })
  const running = policy.run(({ number, signal }) => new Promise((resolve) => {
    signal.addEventListener('abort', () => reasons.push([number, signal.reason.name, Number(clock.nowNs / 1_000_000n)]))
  }))
  running.catch(() => {})
  await clock.advanceAsync('10s')
  // The third has what is left of all: 5,000 - 2 · 2,000 - 300.
  await assert.rejects(running, (error) => {
    assert.deepEqual([error.name, error.message, error[retryInfo].attempts], ['TimeoutError', 'attempt 3 has used up its time', 3])
    return true
  })
  assert.deepEqual(reasons, [[1, 'TimeoutError', 2000], [2, 'TimeoutError', 4100], [3, 'TimeoutError', 5000]])
  assert.equal(clock.timers, 0)
})

test('an abort ends the wait and the attempt with its reason, and leaves no listener', async (t) => {
  const clock = manual(t)
  const policy = new RetryPolicy({ backoff, budget: null })
  const reason = new Error('enough')
  for (const work of [flaky(clock, 9), () => new Promise(() => {})]) {
    const controller = new AbortController()
    const running = policy.run(work, { signal: controller.signal })
    running.catch(() => {})
    await clock.advanceAsync(1)
    assert.equal(getEventListeners(controller.signal, 'abort').length, 1)
    controller.abort(reason)
    await assert.rejects(running, (error) => error === reason && error[retryInfo] === undefined)
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
    assert.equal(clock.timers, 0)
  }
  // One that is never aborted.
  const { signal } = new AbortController()
  const running = policy.run(flaky(clock, 2), { signal })
  await clock.advanceAsync('1s')
  assert.equal(await running, 'done')
  assert.equal(getEventListeners(signal, 'abort').length, 0)
  let begun = false
  await assert.rejects(policy.run(() => { begun = true }, { signal: AbortSignal.abort(reason) }), (error) => error === reason)
  assert.equal(begun, false)
})

test('the signal of an attempt is the caller\'s too', async () => {
  const controller = new AbortController()
  const seen = []
  const running = new RetryPolicy().run(({ signal }) => {
    signal.addEventListener('abort', () => seen.push(signal.reason.message))
    controller.abort(new Error('enough'))
    throw signal.reason
  }, { signal: controller.signal })
  await assert.rejects(running, { message: 'enough' })
  assert.deepEqual(seen, ['enough'])
})

test('for await, as it is written', async (t) => {
  const clock = manual(t)
  const policy = new RetryPolicy({ attempts: 3, backoff })
  const tried = async (times, seen = []) => {
    for await (const attempt of policy.attempts()) {
      seen.push([attempt.number, Number(clock.nowNs / 1_000_000n)])
      try {
        if (attempt.number <= times) throw new Error(`failure ${attempt.number}`)
        attempt.succeed()
      } catch (error) {
        attempt.fail(error)
      }
    }
    return seen
  }
  const [good, bad] = [tried(2), tried(3)]
  bad.catch(() => {})
  await clock.advanceAsync('1s')
  assert.deepEqual(await good, [[1, 0], [2, 100], [3, 300]])
  await assert.rejects(bad, (error) => error.message === 'failure 3' && error[retryInfo].attempts === 3)
})

test('for await, left in any way', async () => {
  const quota = new RetryQuota({ capacity: 10, costs: { failure: 1, transient: 1, throttled: 1, firstSuccess: 0 } })
  const breaker = CircuitBreaker.consecutive({ failures: 1, openFor: '1h' })
  const policy = new RetryPolicy({ backoff: Backoff.constant({ delay: 1 }), budget: quota, breaker })
  for await (const _ of policy.attempts()) break
  const returned = await (async () => {
    for await (const attempt of policy.attempts()) {
      attempt.succeed()
      return attempt.number
    }
  })()
  assert.equal(returned, 1)
  await assert.rejects(async () => { for await (const _ of policy.attempts()) throw new Error('its own') }, { message: 'its own' })
  // Without a word it was a success.
  let rounds = 0
  for await (const _ of policy.attempts()) rounds += 1
  assert.deepEqual([rounds, quota.tokens, breaker.state()], [1, 10, 'closed'])
})

test('retries of all operations spend one budget', async (t) => {
  const clock = manual(t)
  for (const [budget, most] of [
    [new RetryBudget({ window: '10s', ratio: 0, reserve: 3 }), 3],
    [new RetryQuota({ capacity: 15 }), 3],
    [new RetryThrottle({ maxTokens: 6, ratio: 0.1 }), 2],
    [null, 5 * 3],
  ]) {
    const policy = new RetryPolicy({ attempts: 4, backoff, budget })
    let [retries, reasons] = [0, []]
    policy.on('retry', () => { retries += 1 })
    policy.on('giveUp', ({ reason }) => reasons.push(reason))
    const running = Array.from({ length: 5 }, () => policy.run(() => { throw new Error('down') }).catch(() => {}))
    await clock.advanceAsync('1m')
    await Promise.all(running)
    assert.equal(retries, most)
    assert.deepEqual([...new Set(reasons)].sort(), budget === null ? ['attempts_exhausted'] : reasons.includes('attempts_exhausted') ? ['attempts_exhausted', 'budget_exhausted'] : ['budget_exhausted'])
  }
  // Where nothing is said there is one for each policy: a fifth of the operations, and ten.
  let retries = 0
  const policy = new RetryPolicy({ attempts: 2, backoff, onRetry: () => { retries += 1 } })
  const running = Array.from({ length: 50 }, () => policy.run(() => { throw new Error('down') }).catch(() => {}))
  await clock.advanceAsync('1m')
  await Promise.all(running)
  assert.equal(retries, 20)
})

test('an open breaker ends it at once', async (t) => {
  const clock = manual(t)
  const breaker = CircuitBreaker.consecutive({ failures: 2, openFor: '30s' })
  const policy = new RetryPolicy({ attempts: 5, backoff, breaker })
  const work = flaky(clock, 2)
  const running = policy.run(work)
  running.catch(() => {})
  await clock.advanceAsync('1s')
  await assert.rejects(running, (error) => error.message === 'failure 2' && error[retryInfo].reason === 'breaker_open')
  await assert.rejects(policy.run(work), (error) => {
    assert.ok(error instanceof BreakerOpenError)
    assert.deepEqual([error.name, error.code, error[retryInfo]], ['BreakerOpenError', 'ERR_BREAKER_OPEN', { attempts: 0, reason: 'breaker_open' }])
    return true
  })
  await clock.advanceAsync('30s')
  assert.equal(await policy.run(work), 'done')
  assert.equal(breaker.state(), 'closed')
})

test('each attempt passes the limiter', async (t) => {
  const clock = manual(t)
  const limiter = new RateLimiter({ limit: 1, interval: 'second', burst: 1 })
  const work = flaky(clock, 2)
  const running = new RetryPolicy({ attempts: 3, backoff, limiter, attemptTimeout: 10 }).run(work)
  await clock.advanceAsync('5s')
  assert.equal(await running, 'done')
  assert.deepEqual(work.calls, [0, 1000, 2000])
  // A wait that is longer than what is left is not begun.
  const window = new FixedWindow({ limit: 1, interval: 'hour' })
  window.tryAcquire()
  await assert.rejects(new RetryPolicy({ limiter: window, timeout: '1m' }).run(assert.fail), (error) => {
    assert.ok(error instanceof RateLimitError)
    assert.deepEqual([error[retryInfo].reason, error[retryInfo].attempts], ['deadline_too_close', 1])
    return true
  })
  const controller = new AbortController()
  const waits = new RetryPolicy({ limiter: window }).run(assert.fail, { signal: controller.signal })
  await clock.advanceAsync(0)
  controller.abort(new Error('enough'))
  await assert.rejects(waits, { message: 'enough' })
  assert.equal(clock.timers, 0)
})

test('a wrapped function keeps its name, its arguments and its this', async () => {
  const policy = new RetryPolicy({ backoff: Backoff.constant({ delay: 1 }) })
  const client = { calls: 0, get: policy.wrap(async function get(path, query) { this.calls += 1; if (this.calls < 3) throw new Error('once more'); return `${path}?${query}` }) }
  assert.deepEqual([client.get.name, client.get.length], ['get', 2])
  assert.equal(await client.get('/a', 'b=1'), '/a?b=1')
  assert.equal(client.calls, 3)
})

test('what a listener throws is not the operation\'s', async () => {
  const policy = new RetryPolicy({ attempts: 2, backoff: Backoff.constant({ delay: 1 }) })
  policy.on('retry', () => { throw new Error('of a listener') })
  const seen = []
  const original = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => seen.push(error.message))
  let calls = 0
  const running = policy.run(() => { calls += 1; if (calls < 2) throw new Error('once more'); return calls })
  assert.equal(await running, 2)
  process.removeAllListeners('uncaughtException')
  for (const listener of original) process.on('uncaughtException', listener)
  assert.deepEqual(seen, ['of a listener'])
})

test('a policy is used by many at once, each with delays of its own', async (t) => {
  const clock = manual(t)
  const policy = new RetryPolicy({ attempts: 2, backoff: { initial: '10s', cap: '10s', jitter: 'full' }, seed: 7, budget: null })
  const delays = []
  policy.on('retry', ({ delay }) => delays.push(delay))
  const running = Array.from({ length: 100 }, () => policy.run(() => { throw new Error('down') }).catch(() => {}))
  await clock.advanceAsync('1m')
  await Promise.all(running)
  assert.ok(new Set(delays).size > 95)
  // The same seed and number give the same delay, in every language.
  const again = policy.begin({ call: 42, now: 0n })
  again.next({ now: 0n })
  again.failed('failure', { now: 0n })
  assert.equal(again.next({ now: 0n }).delay, delays[42])
  assert.ok(again instanceof Attempts)
})

test('against a server that fails, refuses and hangs', async (t) => {
  const seen = []
  const server = createServer((request, response) => {
    seen.push(request.url)
    const turn = seen.length
    if (turn === 1) return request.socket.destroy()
    if (turn === 2) return undefined // hangs
    if (turn === 3) return response.writeHead(503).end()
    if (turn === 4) return response.writeHead(429, { 'Retry-After': '0' }).end()
    response.end('fine')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => { server.closeAllConnections(); server.close() })
  const policy = new RetryPolicy({ attempts: 5, attemptTimeout: 200, backoff: Backoff.constant({ delay: 1 }), serverJitter: 0 })
  const text = await policy.run(async ({ signal }) => {
    const response = await fetch(`http://127.0.0.1:${server.address().port}/a`, { signal })
    if (!response.ok) throw Object.assign(new Error(`status ${response.status}`), { status: response.status, headers: response.headers })
    return response.text()
  })
  assert.equal(text, 'fine')
  assert.equal(seen.length, 5)
})
