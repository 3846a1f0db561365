import type { IvfStatistics } from '../../managers/vector-ops/ivf-statistics.js'
import type { VectorIndexModel } from '../../schema/schema-model.js'

/** A fault that an examination can find. */
export type IndexFindingCode =
  /** The index was built on an empty table, or with fewer vectors than lists: every search reads all rows. */
  | 'built-empty'
  /** There are fewer or more lists than declared. */
  | 'lists-differ'
  /** More than a tenth of the lists have no entry. */
  | 'empty-lists'
  /** One list holds far more entries than the others. */
  | 'skewed-lists'
  /** Entries whose row is gone or has another vector: searches give wrong or repeated rows. */
  | 'phantom-entries'
  /** Rows that the index does not know: no search through it finds them. */
  | 'missing-entries'
  /** An HNSW or asynchronous index that has not followed the table. */
  | 'stale-index'
  /** Searches read too few lists to find the nearest rows. */
  | 'low-probe-limit'
  /** No search uses an index for this metric. */
  | 'unused-index'
  /** The index has INCLUDE columns, with which searches panic. */
  | 'include-columns'
  /** The given search does not read an index. */
  | 'lost-index'
  /** Vectors of another dimension than the column's: statements that measure distances fail. */
  | 'wrong-dimension'
  /** Vectors that hold NaN or infinities: their distances mean nothing. */
  | 'not-finite'
  /** Vectors of zeros, which have no direction: the cosine distance is 1 to everything. */
  | 'zero-vectors'

/** A fault, with what it means and what to do. */
export interface IndexFinding {
  readonly code: IndexFindingCode
  /** Its name; undefined for a fault of the column or of a search. */
  readonly index: string | undefined
  /** The fault, and what it does to searches. */
  readonly message: string
  /** How to put it right. */
  readonly advice: string
  /** Rows, entries or lists that it concerns; undefined where there is nothing to count. */
  readonly count: number | undefined
  /** Keys of some of the rows, three at most; empty where a key has several columns. */
  readonly examples: readonly unknown[]
}

/** How far an index that follows writes later is behind. */
export interface IndexLag {
  /** Seconds since the server's job has last brought the index up to date. */
  readonly behind: number
  /** The error of the job's last run; null when there was none. */
  readonly error: string | null
  /** Rows whose own vector was searched for. */
  readonly lookedFor: number
  /** Keys of the rows that the index did not find. */
  readonly missing: readonly unknown[]
}

/** The share of the nearest rows that searches through an index found. */
export interface ProbedRecall {
  /** The session's `probe_limit`. */
  readonly probeLimit: number
  /** Average recall of ten hits, from 0 to 1. */
  readonly recall: number
  /** Stored vectors that were searched for. */
  readonly queries: number
  /** The lowest limit tried that has a recall of at least 0.95; undefined when none was looked for or found. */
  readonly enough: number | undefined
}

/** An index as it was found. */
export interface ExaminedIndex extends Pick<VectorIndexModel, 'name' | 'algorithm' | 'metric'> {
  /** The lists of an ivfflat index. */
  readonly statistics: IvfStatistics | undefined
  /** Of an HNSW or asynchronous index. */
  readonly lag: IndexLag | undefined
  /** Of an ivfflat index that is searched. */
  readonly recall: ProbedRecall | undefined
}

/** The state of a vector column and its indexes. */
export interface IndexReport {
  readonly database: string
  readonly table: string
  readonly column: string
  readonly dimension: number
  /** Rows with a vector. */
  readonly vectors: number
  readonly indexes: readonly ExaminedIndex[]
  /** Empty when nothing is wrong. */
  readonly findings: readonly IndexFinding[]
  /** Sentences on what was sampled or left out. */
  readonly notes: readonly string[]
}
