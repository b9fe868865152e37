// What a strict TypeScript user can write, and what the compiler must refuse. It is compiled, not run:
//
//   tsc --noEmit --strict --target es2022 --module nodenext --types node test/types.test.ts

import {
  AdaptiveRate, AdaptiveThrottle, Advice, Api, Attempts, Backoff, BreakerOpenError, Call, CircuitBreaker, Dialect, FirstUseWindow, FixedWindow, Hints,
  KeyedRateLimiter, Layers, Passage, Policy, PolicyError, RateLimitError, RateLimiter, Reservation, RetryBudget, RetryPolicy, RetryQuota, RetryThrottle,
  StrictWindow, TidegateError, announce, apis, errors, failureKind, failures, parseRetryAfter, peekAll, reasons, removeShared, retry, retryInfo, scanErrorBody, sleep, tryAcquireAll,
  version,
} from 'tidegate'
import type {
  Admission, Allowance, AnyLimiter, Body, Clocks, Decision, DialectName, Duration, ErrorBody, ErrorCode, ErrorRow, Failure, Form,
  ApiName, HeadersLike, Jitter, Key, Layer, LayeredDecision, Method, Nanoseconds, Occupant, PartialDecision, Permission, PolicyBatch,
  PolicyCategory, PolicyLimit, PolicyPages, Reason, RetryAfter, RetryCause, RetryInfo, Snapshot, Step, Taken,
} from 'tidegate'
import { ManualClock, followTimers } from 'tidegate/testing'

