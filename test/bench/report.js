/** Prints one line a target; with `--assert` a missed one makes the exit code 1. */
const asserts = process.argv.includes('--assert')

/** A target that is a bound from above: `name: 0.31 (target ≤ 0.4, quartiles 0.3 to 0.32) PASS`. */
export function reportAtMost(name, value, target, spread) {
  report(name, value, `≤ ${target}`, value <= target, spread)
}

/** A target that is a bound from below. */
export function reportAtLeast(name, value, target) {
  report(name, value, `≥ ${target}`, value >= target)
}

function report(name, value, target, holds, spread) {
  const [low, high] = (spread ?? []).map((ratio) => ratio.toFixed(2))
  const bounds = low === undefined ? target : `${target}, quartiles ${low} to ${high}`
  console.log(`${name}: ${value.toFixed(2)} (target ${bounds}) ${holds ? 'PASS' : 'MISS'}`)
  if (asserts && !holds) process.exitCode = 1
}
