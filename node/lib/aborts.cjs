'use strict'
// `onAbort`: any number of callers who heed one signal, with one listener: Node warns of the eleventh.

/** Who is told, by signal. What is not in here has no listener of ours. */
const heeded = new WeakMap()

/** Runs `act` when the signal is aborted, until `offAbort`. It is not aborted yet. */
function onAbort(signal, act) {
  const all = heeded.get(signal)
  if (all !== undefined) return all.acts.add(act)
  const acts = new Set([act])
  const listener = () => {
    heeded.delete(signal)
    for (const each of acts) each()
  }
  heeded.set(signal, { acts, listener })
  signal.addEventListener('abort', listener, { once: true })
}

function offAbort(signal, act) {
  const all = heeded.get(signal)
  if (!all?.acts.delete(act) || all.acts.size > 0) return
  heeded.delete(signal)
  signal.removeEventListener('abort', all.listener)
}

module.exports = { offAbort, onAbort }
