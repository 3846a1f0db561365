import type { VectorIndexModel } from '../../schema/schema-model.js'

/** A vector index with the table that it is on. */
export interface TableVectorIndex extends VectorIndexModel {
  readonly table: string
}

/** Session settings for making and searching vector indexes. */
export interface VectorSettings {
  /** `experimental_hnsw_index`: HNSW indexes can be created. Searching needs no switch. */
  readonly hnsw?: boolean
  /** `experimental_ivf_index`: without effect on every version seen; kept for older servers. */
  readonly ivf?: boolean
  /** `probe_limit`: how many lists of an ivfflat index a search reads, 1 to 80,000; default 5. */
  readonly probeLimit?: number
}

/** How an index is rebuilt. */
export interface ReindexOptions {
  /** The new number of lists of an ivfflat index; default: as before. */
  readonly lists?: number
  /** Waits until the index is complete also when it is `async`; 4.1 and later. */
  readonly forceSync?: boolean
}

/** Changes to an ivfflat index. */
export interface VectorIndexChange {
  /** When the index rebuilds itself, every `days` at `hour` o'clock; false for never. */
  readonly autoUpdate: false | { readonly days: number; readonly hour: number }
}
