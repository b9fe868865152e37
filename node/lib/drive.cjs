'use strict'
// `drive`: one `Call` across its attempts, the same for every client. Core decides; this sends, sleeps, and
// hands the last answer over.

const { clearTimer, setTimer } = require('./clock.cjs')
const { RateLimitError, TidegateError } = require('./errors.cjs')
const { failureKind } = require('./failure.cjs')
const { sleep } = require('./sleep.cjs')

/** What takes longer is not cut off. */
const LONGEST = 2 ** 31 - 1

/** How answers and errors came about. They belong to the library that made them, so nothing is written on them. */
const outcomes = new WeakMap()

/** How often a request was sent, and why it was given up, of what came back from it or was thrown. */
function outcomeOf(result) {
  return outcomes.get(Object(result))
}

/**
 * Sends until there is nothing to be gained, and gives the last answer or throws the last error.
 *
 * @param call the `Call`
 * @param request `signal`, `attemptTimeout` (ms), `repeatable`, `onRetry`
 * @param library how its client works: `send(signal)` sends once; `status(answer)` and `headers(answer)`;
 * `refusal(answer)` is the body of an answer of 400 and above, and must leave it readable; `discard(answer)`
 * frees what will not be read; `kind(error)`, if it knows errors that `failureKind` does not
 */
async function drive(call, request, library) {
  let last
  for (;;) {
    const sent = call.attempts
    const step = call.next()
    if (step.kind === 'done' || step.kind === 'giveUp') return settled(sent, step, last)
    if (last !== undefined && !request.repeatable) {
      call.failed('aborted')
      return settled(sent, { reason: 'body_consumed' }, last)
    }
    // Once, also when the wait gets longer because somebody else was refused.
    if (last !== undefined && !last.isTold) tell(call, request, { attempt: sent, delay: step.delay ?? 0, ...last })
    if (last !== undefined) last.isTold = true
    if (step.kind === 'wait') {
      await pause(call, step.delay, request.signal)
    } else {
      if (last?.answer !== undefined) await library.discard(last.answer)
      last = await hedged(call, request, library)
      if (last.isTwins) return settled(call.attempts, {}, last)
    }
  }
}

/**
 * One send, and beside it the second ones that the policy has: the first answer that is a good one, or what
 * the first send came to when there is none.
 */
async function hedged(call, request, library) {
  if (!request.repeatable || call.hedgeDelay() === undefined) return attempt(call, request, library)
  const sends = []
  const send = (one) => {
    const cut = new AbortController()
    const signal = request.signal === undefined ? cut.signal : AbortSignal.any([request.signal, cut.signal])
    sends.push({ one, cut, result: attempt(one, { ...request, signal }, library) })
  }
  const good = async () => Promise.any(sends.map(async (send) => {
    await send.result
    if (send.one.next().kind !== 'done') throw new Error('not a good one')
    return send
  })).catch(() => undefined)

  send(call)
  const over = new AbortController()
  let best
  for (let delay; best === undefined && (delay = call.hedgeDelay()) !== undefined;) {
    best = await Promise.race([good(), sleep(delay, { signal: over.signal }).catch(() => undefined)])
    const twin = best === undefined ? call.hedge() : undefined
    if (twin?.next().kind === 'send') send(twin)
    else twin?.failed('aborted')
  }
  best ??= await good()
  over.abort()
  // The others are cut off, and reported as such.
  const others = sends.filter((send) => send !== best)
  if (best !== undefined) for (const { cut } of others) cut.abort()
  for (const { value } of await Promise.allSettled(others.map(({ result }) => result))) {
    if (best !== undefined && value?.answer !== undefined) await library.discard(value.answer)
  }
  return best === undefined ? sends[0].result : { ...await best.result, isTwins: best.one !== call }
}

/** One send, and its report: `{ answer, status }` or `{ error }`. What no retry can help is thrown. */
async function attempt(call, { signal, attemptTimeout }, library) {
  const cut = cutter(call.attemptTimeout(), attemptTimeout, signal)
  try {
    const answer = await library.send(cut.signal)
    const status = library.status(answer)
    const body = status < 400 ? undefined : await library.refusal(answer)
    report(call, status, library.headers(answer), body)
    return { answer, status }
  } catch (error) {
    const kind = signal?.aborted ? 'aborted' : cut.isOver() ? 'read_timeout' : library.kind?.(error) ?? failureKind(error)
    call.failed(kind ?? 'aborted')
    // The caller's own wish, or something that is not the network's.
    if (signal?.aborted || kind === undefined) throw error
    return { error }
  } finally {
    cut.end()
  }
}

/** A status that HTTP has not is an answer to hand over, and tells nothing of limits. */
function report(call, status, headers, body) {
  try {
    call.answered(status, headers, body)
  } catch (error) {
    if (!(error instanceof TidegateError && error.code === 'StatusOutOfRange')) throw error
    call.failed('aborted')
  }
}

/** Tells of a retry; what is thrown there ends the call, which gives back what its next send has paid. */
function tell(call, { onRetry }, { attempt, delay, status, error }) {
  try {
    onRetry?.({ attempt, delay, status, error })
  } catch (error) {
    call.failed('aborted')
    throw error
  }
}

/** Sleeps; whoever gives up meanwhile gives back what the next send has paid. */
async function pause(call, delay, signal) {
  try {
    await sleep(delay, { signal })
  } catch (error) {
    call.failed('aborted')
    throw error
  }
}

/** The signal of one send: that of the caller, and that of its time. It is over before the body is read by others. */
function cutter(policy, own = Infinity, signal) {
  const controller = new AbortController()
  const left = Math.min(policy, own)
  const timer = left > LONGEST ? undefined : setTimer(() => {
    controller.abort(new DOMException(`no answer within ${left} ms`, 'TimeoutError'))
  }, left)
  return {
    signal: signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]),
    isOver: () => controller.signal.aborted,
    end: () => clearTimer(timer),
  }
}

function settled(attempts, { reason, serverDelay, serverDelayNs }, last) {
  if (last === undefined) throw new RateLimitError({ reason, retryAfter: serverDelay, retryAfterNs: serverDelayNs })
  const outcome = { attempts, ...(reason && { reason }), ...(serverDelay !== undefined && { serverDelay, serverDelayNs }) }
  const result = last.answer ?? last.error
  if (Object(result) === result) outcomes.set(result, Object.freeze(outcome))
  if (last.answer === undefined) throw last.error
  return last.answer
}

module.exports = { drive, outcomeOf }
