import type { IvfStatistics, ReindexReason } from './ivf-statistics.js'

/** A vector index that was rebuilt after a load. */
export interface RebuiltIndex {
  readonly index: string
  /** The lists that it was rebuilt with; undefined when their number stays. */
  readonly lists: number | undefined
  readonly reasons: readonly ReindexReason[]
}

/** A rebuild that would help; undefined when the index is as it should be, or cannot be better. */
export function planRebuild(statistics: IvfStatistics): RebuiltIndex | undefined {
  const { index, reindexReasons: reasons, vectors, usedLists } = statistics
  if (reasons.length === 0 || vectors === 0) return undefined
  // With fewer vectors than lists a rebuild gives one list again.
  if (reasons.includes('fewer vectors than lists')) {
    return { index, lists: Math.max(1, Math.round(Math.sqrt(vectors))), reasons }
  }
  const isOnlySparse = reasons.length === 1 && reasons[0] === 'empty lists'
  return { index, lists: isOnlySparse ? usedLists : undefined, reasons }
}
