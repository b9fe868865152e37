// Limiters that processes share: cluster, threads, another language, and what is refused.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { KeyedRateLimiter, RateLimiter, TidegateError, backend, monotonicNs, removeShared } from '../lib/index.mjs'

const canShare = process.platform === 'linux' && backend === 'native'
const only = canShare ? {} : { skip: 'shared limiters need Linux, and the native backend' }
const module = fileURLToPath(new URL('../lib/index.cjs', import.meta.url))
const folder = canShare ? mkdtempSync('/dev/shm/tidegate-node-') : undefined
after(() => folder && rmSync(folder, { recursive: true }))

let number = 0
/** A limiter that nobody else has. */
const place = () => ({ path: join(folder, `limit-${number += 1}`) })
const STILL = { now: 1_000_000_000n }

/** Takes of a limiter whose clock stands still as often as it may, and tells how often it was allowed. */
const SOURCE = `
  const { RateLimiter } = require(${JSON.stringify(module)})
  const limiter = RateLimiter.shared('limit', { limit: 1000, interval: 'hour', path: process.env.LIMIT })
  let taken = 0
  for (let i = 0; i < 400; i += 1) if (limiter.check(1, { now: 1_000_000_000n }).allowed) taken += 1
`

test('the workers of a cluster take exactly what is there', only, async () => {
  const { path } = place()
  const script = `
    const cluster = require('node:cluster')
    if (cluster.isPrimary) {
      let sum = 0, left = 4
      cluster.on('message', (worker, taken) => { sum += taken; worker.disconnect(); if (--left === 0) console.log(sum) })
      for (let i = 0; i < 4; i += 1) cluster.fork()
    } else { ${SOURCE}; process.send(taken) }
  `
  const file = join(folder, 'cluster.cjs')
  writeFileSync(file, script)
  const { stdout, stderr, status } = spawnSync(process.execPath, [file], { env: { ...process.env, LIMIT: path }, encoding: 'utf8' })
  assert.deepEqual([stdout, stderr, status], ['1000\n', '', 0])
})

