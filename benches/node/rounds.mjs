// `rounds`: several ways to do something, measured in turns, so that a busy machine is as unkind to each. What is told
// is the median of the rounds, and its ratio to the first.

/** Calls of a way in one round, in nanoseconds each; `way` does `calls` of them. */
async function once(way, calls) {
  const start = process.hrtime.bigint()
  await way(calls)
  return Number(process.hrtime.bigint() - start) / calls
}

export async function rounds(title, ways, { calls, times = 15 } = {}) {
  const names = Object.keys(ways)
  const measured = new Map(names.map((name) => [name, []]))
  // The compiler is done with all of it.
  for (let warm = 0; warm < 5; warm += 1) for (const name of names) await once(ways[name], calls)
  for (let round = 0; round < times; round += 1) {
    for (const name of names) measured.get(name).push(await once(ways[name], calls))
  }
  const median = (name) => measured.get(name).sort((a, b) => a - b)[times >> 1]
  const first = median(names[0])
  console.log(`\n${title}`)
  for (const name of names) {
    console.log(`  ${name.padEnd(46)} ${median(name).toFixed(1).padStart(10)} ns ${(median(name) / first).toFixed(2).padStart(8)} x`)
  }
  return Object.fromEntries(names.map((name) => [name, median(name)]))
}

/** The bars: each a sentence and whether it holds. */
export function bars(...all) {
  for (const [text, value, bound] of all) console.log(`  ${value >= bound ? 'met   ' : 'MISSED'} ${text}: ${value.toFixed(2)} (bar ${bound})`)
}
