#!/usr/bin/env node
'use strict'
// The command `tidegate`: what policy files and headers say, in words.

const { parseArgs } = require('node:util')
const { Advice, Dialect, Hints, Policy, PolicyError, apis, errors, version } = require('../lib/index.cjs')

const PLAIN = 'plain'
const DIALECTS = [PLAIN, ...errors.find(({ name }) => name === 'UnknownDialect').message.replace(/.*: /, '').split(', ')]
const HELP = `Look at APIs as files, and at what servers say.

usage: tidegate explain FILE|NAME
       tidegate check FILE...
       tidegate headers [--dialect NAME | --policy FILE|NAME] < response.txt
       tidegate --help | --version

explain   Say in words what a policy says: its limits and routes, what its codes
          mean, and when it tries again. FILE is a policy file, NAME a policy that
          is built in; ./NAME is a file.

check     Tell what is wrong with policy files. Of each file the first thing that is
          wrong is printed, as
            path:line:column: member: problem
          Nothing is printed of files that are right.

headers   Say what a client would do with the headers of a response: each limit that
          was told, which of them is the tightest, and how long to send nothing. It
          reads a response as curl -i prints it: a status line or none, the headers,
          and perhaps an empty line and the body. Of several responses, as of
          redirects, the last one counts. Waits are by the server's clock if it sent
          Date, else by this machine's.

          --dialect NAME      whose headers they are; common if nothing is said
          --policy FILE|NAME  as this policy says

policies that are built in:
${folded(apis)}
dialects:
${folded(DIALECTS)}
exit code: 0; 1 if what was read is wrong or cannot be read; 2 for a wrong command line.

examples:
  tidegate explain github
  tidegate check policies/*.json
  curl -si https://api.github.com/zen | tidegate headers --dialect github
  tidegate headers --policy my-api.json < response.txt
`

const COMMANDS = { explain, check, headers }

/** A command line that is wrong. */
class Usage extends Error {}
/** What was read is wrong, as one line. */
class Wrong extends Error {}

function explain(places, { dialect, policy }) {
  if (dialect ?? policy) throw new Usage('--dialect and --policy are for headers')
  if (places.length !== 1) throw new Usage('explain takes one FILE or NAME')
  return loaded(places[0]).explain()
}

function check(places, { dialect, policy }) {
  if (dialect ?? policy) throw new Usage('--dialect and --policy are for headers')
  if (places.length === 0) throw new Usage('check takes a FILE, or several')
  return places.map((path) => {
    try {
      read(path)
      return ''
    } catch (error) {
      if (!(error instanceof Wrong)) throw error
      process.exitCode = 1
      return `${error.message}\n`
    }
  }).join('')
}

async function headers(places, { dialect: name, policy }) {
  if (places.length > 0) throw new Usage('headers reads from standard input: it takes no FILE')
  if (name !== undefined && policy !== undefined) throw new Usage('give --dialect or --policy, not both')
  if (name !== undefined && !DIALECTS.includes(name)) throw new Usage(`the dialect must be one of: ${DIALECTS.join(', ')}`)
  const dialect = policy !== undefined ? loaded(policy).dialect : name === PLAIN ? undefined : new Dialect(name)
  const lines = headerLines(await standardInput())
  const told = dialect === undefined ? new Hints(lines) : new Advice(lines, { dialect })
  // The server's own clock, if it told it: the answer may be an old one.
  return `dialect: ${dialect?.name ?? PLAIN}\n${told.explain({ wall: told.dateNs })}`
}

/** A character for each byte, as Node has headers. */
async function standardInput() {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('latin1')) text += chunk
  return text
}

/** The policy of a name or a file. */
function loaded(place) {
  return apis.includes(place) ? Policy.named(place) : read(place)
}

/** The policy of a file, or one line of what is wrong with it. */
function read(path) {
  try {
    return Policy.fromFile(path)
  } catch (error) {
    if (error instanceof PolicyError) {
      const { line, column, member, problem } = error
      throw new Wrong(`${path}:${line}:${column}: ${member}${member && ': '}${problem}`)
    }
    // Of "ENOENT: no such file or directory, open 'a.json'" what is for people.
    const [, reason] = /^\w+: (.*?), \w+/.exec(error.message) ?? []
    throw reason === undefined ? error : new Wrong(`${path}: ${reason}`)
  }
}

/** The header lines of the last response: redirects and interim answers come before it. */
function headerLines(text) {
  const found = []
  let ended = false
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, name, value] = /^([^\s:]+):(.*)$/.exec(line) ?? []
    if (line.startsWith('HTTP/')) {
      found.length = 0
      ended = false
    } else if (ended) {
      break
    } else if (line === '') {
      ended = true
    } else if (name === undefined) {
      throw new Wrong(`stdin:${index + 1}: this is not a header, as in Retry-After: 60`)
    } else {
      found.push([name, value])
    }
  }
  return found
}

/** Names in lines that a terminal has room for. */
function folded(names) {
  return names.join(', ').replace(/(.{1,76})(?: |$)/g, '  $1\n')
}

async function main() {
  const options = { dialect: { type: 'string' }, policy: { type: 'string' }, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } }
  const { values, positionals } = parseArgs({ allowPositionals: true, options })
  const [command, ...places] = positionals
  if (values.help) return HELP
  if (values.version) return `tidegate ${version}\n`
  if (command === undefined) throw new Usage('which of explain, check and headers?')
  if (!Object.hasOwn(COMMANDS, command)) throw new Usage(`there is no command ${command}: there are explain, check and headers`)
  return COMMANDS[command](places, values)
}

// Whoever read the output has seen enough.
process.stdout.on('error', (error) => { if (error.code !== 'EPIPE') throw error })
main().then((text) => process.stdout.write(text), (error) => {
  const isUsage = error instanceof Usage || error.code?.startsWith('ERR_PARSE_ARGS')
  if (!isUsage && !(error instanceof Wrong)) throw error
  console.error(isUsage ? `tidegate: ${error.message.split('. ')[0]} (tidegate --help says more)` : error.message)
  process.exitCode = isUsage ? 2 : 1
})