test('so do worker threads', only, async () => {
  const { path } = place()
  const taken = await Promise.all(Array.from({ length: 4 }, async () => {
    const worker = new Worker(`${SOURCE}; require('node:worker_threads').parentPort.postMessage(taken); process.exit(0)`, { eval: true, env: { LIMIT: path } })
    const [[count]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')])
    return count
  }))
  assert.equal(taken.reduce((sum, count) => sum + count), 1000)
})

test('a process that is killed takes only what it took', only, async () => {
  const options = { limit: 100_000_000, interval: 'hour', ...place() }
  const script = `
    const { RateLimiter } = require(${JSON.stringify(module)})
    const limiter = RateLimiter.shared('limit', ${JSON.stringify(options)})
    const now = 1_000_000_000n
    limiter.check(1, { now })
    console.log('ready')
    for (;;) limiter.check(1, { now })
  `
  for (let round = 0; round < 3; round += 1) {
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const left = RateLimiter.shared('limit', options).drain(STILL)
  assert.ok(left > 0 && left < 100_000_000)
})

test('a bucket can do all that a limiter can, but change', only, async () => {
  const options = { limit: 2, interval: 'hour', ...place() }
  const [here, there] = [0, 1].map(() => RateLimiter.shared('limit', options))
  assert.equal(await here.acquire(), 0)
  assert.ok(there.tryAcquire())
  assert.ok(!here.tryAcquire())
  assert.ok(!there.check().allowed)
  assert.deepEqual([here.denied, there.denied, new RateLimiter({ limit: 1, interval: 'hour' }).denied], [2, 2, undefined])
  const { wait } = there.reserve()
  assert.ok(wait > 0 && wait <= 1_800_000)
  assert.throws(() => here.reconfigure({ limit: 3, interval: 'hour' }), { code: 'SharedDiffers' })
  assert.equal(statSync(options.path).mode & 0o7777, 0o600)
})

test('keys are the same in all processes', only, () => {
  const options = { limit: 5, interval: 'hour', capacity: 64, whenFull: 'deny', ...place() }
  const [here, there] = [0, 1].map(() => KeyedRateLimiter.shared('keys', options))
  assert.ok(here.check('alice', 3, STILL).allowed)
  assert.equal(there.check('alice', 3, STILL).allowed, false)
  assert.ok(there.check('bob', 5, STILL).allowed)
  assert.deepEqual([here.occupied(STILL), here.denied, there.capacity], [2, 1, 64])
})

test('what is refused says what was found', only, () => {
  const options = { limit: 5, interval: 'second', ...place() }
  const { path } = options
  RateLimiter.shared('limit', options)
  const refused = (code, message, make) => assert.throws(make, (error) => {
    assert.ok(error instanceof TidegateError)
    assert.equal(error.code, code)
    assert.match(error.message, message)
    return true
  })
  refused('SharedDiffers', /its quota is 5 per 1 s, burst 5; asked for was 6 per 1 s, burst 6$/, () => RateLimiter.shared('limit', { ...options, limit: 6 }))
  refused('SharedDiffers', /a limiter of one bucket; asked for was a keyed limiter that shares/, () => KeyedRateLimiter.shared('limit', { ...options, capacity: 8 }))
  refused('BurstZero', /burst must be at least 1/, () => RateLimiter.shared('limit', { ...options, burst: 0 }))
  chmodSync(path, 0o666)
  refused('SharedInvalid', /with permissions 0666/, () => RateLimiter.shared('limit', options))
  chmodSync(path, 0o600)
  writeFileSync(path, Buffer.alloc(4096, '#!/bin/sh\n'))
  refused('SharedInvalid', /its first bytes are/, () => RateLimiter.shared('limit', options))
  writeFileSync(path, 'short')
  refused('SharedInvalid', /5 bytes long; what it holds needs \d+$/, () => RateLimiter.shared('limit', options))
  unlinkSync(path)
  symlinkSync('elsewhere', path)
  refused('SharedInvalid', /is a symbolic link, not a file$/, () => RateLimiter.shared('limit', options))
  refused('SharedUnavailable', /cannot make .*No such file/, () => RateLimiter.shared('limit', { ...options, path: join(folder, 'no', 'limit') }))
  for (const name of ['', '.hidden', 'a/b', 'a'.repeat(101)]) {
    refused('SharedNameInvalid', /must be 1 to 100 of the characters/, () => RateLimiter.shared(name, { ...options, path: undefined, host: true }))
  }
  const wrong = (code, options) => assert.throws(() => RateLimiter.shared('limit', { limit: 5, interval: 'second', ...options }), { code })
  wrong('ERR_INVALID_ARG_TYPE', { host: 1 })
  wrong('ERR_INVALID_ARG_TYPE', { path: 5 })
  wrong('ERR_OUT_OF_RANGE', { path: 'limit', host: false })
  assert.throws(() => KeyedRateLimiter.shared('keys', { limit: 5, interval: 'second', capacity: 8 }), { code: 'ERR_OUT_OF_RANGE' })
})

test('a name is found again, and removed', only, () => {
  const name = `node-test-${process.pid}-${monotonicNs()}`
  const options = { limit: 1, interval: 'hour', host: true }
  assert.ok(RateLimiter.shared(name, options).tryAcquire())
  assert.ok(!RateLimiter.shared(name, options).tryAcquire())
  assert.deepEqual([removeShared(name), removeShared(name)], [true, false])
  assert.ok(RateLimiter.shared(name, options).tryAcquire())
  assert.ok(removeShared(name))
})

test('where processes can share nothing, it is an error that says so', { skip: canShare && 'here they can' }, () => {
  const options = { limit: 1, interval: 'hour', host: true }
  for (const share of [() => RateLimiter.shared('limit', options), () => KeyedRateLimiter.shared('limit', { ...options, capacity: 4 }), () => removeShared('limit')]) {
    assert.throws(share, { code: 'SharedUnavailable' })
  }
  assert.equal(new RateLimiter({ limit: 1, interval: 'hour' }).denied, undefined)
})
