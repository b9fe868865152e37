// What a policy costs an operation that succeeds at once, against peers.

import { ExponentialBackoff, handleAll, retry as cockatiel } from 'cockatiel'
import pRetry from 'p-retry'
import { RetryPolicy } from '../../node/lib/index.mjs'
import { rounds } from './rounds.mjs'

const work = async () => 1
const policy = new RetryPolicy()
const other = cockatiel(handleAll, { maxAttempts: 3, backoff: new ExponentialBackoff() })
const loop = (call) => async (calls) => { for (let i = 0; i < calls; i += 1) await call() }
await rounds('an operation that succeeds', {
  'policy.run(work)': loop(() => policy.run(work)),
  'without any': loop(() => work()),
  'p-retry': loop(() => pRetry(work)),
  'cockatiel': loop(() => other.execute(work)),
}, { calls: 2_000, times: 51 })
