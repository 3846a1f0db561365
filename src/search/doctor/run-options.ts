import { abortSignal, callable, integer, type OptionRules } from '../../options/option-rules.js'
import { sampleOf } from '../quality/random.js'

/** Options of every measurement. */
export interface RunOptions {
  /** Queries that are measured at most, chosen at random when there are more; 200 unless set. */
  readonly sample?: number
  /** Of the random choice: the same seed chooses the same queries; 1 unless set. */
  readonly seed?: number
  /** Called after each query. */
  readonly onProgress?: (progress: Progress) => void
  /** Ends the measurement before its next query. */
  readonly signal?: AbortSignal
}

/** How far a measurement has come. */
export interface Progress {
  /** Queries that are done. */
  readonly done: number
  readonly of: number
}

export const RUN_RULES: OptionRules<RunOptions> = {
  sample: integer(1),
  seed: integer(0),
  onProgress: callable,
  signal: abortSignal,
}

/** The queries that are measured, and a note when they are not all. */
export function chooseQueries<Query>(
  queries: readonly Query[],
  { sample = 200, seed = 1 }: RunOptions,
  notes: string[],
): readonly Query[] {
  if (queries.length <= sample) return queries
  notes.push(
    `${sample} of ${queries.length.toLocaleString('en-US')} queries were measured, chosen at random; raise \`sample\` to measure more.`,
  )
  return sampleOf(queries, sample, seed)
}

/** Runs a task for each query, one after the other. */
export async function forEachQuery<Query>(
  queries: readonly Query[],
  { signal, onProgress }: RunOptions,
  task: (query: Query, at: number) => Promise<void>,
): Promise<void> {
  for (const [at, query] of queries.entries()) {
    signal?.throwIfAborted()
    await task(query, at)
    onProgress?.({ done: at + 1, of: queries.length })
  }
}
