// `Chart`: what was left, and what was sent, over time.

const [WIDTH, HEIGHT, BARS] = [600, 180, 60]
const SECOND = 10n ** 9n
const SVG = 'http://www.w3.org/2000/svg'
/** How long a chart may be, in seconds. */
const SPANS = [30, 60, 300, 900, 3600, 14_400, 86_400, 604_800]
const SAMPLES = 2000

export class Chart {
  #svg
  #text
  #samples = []
  #requests = []

  constructor(svg, text) {
    this.#svg = svg
    this.#text = text
  }

  clear() {
    this.#samples = []
    this.#requests = []
  }

  /** What part of the limit is left at a time. */
  sample(at, part) {
    this.#samples.push([at, part])
    if (this.#samples.length > SAMPLES) this.#samples = this.#samples.filter((_, index) => index % 2 === 0 || index > SAMPLES / 2)
  }

  request(at, allowed) {
    this.#requests.push([at, allowed])
    if (this.#requests.length > 20 * SAMPLES) this.#requests.splice(0, SAMPLES)
  }

  /** Draws everything up to now; says how many seconds that are. */
  draw(now) {
    const first = this.#samples[0]?.[0] ?? now
    const seconds = SPANS.find((span) => BigInt(span) * SECOND >= now - first) ?? SPANS.at(-1)
    const span = BigInt(seconds) * SECOND
    const begin = now > first + span ? now - span : first
    const x = (at) => Number(at - begin) / Number(span) * WIDTH
    const shapes = [this.#area(begin, now, x), ...this.#bars(begin, x)]
    this.#svg.querySelectorAll('path, rect').forEach((old) => old.remove())
    this.#svg.append(...shapes)
    const seen = this.#requests.filter(([at]) => at >= begin)
    const allowed = seen.filter(([, was]) => was).length
    this.#text.textContent = `In the last ${seconds} seconds ${allowed} requests were let in and ${seen.length - allowed} denied.`
    return seconds
  }

  #area(begin, now, x) {
    const points = this.#samples.filter(([at]) => at >= begin)
    const height = (part) => HEIGHT - 4 - part * (HEIGHT - 12)
    const line = points.map(([at, part]) => `L${x(at).toFixed(1)} ${height(part).toFixed(1)}`).join('')
    return shape('path', { class: 'left', d: `M0 ${HEIGHT}${line}L${x(now).toFixed(1)} ${HEIGHT}Z` })
  }

  /** Those that were let in stand below those that were denied. */
  #bars(begin, x) {
    const bars = Array.from({ length: BARS }, () => [0, 0])
    for (const [at, allowed] of this.#requests) {
      if (at < begin) continue
      bars[Math.min(BARS - 1, Math.floor(x(at) / WIDTH * BARS))][allowed ? 0 : 1] += 1
    }
    const most = Math.max(1, ...bars.map(([allowed, denied]) => allowed + denied))
    const unit = (HEIGHT - 30) / most
    return bars.flatMap(([allowed, denied], index) => [
      bar('allowed', index, HEIGHT - allowed * unit, allowed * unit),
      bar('denied', index, HEIGHT - (allowed + denied) * unit, denied * unit),
    ]).filter((one) => one !== undefined)
  }
}

function bar(kind, index, y, height) {
  if (height === 0) return undefined
  const width = WIDTH / BARS
  return shape('rect', { class: kind, x: index * width + width / 4, y, width: width / 2, height })
}

function shape(name, attributes) {
  const element = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}
