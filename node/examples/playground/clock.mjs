// `Clock`: time that runs as fast as one likes. The core is told it with each decision.

/** Long after 0, as on a machine that has run for a while. */
const BEGIN = 10n ** 15n
const NANOS = 1e6

export class Clock {
  #speed = 1
  #since = performance.now()
  #past = 0n
  #wall = BigInt(Date.now()) * BigInt(NANOS)

  /** Nanoseconds since the page began. */
  get elapsed() {
    const passed = (performance.now() - this.#since) * this.#speed
    return this.#past + BigInt(Math.floor(passed * NANOS))
  }

  /** Both clocks, as the core takes them. */
  get clocks() {
    const { elapsed } = this
    return { now: BEGIN + elapsed, wall: this.#wall + elapsed }
  }

  set speed(speed) {
    this.#past = this.elapsed
    this.#since = performance.now()
    this.#speed = speed
  }

  /** So many nanoseconds at once. */
  skip(nanos) {
    this.#past += nanos
  }
}
