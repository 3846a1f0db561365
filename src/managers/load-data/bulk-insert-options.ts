import type { ResumePoint, BulkReport, RowRange } from '../../bulk/bulk-report.js'
import {
  abortSignal,
  callable,
  integer,
  isObject,
  listOf,
  oneOf,
  type OptionRules,
  text,
} from '../../options/option-rules.js'
import type { KeyConflict } from './load-with-key-check.js'

/** How many rows come in. */
export interface BulkInsertOptions<Column extends string = string> {
  /** Default: the columns of the first row. A row without one of them has NULL there, not the default. */
  readonly columns?: readonly Column[]
  /**
   * Treatment of a row whose primary or unique key exists: `'fail'` (default) refuses its block, `'skip'`
   * leaves the row out, `'update'` sets the columns of no key.
   */
  readonly onConflict?: KeyConflict
  /**
   * `'check'` (default) lets the server check primary and unique keys; `'trust'` leaves the check out where that
   * is faster, and then the same key in the table twice when it occurs. With vectors it is not faster.
   */
  readonly keys?: 'check' | 'trust'
  /** About the bytes of a block; each commits on its own. Default 8 MiB. */
  readonly chunkBytes?: number
  /** Blocks on their way at a time, each on a connection of the pool; default 1. */
  readonly connections?: number
  /** Called after each block. */
  readonly progress?: (report: BulkProgress) => void
  /** Ends what runs when it is aborted. */
  readonly signal?: AbortSignal
  /** Where an earlier call with the same rows came to: `error.report`. */
  readonly resume?: ResumePoint
}

/** The report so far, and the block that came in last. */
export interface BulkProgress extends BulkReport {
  readonly block: RowRange
}

export const bulkInsertOptions: OptionRules<BulkInsertOptions> = {
  columns: listOf(text),
  onConflict: oneOf('fail', 'skip', 'update'),
  keys: oneOf('check', 'trust'),
  chunkBytes: integer(1, 1024 * 1024 * 1024),
  connections: integer(1, 64),
  progress: callable,
  signal: abortSignal,
  resume: {
    expected: 'the report of a BulkInsertError',
    accepts: (value) => isObject(value) && Number.isSafeInteger(value['resumeFrom']),
  },
}
