/** Milliseconds that statements took, the way to the server and back included. */
export interface Latency {
  readonly median: number
  /** A quarter of the statements took less. */
  readonly lowerQuartile: number
  /** A quarter took more. */
  readonly upperQuartile: number
}

/** The quartiles of some durations; 0 of none. */
export function latencyOf(durations: readonly number[]): Latency {
  const sorted = durations.toSorted((a, b) => a - b)
  const at = (share: number): number => {
    const place = share * (sorted.length - 1)
    const [lower = 0, upper = lower] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
    return lower + (upper - lower) * (place - Math.floor(place))
  }
  return Object.freeze({ median: at(0.5), lowerQuartile: at(0.25), upperQuartile: at(0.75) })
}

/** Runs a task and says how many milliseconds it took. */
export async function timed<T>(
  task: () => Promise<T>,
): Promise<{ readonly result: T; readonly milliseconds: number }> {
  const start = performance.now()
  const result = await task()
  return { result, milliseconds: performance.now() - start }
}
