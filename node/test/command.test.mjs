// The command `tidegate`, run as a user runs it.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Policy, apis, errors, version } from 'tidegate'

const root = fileURLToPath(new URL('..', import.meta.url))
const command = join(root, JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).bin.tidegate)
const builtIn = (name) => join(root, '../core/policies', `${name}.json`)
const COMPLAINT = '2:31: categories[0].limit: there is no such member; there are: name, limits, cache\n'

function run(args, { input = '', ...options } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { input, encoding: 'utf8', ...options })
  return [status, stdout, stderr]
}

function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'tidegate-command-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

function wrong(t) {
  const path = join(folder(t), 'wrong.json')
  writeFileSync(path, '{"name": "mine",\n "categories": [{"name": "r", "limit": 5}]}')
  return path
}

test('npx finds it where the package is installed', (t) => {
  // npm makes these two links.
  const modules = join(folder(t), 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  symlinkSync(root, join(modules, 'tidegate'), 'junction')
  symlinkSync(command, join(modules, '.bin/tidegate'))
  const { status, stdout } = spawnSync('npx', ['--offline', 'tidegate', '--version'], { cwd: dirname(modules), encoding: 'utf8', shell: process.platform === 'win32' })
  assert.deepEqual([status, stdout], [0, `tidegate ${version}\n`])
})

test('explain says what a policy says', () => {
  const said = Policy.named('github').explain()
  assert.deepEqual(run(['explain', 'github']), [0, said, ''])
  assert.deepEqual(run(['explain', builtIn('github')]), [0, said, ''])
})

test('a name stands before a file', (t) => {
  const cwd = folder(t)
  copyFileSync(builtIn('stripe'), join(cwd, 'github'))
  assert.match(run(['explain', 'github'], { cwd })[1], /^github, /)
  assert.match(run(['explain', './github'], { cwd })[1], /^stripe, /)
})

test('explain tells what is wrong', (t) => {
  const path = wrong(t)
  assert.deepEqual(run(['explain', path]), [1, '', `${path}:${COMPLAINT}`])
  assert.deepEqual(run(['explain', 'GitHub']), [1, '', 'GitHub: no such file or directory\n'])
})

test('check says nothing of what is right', () => {
  assert.deepEqual(run(['check', ...apis.map(builtIn)]), [0, '', ''])
})

test('check has a line for each file that is wrong', (t) => {
  const path = wrong(t)
  const [binary, list] = ['binary.json', 'list.json'].map((name) => join(dirname(path), name))
  writeFileSync(binary, Buffer.of(0xff))
  writeFileSync(list, '[]')
  assert.deepEqual(run(['check', path, builtIn('github'), binary, list, 'github']), [
    1,
    `${path}:${COMPLAINT}${binary}:1:1: this is not JSON\n${list}:1:1: this must be an object\ngithub: no such file or directory\n`,
    '',
  ])
})

const RESPONSE = `HTTP/2 403
Date: Sun, 19 May 2024 16:00:00 GMT
Content-Type: application/json
X-RateLimit-Limit: 5000
X-RateLimit-Remaining: 0
X-RateLimit-Reset: 1716136200
X-RateLimit-Resource: core
`
const said = (dialect, limit) => `dialect: ${dialect}\n${limit}: 0 of 5000 requests left, more in 30 min; the tightest\nwait: 30 min\n`

test('headers says what a client would do', () => {
  for (const [args, dialect, limit] of [
    [[], 'common', 'limit core'],
    [['--dialect', 'github'], 'github', 'limit core'],
    [['--policy', 'github'], 'github', 'limit core'],
    [['--policy', builtIn('github')], 'github', 'limit core'],
    [['--dialect', 'plain'], 'plain', 'limit'],
    [['--policy', 'stackflow'], 'plain', 'limit'],
  ]) assert.deepEqual(run(['headers', ...args], { input: RESPONSE }), [0, said(dialect, limit), ''])
})

test('of several responses the last one counts, and no body', () => {
  const before = 'HTTP/1.1 301\r\nRetry-After: 9\r\n\r\n'
  const body = '\r\nRetry-After: 5\r\n'
  const input = before + RESPONSE.replaceAll('\n', '\r\n') + body
  assert.deepEqual(run(['headers', '--dialect', 'github'], { input }), [0, said('github', 'limit core'), ''])
  const bare = RESPONSE.slice(RESPONSE.indexOf('\n') + 1)
  assert.deepEqual(run(['headers', '--dialect', 'github'], { input: bare }), [0, said('github', 'limit core'), ''])
})

test('headers that tell nothing, garbage, and bytes', () => {
  assert.deepEqual(run(['headers']), [0, 'dialect: common\nwait: none\n', ''])
  assert.deepEqual(run(['headers'], { input: Buffer.from('X-Other: \u00ff\nRetry-After: soon\n', 'latin1') }), [0, 'dialect: common\nwait: none\nmalformed and ignored: 1\n', ''])
  const micro = Buffer.from('x-ratelimit-limit-requests: 5\nx-ratelimit-reset-requests: 250\u00b5s\n')
  assert.equal(run(['headers', '--dialect', 'openai'], { input: micro })[1], 'dialect: openai\nlimit requests: 5 requests, more in 250 us\nwait: none\n')
})

test('a line that is no header', () => {
  for (const line of ['Retry-After 60', ': 60', ' Retry-After: 60', 'Retry-After : 60', 'Retry After: 60']) {
    assert.deepEqual(run(['headers'], { input: `HTTP/2 429\n${line}\n` }), [1, '', 'stdin:2: this is not a header, as in Retry-After: 60\n'])
  }
})

test('headers by a policy that is wrong', (t) => {
  const path = wrong(t)
  assert.deepEqual(run(['headers', '--policy', path]), [1, '', `${path}:${COMPLAINT}`])
})

test('a wrong command line', () => {
  for (const [args, complaint] of [
    [[], /which of explain, check and headers\?/],
    [['explode'], /there is no command explode/],
    [['constructor'], /there is no command constructor/],
    [['explain'], /explain takes one FILE or NAME/],
    [['explain', 'github', 'gitlab'], /explain takes one FILE or NAME/],
    [['explain', 'github', '--dialect', 'github'], /--dialect and --policy are for headers/],
    [['check'], /check takes a FILE, or several/],
    [['check', 'a.json', '--policy', 'github'], /--dialect and --policy are for headers/],
    [['headers', 'response.txt'], /headers reads from standard input/],
    [['headers', '--dialect', 'GitHub'], /the dialect must be one of: plain, common, .*, aws/],
    [['headers', '--dialect', 'aws', '--policy', 'github'], /not both/],
    [['headers', '--dialect'], /'--dialect <value>' argument missing/],
    [['headers', '--nothing'], /Unknown option '--nothing'/],
  ]) {
    const [status, stdout, stderr] = run(args)
    assert.deepEqual([status, stdout], [2, ''], args.join(' '))
    assert.match(stderr, /^tidegate: .* \(tidegate --help says more\)\n$/)
    assert.match(stderr, complaint)
  }
})

test('the help says what there is', () => {
  for (const args of [['--help'], ['-h'], ['headers', '--help']]) {
    const [status, help, stderr] = run(args)
    assert.deepEqual([status, stderr], [0, ''])
    for (const word of ['tidegate explain', 'tidegate check', 'tidegate headers', '--dialect NAME', '--policy FILE|NAME', 'exit code', 'path:line:column: member: problem']) {
      assert.ok(help.includes(word), word)
    }
    const words = help.split(/[\s,]+/)
    const dialects = errors.find(({ name }) => name === 'UnknownDialect').message.split(': ')[1].split(', ')
    for (const name of [...apis, ...dialects, 'plain']) assert.ok(words.includes(name), name)
    assert.ok(help.split('\n').every((line) => line.length <= 90))
  }
})

test('a reader that has seen enough is no error', () => {
  // `true` has ended by then.
  const { status, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${command}" explain github | true`], { encoding: 'utf8' })
  assert.deepEqual([status, stderr], [0, ''])
})
