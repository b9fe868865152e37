// The playground in a real browser. `cargo xtask test` says where one is (TIDEGATE_CHROMIUM).

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { Policy } from 'tidegate'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file))
const { TIDEGATE_CHROMIUM: executablePath = found, TIDEGATE_CHROMIUM_LIBRARIES: libraries, TIDEGATE_SCREENSHOTS: screenshots } = process.env
const skip = executablePath === undefined && 'there is no Chromium: name one in TIDEGATE_CHROMIUM'

/** Nothing but the page is to go over the network. */
const QUIET = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const SMALL = JSON.stringify({
  name: 'small',
  categories: [{ name: 'all', limits: [{ kind: 'token_bucket', limit: 5, per: '1s', burst: 5 }] }],
  dialect: 'ietf',
}, undefined, 2)

let server
let context
let address
let profile

before(async () => {
  if (skip) return
  server = spawn(process.execPath, [path('../examples/playground/serve.mjs'), '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(server.stdout.setEncoding('utf8'), 'data')
  address = line.trim()
  profile = mkdtempSync(join(tmpdir(), 'tidegate-chromium-'))
  const env = libraries === undefined ? process.env : { ...process.env, LD_LIBRARY_PATH: libraries }
  context = await chromium.launchPersistentContext(profile, { executablePath, args: QUIET, env, viewport: { width: 1280, height: 1000 }, timeout: 120_000 })
  context.setDefaultTimeout(60_000)
})

after(async () => {
  await context?.close()
  server?.kill()
  if (profile !== undefined) rmSync(profile, { recursive: true, force: true })
})

/** The page with this policy, where no time passes by itself; what it complains about goes into `wrong`. */
async function open(t, policy, wrong = []) {
  const page = await context.newPage()
  t.after(async () => {
    await page.close()
    assert.deepEqual(wrong, [])
  })
  page.on('pageerror', (error) => wrong.push(error.message))
  page.on('console', (message) => { if (message.type() === 'error') wrong.push(message.text()) })
  await page.goto(address)
  await page.waitForSelector('html[data-ready]')
  await page.selectOption('#speed', '0')
  if (policy !== undefined) await page.fill('#source', policy)
  return page
}

const text = (page, id) => page.textContent(id)
const statuses = (page) => page.$$eval('#log tr', (rows) => rows.map((row) => row.cells[2].textContent))
async function picture(page, name) {
  if (screenshots === undefined) return
  mkdirSync(screenshots, { recursive: true })
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true })
}

test('what a policy says is said, as Node says it', { skip }, async (t) => {
  const page = await open(t)
  for (const name of ['github', 'velaflows', 'openai']) {
    const answered = page.waitForResponse((response) => response.url().endsWith(`${name}.json`))
    await page.selectOption('#preset', name)
    await answered
    await page.waitForFunction((expected) => document.getElementById('understood').textContent === expected, Policy.named(name).explain())
    assert.equal(await page.inputValue('#source'), readFileSync(path(`../../core/policies/${name}.json`), 'utf8'))
  }
})

test('what is wrong with a policy is told with its place, as Node tells it', { skip }, async (t) => {
  const page = await open(t)
  const wrong = SMALL.replace('"limit": 5', '"limt": 5')
  await page.fill('#source', wrong)
  assert.equal(await page.getAttribute('#source', 'aria-invalid'), 'true')
  await assert.rejects(async () => Policy.fromJson(wrong), { message: await text(page, '#verdict') })
  await page.fill('#source', SMALL)
  assert.equal(await page.getAttribute('#source', 'aria-invalid'), 'false')
  assert.equal(await text(page, '#verdict'), 'small is right.')
})

test('a burst empties the bucket, time fills it again, and headers and delays are shown', { skip }, async (t) => {
  const page = await open(t, SMALL)
  assert.match(await text(page, '#gauges'), /all: token bucket5 of 5 requests left/)
  await page.click('#burst')
  assert.equal(await text(page, '#news'), 'Of 10 requests 5 were let in and 5 denied.')
  assert.deepEqual(await statuses(page), [...Array(5).fill('429'), ...Array(5).fill('200')])
  assert.match(await text(page, '#answer'), /^HTTP\/1\.1 429 Too Many Requests\n[^]*RateLimit[^]*Retry-After: 1\n[^]*let in after 200 ms/)
  assert.match(await text(page, '#gauges'), /0 of 5 requests left, full in 1\.00 s/)
  await page.click('#skip')
  assert.match(await text(page, '#gauges'), /1 of 5 requests left/)
  await page.click('#one')
  assert.deepEqual((await statuses(page)).slice(0, 2), ['200', '429'])
  await page.click('#second')
  assert.match(await text(page, '#gauges'), /5 of 5 requests left/)
  assert.match(await text(page, '#chart-text'), /6 requests were let in and 5 denied\.$/)
  assert.ok(await page.$('#chart rect.allowed') && await page.$('#chart rect.denied'))
})

test('a client that waits is denied nothing', { skip }, async (t) => {
  const page = await open(t, SMALL)
  await page.check('#patient')
  await page.click('#burst')
  for (let turn = 0; /requests wait/.test(await text(page, '#news')); turn += 1) {
    assert.ok(turn < 20, 'it waits for ever')
    await page.click('#skip')
  }
  assert.equal(await text(page, '#news'), 'The client that waits has an answer to every request.')
  assert.match(await text(page, '#chart-text'), /10 requests were let in and 0 denied\.$/)
})

test('time that runs fills the bucket', { skip }, async (t) => {
  const page = await open(t, SMALL)
  await page.click('#burst')
  await page.selectOption('#speed', '60')
  await page.waitForFunction(() => /5 of 5 requests left/.test(document.getElementById('gauges').textContent))
})

test('the keyboard is enough, and every control has a name', { skip }, async (t) => {
  const page = await open(t, SMALL)
  await page.focus('#source')
  for (let presses = 0; await page.evaluate(() => document.activeElement.id) !== 'burst'; presses += 1) {
    assert.ok(presses < 15, 'the burst is not reached')
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  assert.equal(await text(page, '#news'), 'Of 10 requests 5 were let in and 5 denied.')
  const nameless = await page.$$eval('button, input, select, textarea, meter', (all) => all
    .filter((one) => !one.textContent.trim() && !one.labels?.length && !one.ariaLabel).map((one) => one.id))
  assert.deepEqual(nameless, [])
})

test('a path that is none is told by the field', { skip }, async (t) => {
  const page = await open(t, SMALL)
  await page.fill('#path', 'items')
  await page.click('#one')
  assert.deepEqual(await statuses(page), [])
  assert.equal(await page.$eval('#path', (field) => field.validity.patternMismatch), true)
})

test('it is light or dark as one likes', { skip }, async (t) => {
  const page = await open(t)
  await page.selectOption('#speed', '10')
  const colours = []
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme })
    await page.click('#burst')
    await page.click('#burst')
    await page.click('#burst')
    await picture(page, colorScheme)
    colours.push(await page.$eval('body', (body) => getComputedStyle(body).backgroundColor))
  }
  assert.deepEqual(colours, ['rgb(246, 247, 249)', 'rgb(16, 21, 28)'])
  await page.setViewportSize({ width: 400, height: 800 })
  await picture(page, 'narrow')
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true)
})
