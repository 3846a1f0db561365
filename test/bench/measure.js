/**
 * How everything here is measured: the peers run in turn within each round, the order is turned
 * round by round, and what counts is the median of the rounds' ratios. Neighbours on the machine
 * slow all peers of a round alike, so that ratios stay true where times do not.
 */

/** The middle of some numbers. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * Runs every peer once a round, in an order that turns, and collects what each returns.
 *
 * @param peers functions by name
 * @returns the results of each peer by name, in the order of the rounds
 */
export async function interleave(rounds, peers) {
  const names = Object.keys(peers)
  const results = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    const turn = round % names.length
    for (const name of [...names.slice(turn), ...names.slice(0, turn)]) {
      results[name].push(await peers[name](round))
    }
  }
  return results
}

/** The median over the rounds of one peer's number divided by the other's. */
export function ratioOf(ours, theirs) {
  return median(ours.map((value, round) => value / theirs[round]))
}

/** The quartiles of those ratios: how far the machine let the rounds differ. */
export function spreadOf(ours, theirs) {
  const sorted = ours.map((value, round) => value / theirs[round]).toSorted((a, b) => a - b)
  return [sorted[sorted.length >> 2], sorted[(sorted.length * 3) >> 2]]
}

/** Milliseconds of wall time that a task takes. */
export async function millisecondsOf(task) {
  const start = performance.now()
  await task()
  return performance.now() - start
}
