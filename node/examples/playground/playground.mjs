// The page: a policy on the left, traffic under it on the right.

import { Policy, PolicyError, apis } from '../../lib/web/index.mjs'
import { Chart } from './chart.mjs'
import { Client } from './client.mjs'
import { Clock } from './clock.mjs'
import { Server } from './server.mjs'

const MINE = `{
  "name": "mine",
  "key": "user",
  "categories": [
    {"name": "read", "limits": [{"kind": "token_bucket", "limit": 5, "per": "1s", "burst": 20}]},
    {"name": "write", "limits": [{"kind": "fixed_window", "limit": 10, "per": "15s"}]}
  ],
  "routes": [{"path": "/**", "methods": ["POST", "PUT", "PATCH", "DELETE"], "category": "write"}],
  "dialect": "ietf",
  "retry": {"max_attempts": 4, "statuses": [429, "500-599"], "max_server_delay": "10m"}
}
`
const SECOND = 10n ** 9n
/** How many requests the table shows. */
const SHOWN = 10

const $ = (id) => document.getElementById(id)
const clock = new Clock()
const chart = new Chart($('chart'), $('chart-text'))
let server
let client
/** The monotonic time from which the last denied request is let in. */
let letIn

/** The policy of the text, or what is wrong with it. */
function understand() {
  const source = $('source')
  try {
    const policy = Policy.fromJson(source.value)
    server = new Server(policy)
    client = new Client(policy)
    letIn = undefined
    chart.clear()
    $('understood').textContent = policy.explain()
    verdict(`${policy.name} is right.`, false)
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    // The last policy that was right goes on.
    verdict(error.message, true)
  }
}

function verdict(text, wrong) {
  $('verdict').textContent = text
  $('verdict').classList.toggle('wrong', wrong)
  $('source').setAttribute('aria-invalid', String(wrong))
}

/** The request that is typed in, or nothing if it is none. */
function typed() {
  if (!$('request').reportValidity()) return undefined
  return { method: $('method').value, path: $('path').value, key: $('key').value, tokens: Number($('tokens').value) }
}

function send(count) {
  const request = typed()
  if (request === undefined) return
  if ($('patient').checked) {
    client.add(request, count)
    drive()
    return
  }
  let allowed = 0
  for (let index = 0; index < count; index += 1) allowed += answer(request, 0).allowed ? 1 : 0
  news(`Of ${count} requests ${allowed} were let in and ${count - allowed} denied.`)
  show()
}

/** Lets the client that waits send what is due. */
function drive() {
  const before = client.waiting
  if (before === 0) return
  client.run(clock.clocks, answer, (request, { reason }) => news(`A request was given up: ${reason}.`))
  if (client.waiting === 0) news('The client that waits has an answer to every request.')
  else news(`${client.waiting} requests wait; the next goes in ${seconds(client.due - clock.clocks.now)}.`)
}

function answer(request, delay) {
  const { clocks } = clock
  const admission = server.admit(request, clocks)
  if (!admission.allowed) letIn = clocks.now + admission.retryAfterNs
  chart.request(clock.elapsed, admission.allowed)
  logged(admission, delay)
  return admission
}

function logged({ allowed, category, remaining, retryAfter, code, headers, limitedBy }, delay) {
  const status = allowed ? '200 OK' : '429 Too Many Requests'
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  const why = allowed ? [] : [`(denied by its ${limitedBy}${code ? `: ${code}` : ''}; the same is let in after ${retryAfter} ms)`]
  $('answer').textContent = [`HTTP/1.1 ${status}`, ...lines, ...why].join('\n')
  const row = document.createElement('tr')
  const cells = [seconds(clock.elapsed), category || '–', status.slice(0, 3), remaining, delay > 0 ? `${Math.round(delay)} ms` : '–']
  row.append(...cells.map((text, index) => {
    const cell = document.createElement('td')
    cell.textContent = text
    if (index === 2) cell.className = allowed ? 'allowed' : 'denied'
    return cell
  }))
  $('log').prepend(row)
  while ($('log').rows.length > SHOWN) $('log').lastElementChild.remove()
}

function news(text) {
  if ($('news').textContent !== text) $('news').textContent = text
}

/** Seconds, with as many places as one can read. */
function seconds(nanos) {
  const count = Number(nanos) / 1e9
  return `${count.toFixed(count < 100 ? 2 : 0)} s`
}

/** The buckets of the request that is typed in, and the chart of the fullest-used one. */
function show() {
  const { clocks } = clock
  const limits = server.limits({ method: $('method').value, path: $('path').value, key: $('key').value })
  const left = limits.map((limit) => ({ ...limit, ...limit.left(clocks) }))
  gauges(left)
  if (left.length > 0) chart.sample(clock.elapsed, Math.min(...left.map(({ remaining, most }) => remaining / most)))
  $('chart-span').textContent = `the last ${chart.draw(clock.elapsed)} s`
  $('elapsed').textContent = seconds(clock.elapsed)
}

function gauges(left) {
  const list = $('gauges')
  while (list.children.length > left.length) list.lastElementChild.remove()
  while (list.children.length < left.length) list.append(gauge())
  left.forEach(({ name, of, kind, unit, remaining, most, resetAfterNs }, index) => {
    const [label, told, meter] = list.children[index].querySelectorAll('.name span, meter')
    const what = name === of ? `${of}: ${kind.replaceAll('_', ' ')}` : `${of}, ${name}: ${kind.replaceAll('_', ' ')}`
    label.textContent = what
    told.textContent = `${remaining} of ${most} ${unit} left${resetAfterNs > 0n ? `, full in ${seconds(resetAfterNs)}` : ''}`
    meter.setAttribute('aria-label', what)
    Object.assign(meter, { min: 0, max: most, low: most / 4, optimum: most, value: remaining })
    meter.textContent = told.textContent
  })
}

function gauge() {
  const item = document.createElement('li')
  const name = document.createElement('div')
  name.className = 'name'
  name.append(document.createElement('span'), document.createElement('span'))
  item.append(name, document.createElement('meter'))
  return item
}

/** Lets time pass at once. */
function skip(nanos) {
  clock.skip(nanos)
  drive()
  show()
}

const presets = { mine: async () => MINE }
for (const name of apis) presets[name] = async () => (await fetch(`policies/${name}.json`)).text()
$('preset').append(...Object.keys(presets).map((name) => new Option(name, name)))

$('preset').addEventListener('change', async () => {
  $('source').value = await presets[$('preset').value]()
  understand()
  show()
})
$('source').addEventListener('input', () => { understand(); show() })
$('request').addEventListener('submit', (event) => { event.preventDefault(); send(1) })
$('burst').addEventListener('click', () => send(Number($('size').value)))
$('size').addEventListener('input', () => { $('burst-size').textContent = $('size').value })
$('speed').addEventListener('change', () => { clock.speed = Number($('speed').value) })
$('second').addEventListener('click', () => skip(SECOND))
$('skip').addEventListener('click', () => {
  const due = client.due ?? letIn
  if (due === undefined) news('Nobody is waiting: the next request is let in now.')
  else skip(due > clock.clocks.now ? due - clock.clocks.now : 0n)
})
for (const id of ['method', 'path', 'key']) $(id).addEventListener('input', show)

$('source').value = MINE
understand()
show()
// Who does not like movement sees a picture every half second.
const pause = matchMedia('(prefers-reduced-motion: reduce)').matches ? 500 : 100
setInterval(() => { drive(); show() }, pause)
document.documentElement.dataset.ready = 'true'
