/** Prints one line a target; with `--assert` a missed one makes the exit code 1. */
const asserts = process.argv.includes('--assert')

/** A target that is a bound from above: `name: 0.31 (target ≤ 0.4) PASS`. */
export function reportAtMost(name, value, target) {
  report(name, value, `≤ ${target}`, value <= target)
}

/** A target that is a bound from below. */
export function reportAtLeast(name, value, target) {
  report(name, value, `≥ ${target}`, value >= target)
}

function report(name, value, target, holds) {
  console.log(`${name}: ${value.toFixed(2)} (target ${target}) ${holds ? 'PASS' : 'MISS'}`)
  if (asserts && !holds) process.exitCode = 1
}