/** Compiles only when both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const same = <A, B>(_: Same<A, B>) => {}

export async function limiters() {
  const limiter = new RateLimiter({ limit: 300, interval: 'minute', burst: 50 })
  new RateLimiter({ limit: 5n, interval: 1000 })
  new RateLimiter({ limit: 5, interval: '15m' })
  new RateLimiter({ limit: 5, intervalNs: 1_000_000_000n, burst: 2n })
  const tryAcquire: (cost?: number) => boolean = limiter.tryAcquire
  same<boolean, ReturnType<typeof tryAcquire>>(true)
  same<number, Awaited<ReturnType<typeof limiter.acquire>>>(true)
  await limiter.acquire({ cost: 2, timeout: '2s', signal: AbortSignal.timeout(5) })

  const decision: Decision = limiter.check(1, { now: 0n })
  if (decision.allowed) {
    same<number, typeof decision.remaining>(true)
    same<0, typeof decision.retryAfter>(true)
  } else {
    same<undefined, typeof decision.remaining>(true)
    same<bigint, typeof decision.retryAfterNs>(true)
  }
  limiter.peek()
  limiter.peek(2n, {})
  new FixedWindow({ limit: 5, interval: 'hour', skew: -1000 }).check(1, { wall: 0 })
  new FirstUseWindow({ limit: 5, interval: 'hour' }).peek(1, { wall: 0 })
  same<number, typeof StrictWindow.prototype.segments>(true)
  new StrictWindow({ limit: 5, interval: 'hour' }).check(1, { now: 0 })

  // @ts-expect-error: a limit is not text
  new RateLimiter({ limit: '5', interval: 1000 })
  // @ts-expect-error: a misspelt option
  new RateLimiter({ limit: 5, intervall: 1000 })
  // @ts-expect-error: no such unit
  new RateLimiter({ limit: 5, interval: '1w' })
  // @ts-expect-error: no options
  new RateLimiter()
  // @ts-expect-error: the hot path takes no bigint
  limiter.tryAcquire(1n)
  // @ts-expect-error: a limiter decides on the monotonic clock
  limiter.check(1, { wall: 0n })
  // @ts-expect-error: a window decides on the wall clock
  new FixedWindow({ limit: 5, interval: 1000 }).check(1, { now: 0n })
  // @ts-expect-error: a window has no burst
  new FixedWindow({ limit: 5, interval: 1000, burst: 5 })
  // @ts-expect-error: options, not a cost
  await limiter.acquire(2)
}

export function buckets() {
  const limiter = new RateLimiter({ limit: 5, interval: 'second', startEmpty: true, now: 0n })
  same<number, ReturnType<typeof limiter.tryAcquireUpTo>>(true)
  const partial: PartialDecision = limiter.checkUpTo(5n, { now: 0 })
  if (partial.allowed) same<number, typeof partial.remaining>(true)
  const reservation: Reservation = limiter.reserve({ cost: 2, timeout: '1s', now: 0n })
  limiter.reserve()
  same<bigint, typeof reservation.waitNs>(true)
  same<number, ReturnType<typeof reservation.cancel>>(true)
  reservation.settle(1n, { now: 0 })
  reservation[Symbol.dispose]()
  limiter.refund(1, { takenAtNs: 0n, now: 1n })
  limiter.refund(1, { age: performance.now() })
  const taken: Taken = { ageNs: 5n }
  limiter.refund(1n, taken)
  same<number, ReturnType<typeof limiter.drain>>(true)
  limiter.pause('1s', { now: 0 })
  limiter.pauseUntil(5n)
  limiter.observe({ limit: 60, remaining: 0, resetAfter: 1000 }, { now: 0n })
  limiter.observe({ remaining: 5n, resetAfterNs: 1n })
  limiter.reconfigure({ limit: 6, interval: 'second', carry: 'proportional' })
  const snapshot: Snapshot = limiter.snapshot()
  limiter.restore(JSON.parse(JSON.stringify(snapshot)), { age: '1s' })
  same<RateLimiter, ReturnType<typeof RateLimiter.restore>>(true)
  RateLimiter.restore({ limit: 6, intervalNs: 5n }, snapshot, { ageNs: 5n, now: 0 })
  // @ts-expect-error: a refund says when
  limiter.refund(1)
  // @ts-expect-error: one time, not two
  limiter.refund(1, { takenAtNs: 0n, age: 5 })
  // @ts-expect-error: how many were used
  reservation.settle()
  // @ts-expect-error: only a limiter makes reservations
  new Reservation()
  // @ts-expect-error: reservations are read only
  reservation.wait = 5
  // @ts-expect-error: an unknown carry
  limiter.reconfigure({ limit: 6, interval: 'second', carry: 'all' })
  // @ts-expect-error: an observation says how many are left
  limiter.observe({ limit: 5, resetAfter: 5 })
  // @ts-expect-error: a window cannot be reserved
  new FixedWindow({ limit: 5, interval: 1000 }).reserve()
}

export async function layers() {
  const requests = new RateLimiter({ limit: 5, interval: 'second' })
  const tokens: AnyLimiter = new StrictWindow({ limit: 5, interval: 'second' })
  const both: Layers = RateLimiter.all(requests, tokens, new FirstUseWindow({ limit: 5, interval: 1000 }))
  same<boolean, ReturnType<typeof both.tryAcquire>>(true)
  const decision: LayeredDecision = both.check([1, 2n, 3], { now: 0, wall: 0n })
  same<number, typeof decision.layer>(true)
  both.peek()
  same<number, Awaited<ReturnType<typeof both.acquire>>>(true)
  await both.acquire({ costs: [1, 1, 1], timeout: '1s', signal: AbortSignal.abort() })
  const list: Layer[] = [{ limiter: requests }, { limiter: tokens, cost: 1200 }]
  if (tryAcquireAll(list).allowed) peekAll(list, { now: 0n })
  // @ts-expect-error: a layer is an object
  tryAcquireAll([requests])
  // @ts-expect-error: only `RateLimiter.all` makes them
  new Layers([requests])
}

export function keys() {
  const limiter = new KeyedRateLimiter({ limit: 5, interval: 'second', burst: 2, capacity: 1000, whenFull: 'deny', seed: 7n })
  const tryAcquire: (key: Key, cost?: number) => boolean = limiter.tryAcquire
  const forms: Key[] = ['alice', new Uint8Array(1), Buffer.from('a'), 5n, 5]
  limiter.check('alice', 2n, { quota: { limit: 5, interval: 'minute' }, now: 0n })
  same<Decision, ReturnType<typeof limiter.peek>>(true)
  same<KeyedRateLimiter, ReturnType<typeof limiter.withQuota>>(true)
  limiter.withQuota({ limit: 5, interval: 'minute' }).tryAcquire('alice')
  const numbers: number[] = [limiter.capacity, limiter.overflowed, limiter.occupied({ now: 0 })]
  for (const occupant of limiter) same<Occupant, typeof occupant>(true)
  same<Occupant[], ReturnType<typeof limiter.occupants>>(true)
  // @ts-expect-error: a table has a size
  new KeyedRateLimiter({ limit: 5, interval: 'second' })
  // @ts-expect-error: nobody is evicted
  new KeyedRateLimiter({ limit: 5, interval: 'second', capacity: 5, whenFull: 'evict' })
  // @ts-expect-error: a key is not an object
  limiter.tryAcquire({})
  // @ts-expect-error: a quota is one option
  limiter.check('alice', 1, { limit: 5 })
  // @ts-expect-error: counts are read only
  limiter.capacity = 5
  return [tryAcquire, forms, numbers]
}

export async function retries() {
  const backoff = new Backoff({ initial: 100, cap: '1m', factor: 2, jitter: 'additive', spread: 1000, seed: 1n })
  same<number, ReturnType<typeof backoff.delay>>(true)
  same<bigint, ReturnType<typeof backoff.delayNs>>(true)
  backoff.delay(0, { seed: 7, call: 3n })
  await sleep(backoff.delay(1), { signal: new AbortController().signal })
  await sleep('1s')
  same<Failure | undefined, ReturnType<typeof failureKind>>(true)
  failureKind(new Error())
  new Backoff({ initial: 100, cap: '1m', factor: 1.5, jitter: 'around', spread: 0.2, firstAtOnce: true })
  new Backoff({ initial: 100, cap: '1m', factor: [4, 3n] })
  same<Backoff, ReturnType<typeof Backoff.fibonacci>>(true)
  Backoff.constant({ delay: 100, jitter: 'none' })
  Backoff.linear({ initial: 100, step: '1s', cap: '1m' })
  Backoff.polynomial({ initialNs: 100n, power: 2, capNs: 1_000n })
  Backoff.list({ delays: [50, '1s'], cap: '5s' })
  Backoff.list({ delaysNs: [50n], cap: '5s' })
  // @ts-expect-error: an unknown jitter
  new Backoff({ initial: 1, cap: 2, jitter: 'some' })
  // @ts-expect-error: a ratio of three
  new Backoff({ initial: 1, cap: 2, factor: [1, 2, 3] })
  // @ts-expect-error: a polynomial has a power
  Backoff.polynomial({ initial: 1, cap: 2 })
  // @ts-expect-error: a list has no factor
  Backoff.list({ delays: [1], cap: 2, factor: 2 })
  // @ts-expect-error: an attempt is a number
  backoff.delay('1')
}

export function protection(clocks: Pick<Clocks, 'now'>) {
  const quota = new RetryQuota({ capacity: 500, costs: 'aws_2_1' })
  new RetryQuota({ costs: { failure: 5, transient: 10n, throttled: 5 } })
  const cost: number | undefined = quota.trySpend('transient')
  quota.succeeded(cost)
  const throttle = new RetryThrottle({ maxTokens: 10, ratio: 0.1 })
  same<RetryThrottle, ReturnType<typeof throttle.replaced>>(true)
  const budget = new RetryBudget()
  budget.deposit(clocks)
  const said: boolean[] = [throttle.failed(), throttle.allows(), budget.tryWithdraw(clocks), new AdaptiveThrottle({ k: 1.1 }).trySend({ seed: 7 })]
  const rate = new AdaptiveRate(clocks)
  const permission: Permission = rate.trySend()
  if (permission.allowed) same<0, typeof permission.retryAfter>(true)
  rate.answered(true, clocks)
  same<bigint, typeof rate.ratePico>(true)
  const breaker = CircuitBreaker.ratio({ window: '10s', part: 0.5, least: 20, openFor: '30s' })
  CircuitBreaker.consecutive({ failures: 5, openForNs: 1n, probes: 2 })
  const call = breaker.tryCall(clocks)
  if (call.allowed) breaker.failed(call.passage, clocks)
  else same<number, typeof call.retryAfter>(true)
  same<'closed' | 'open' | 'half_open', ReturnType<typeof breaker.state>>(true)
  const causes: RetryCause[] = ['failure', 'transient', 'throttled']
  // @ts-expect-error: an unknown cause
  quota.trySpend('tired')
  // @ts-expect-error: an incomplete table
  new RetryQuota({ costs: { failure: 5 } })
  // @ts-expect-error: a throttle has a ratio
  new RetryThrottle({ maxTokens: 10 })
  // @ts-expect-error: a breaker is made by its kind
  new CircuitBreaker()
  // @ts-expect-error: a passage is not a number
  breaker.succeeded(5)
  // @ts-expect-error: only a breaker makes passages
  new Passage()
  // @ts-expect-error: tokens are read only
  quota.tokens = 5
  return [said, causes]
}

export function dialects(response: Response) {
  const advice = new Advice(response.headers, { dialect: 'openai' })
  new Advice(undefined, { dialect: new Dialect('github', { reset: 'ms', decimals: true }) })
  same<Allowance[], typeof advice.allowances>(true)
  const reset = advice.tightest({ wall: 0n })?.reset
  if (reset?.at !== undefined) same<bigint, typeof reset.atNs>(true)
  else if (reset) same<number, typeof reset.after>(true)
  same<number | undefined, ReturnType<typeof advice.wait>>(true)
  same<Hints, ReturnType<typeof advice.hints>>(true)
  const names: [DialectName, Form] = ['common', 'draft-10']
  const headers = announce('x', [{ limit: 5, remaining: 5n, resetAfter: '1s', windowNs: 5n }], { retryAfter: 5, wall: 0 })
  new Headers(headers)
  // @ts-expect-error: an unknown dialect
  new Advice(undefined, { dialect: 'klingon' })
  // @ts-expect-error: a dialect is not an empty object
  new Advice(undefined, { dialect: {} })
  // @ts-expect-error: an unknown meaning
  new Dialect('github', { reset: 'soon' })
  // @ts-expect-error: an unknown form
  announce('draft-5', [])
  // @ts-expect-error: a limit says what remains
  announce('x', [{ limit: 5 }])
  return names
}

export function wire(response: Response) {
  const hints = new Hints(response.headers)
  new Hints({ 'retry-after': 5, 'set-cookie': ['a'], missing: undefined })
  new Hints([['Retry-After', '5']])
  new Hints(new Map([['Retry-After', '5']]))
  same<'read' | 'unknown' | 'invalid', ReturnType<typeof hints.header>>(true)
  same<number | undefined, typeof hints.remaining>(true)
  same<RetryAfter | undefined, typeof hints.retryAfter>(true)
  const told = parseRetryAfter(response.headers.get('retry-after'), { wall: 0n })
  if (told?.delay !== undefined) same<bigint, typeof told.delayNs>(true)
  else if (told) same<number, typeof told.date>(true)
  const body: ErrorBody = scanErrorBody(new Uint8Array(1))
  same<string | undefined, typeof body.code>(true)
  const forms: [HeadersLike, Body] = [response.headers, null]
  // @ts-expect-error: hints are read only
  hints.remaining = 5
  // @ts-expect-error: a parsed body
  scanErrorBody({ error: 'no' })
  return forms
}

export async function client(response: Response) {
  const api = Api.stackflow({ window: '2s', seed: 7 })
  new Api('velaflows', { windowNs: 2_000_000_000n })
  const call: Call = api.call('POST', '/api/v1/incidents', { key: 'alice', role: 'service_account', idempotencyKey: 'abc', timeout: '30s' })
  const method: string = 'GET'
  api.call(method, '/a', { key: 'alice', deadlineNs: 5n })
  const step: Step = call.next()
  switch (step.kind) {
    case 'send': call.answered(response.status, response.headers, await response.text()); break
    case 'wait': await sleep(step.delay); break
    case 'giveUp': same<Reason, typeof step.reason>(true); break
    case 'done': case 'pending': break
    default: same<never, typeof step>(true)
  }
  const clocks: Clocks = { now: 0n, wall: 0 }
  call.answered(200, new Hints(), null, clocks)
  call.failed('reset', clocks)
  // @ts-expect-error: a call has a key
  api.call('GET', '/a')
  // @ts-expect-error: only an Api makes calls
  new Call()
  // @ts-expect-error: an unknown failure
  call.failed('tired')
  call.answered(200, new Advice(response.headers), null, clocks)
  AbortSignal.timeout(Math.min(call.attemptTimeout(clocks), 5_000, call.attemptEnds))
  same<bigint | undefined, typeof call.attemptEndsNs>(true)
  const [hedgeAt, hedgeAtNs, delay]: [number | undefined, bigint | undefined, number | undefined] = [call.hedgeAt, call.hedgeAtNs, call.hedgeDelay()]
  const twin: Call | undefined = call.hedge({ now: 5n })
  twin?.next()
  api.call('GET', '/a', { key: 'alice', tokens: 5n })
  // @ts-expect-error: a second send has one clock
  call.hedge({ wall: 5n })
  // @ts-expect-error: when is not for the caller to say
  call.hedgeAt = 5
  // @ts-expect-error: an unknown API
  new Api('myspace')
  // @ts-expect-error: an answer has headers
  call.answered(200)
}

export function policies() {
  const named: Policy[] = names.map((name) => Policy.named(name))
  const policy = Policy.fromFile(new URL('file:///etc/api.json'))
  const api = new Api(policy, { window: '2s' })
  const made: Api[] = [Api.named('github'), Api.fromJson('{}', { seed: 1 }), Api.fromFile('api.json'), api]
  same<Policy, typeof api.policy>(true)
  const [category]: readonly PolicyCategory[] = policy.categories
  const limits: readonly PolicyLimit[] = [...policy.shared, ...(category?.limits ?? [])]
  const pages: PolicyPages | undefined = policy.pages
  const batches: readonly PolicyBatch[] = policy.batches
  const words: string[] = [policy.name, policy.explain(), String(policy), policy.categoryOf('GET', '/a')]
  same<string, ReturnType<Advice['explain']> | ReturnType<Hints['explain']>>(true)
  new Advice({}, { dialect: policy.dialect }).explain({ wall: 5n })
  same<DialectName | undefined, NonNullable<typeof policy.dialect>['name'] | undefined>(true)
  same<number | undefined, ReturnType<typeof policy.cacheTtl>>(true)
  same<bigint | undefined, ReturnType<typeof policy.cacheTtlNs>>(true)
  // @ts-expect-error: policies are named, or read
  new Policy()
  // @ts-expect-error: a policy does not change
  policy.name = 'mine'
  // @ts-expect-error: nor does what it says
  policy.categories.pop()
  // @ts-expect-error: a number would be an open file
  Policy.fromFile(0)
  return [named, made, limits, pages, batches, words]
}

export function server() {
  const admission: Admission = Api.velaflows().admit('GET', '/a', { key: 'token', now: 0n, wall: 0n })
  const headers = new Headers(admission.headers)
  same<'category' | 'gateway' | undefined, typeof admission.limitedBy>(true)
  same<string | undefined, typeof admission.deniedBy>(true)
  Api.named('openai').admit('POST', '/v1/responses', { key: 'token', tokens: 500 })
  // @ts-expect-error: what concerns clients only
  Api.velaflows().admit('GET', '/a', { key: 'token', idempotencyKey: true })
  return headers
}

export function faults(error: unknown) {
  if (error instanceof PolicyError) {
    same<'PolicyInvalid', typeof error.code>(true)
    const place: [number, number, string, string, string | undefined] = [error.line, error.column, error.member, error.problem, error.path]
    // @ts-expect-error: only a wrong policy makes it
    new PolicyError()
    return place
  }
  if (error instanceof TidegateError) {
    same<ErrorCode, typeof error.code>(true)
    const range: RangeError = error
    return range
  }
  if (error instanceof RateLimitError) same<number, typeof error.retryAfter>(true)
  const rows: readonly ErrorRow[] = errors
  const lists: [readonly Reason[], readonly Failure[], string] = [reasons, failures, version]
  // @ts-expect-error: no such code
  const code: ErrorCode = 'Tired'
  // @ts-expect-error: the table is frozen
  errors.push(rows[0])
  return [lists, code]
}

export const names: readonly ApiName[] = apis
export const all: ApiName[] = ['stackflow', 'velaflows', 'github', 'gitlab', 'stripe', 'shopify', 'openai', 'discord']
export const durations: Duration[] = [60_000, 'minute', '1.5h', '500ms']
export const nanoseconds: Nanoseconds[] = [5n, 5]
export const jitters: Jitter[] = ['none', 'full', 'equal', 'additive', 'around', 'above', 'decorrelated', 'decorrelated_v2']
export const methods: Method[] = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']

export async function retrying(signal: AbortSignal) {
  const policy = new RetryPolicy({ attempts: Infinity, timeout: '45s', attemptTimeout: 10_000, backoff: { initial: 100, cap: '5s' }, budget: null })
  new RetryPolicy()
  new RetryPolicy({ backoff: Backoff.constant({ delay: 5 }), budget: new RetryQuota(), breaker: CircuitBreaker.consecutive({ failures: 1, openFor: 1 }) })
  for (const limiter of [new RateLimiter({ limit: 1, interval: 1 }), new FixedWindow({ limit: 1, interval: 1 }), RateLimiter.all()]) new RetryPolicy({ limiter })
  new RetryPolicy({ limiter: { acquire: (options) => keyed.acquire('a', options) } })
  new RetryPolicy({ shouldRetry: (error, { attempt, cause }) => error.status === 503 && attempt < 3 && cause !== undefined, onRetry: ({ delay }) => delay })
  new RetryPolicy({ shouldRetry: async () => 500 })
  same<string, Awaited<ReturnType<typeof policy.run<string>>>>(true)
  const text: string = await policy.run(async ({ number, signal }) => `${number} ${signal.aborted}`, { signal })
  const count: number = await retry(() => 5, { attempts: 3, signal })
  for await (const attempt of policy.attempts({ signal })) {
    if (attempt.number === 1) attempt.succeed()
    else attempt.fail(new Error())
  }
  const wrapped = policy.wrap(async (id: number, name?: string) => `${id} ${name}`)
  same<(id: number, name?: string) => Promise<string>, OmitThisParameter<typeof wrapped>>(true)
  policy.on('retry', ({ attempt, delay, error }) => [attempt, delay, error])[Symbol.dispose]()
  policy.on('giveUp', ({ reason, attempts, serverDelay }) => { same<Reason, typeof reason>(true); return [attempts, serverDelay] })
  const attempts: Attempts = policy.begin({ call: 1n })
  const step: Step = attempts.next()
  attempts.failed('throttled', { retryAfter: '5s' })
  same<number | undefined, ReturnType<typeof attempts.left>>(true)
  const error = new BreakerOpenError()
  same<RetryInfo | undefined, typeof error[typeof retryInfo]>(true)

  // @ts-expect-error: a misspelt option
  new RetryPolicy({ retries: 5 })
  // @ts-expect-error: no such event
  policy.on('retries', () => {})
  // @ts-expect-error: an answer that is none
  new RetryPolicy({ shouldRetry: () => 'yes' })
  // @ts-expect-error: not a limiter
  new RetryPolicy({ limiter: {} })
  // @ts-expect-error: made by a policy
  new Attempts()
  // @ts-expect-error: no such cause
  attempts.failed('tired')
  return [text, count, wrapped, step]
}

const keyed = new KeyedRateLimiter({ limit: 1, interval: 'second', capacity: 4, unref: true })

export async function wrapping() {
  const limiter = new RateLimiter({ limit: 1, interval: 1000, unref: true })
  const send = limiter.wrap(async function (this: { base: string }, path: string, size: number) { return this.base + path + size }, { cost: (_path, size) => size, timeout: '1s' })
  same<(this: { base: string }, path: string, size: number) => Promise<string>, typeof send>(true)
  const text: string = await limiter.run(() => 'text', { cost: 2, timeout: '1s' })
  const number: number = await keyed.run('a', async () => 5)
  const mail = keyed.wrap((user: { id: string }) => user.id, { key: (user) => user.id, cost: 2n })
  same<(user: { id: string }) => Promise<string>, OmitThisParameter<typeof mail>>(true)
  keyed.wrap(() => 5, { key: 'all' })
  RateLimiter.all(limiter).wrap((size: number) => size, { costs: (size) => [size] })
  await RateLimiter.all(limiter).run(() => 5, { costs: [1n] })
  const { limit, interval, burst } = RateLimiter.neverExceed({ limit: 5, interval: 'minute' }).quota
  RateLimiter.shared('name', { limit, interval, burst }).reconfigure(limiter.quota)
  const denied: number | undefined = RateLimiter.shared('name', { limit, interval, burst, host: true, unref: true }).denied
  KeyedRateLimiter.shared('name', { limit, interval, capacity: 8, whenFull: 'deny', path: '/dev/shm/limit' }).tryAcquire('a')
  const removed: boolean = removeShared('name', { path: '/dev/shm/limit' })
  // @ts-expect-error: it is on the host if it has a path
  RateLimiter.shared('name', { limit, interval, path: 'limit', host: false })
  // @ts-expect-error: only processes share a table by name
  KeyedRateLimiter.shared('name', { limit, interval, capacity: 8 })
  new FixedWindow({ limit: 1, interval: 1, unref: true }).quota.limit
  await sleep(5, { unref: true })

  // @ts-expect-error: a cost of another type
  limiter.wrap((size: number) => size, { cost: (size) => `${size}` })
  // @ts-expect-error: whose bucket?
  keyed.wrap((size: number) => size, {})
  // @ts-expect-error: whose bucket?
  keyed.acquire()
  // @ts-expect-error: a window has no burst
  new FixedWindow({ limit: 1, interval: 1 }).quota.burst
  return [text, number, denied, removed]
}

export async function testing() {
  const clock: ManualClock = ManualClock.install({ now: 0n })
  clock.advance('5s')
  await clock.advanceAsync(5)
  same<bigint, typeof clock.nowNs>(true)
  clock.setWall(5n)
  const follows: Disposable = followTimers()
  follows[Symbol.dispose]()
  // @ts-expect-error: made by install
  new ManualClock()
}
