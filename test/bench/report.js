/**
 * Prints one line a target; with `--assert` a missed one makes the exit code 1. What it prints is also kept
 * for the run, which writes it to the documentation when told to.
 */
import { appendFileSync } from 'node:fs'

const asserts = process.argv.includes('--assert')

/** A target that is a bound from above: `name: 0.31 (target ≤ 0.4, quartiles 0.3 to 0.32) PASS`. */
export function reportAtMost(name, value, target, spread) {
  report({ name, value, target: `≤ ${target}`, holds: value <= target, spread })
}

/** A target that is a bound from below. */
export function reportAtLeast(name, value, target, spread) {
  report({ name, value, target: `≥ ${target}`, holds: value >= target, spread })
}

function report(result) {
  const { name, value, target, holds, spread } = result
  const [low, high] = (spread ?? []).map((ratio) => ratio.toFixed(2))
  const bounds = low === undefined ? target : `${target}, quartiles ${low} to ${high}`
  console.log(`${name}: ${value.toFixed(2)} (target ${bounds}) ${holds ? 'PASS' : 'MISS'}`)
  const { KMO_BENCH_RESULTS: file } = process.env
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(result)}\n`)
  if (asserts && !holds) process.exitCode = 1
}
