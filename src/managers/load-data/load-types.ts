import type { CsvFormat } from './load-statement.js'

/** Options of every load. */
export interface LoadOptions<Column extends string> {
  /** The table's column of each column of the file, null to skip one; default: the table's columns in order. */
  readonly columns?: readonly (Column | null)[]
  /**
   * `'check'` (default) refuses a row whose primary or unique key exists, in the table or in the file;
   * `'trust'` skips that, is faster, and leaves the same key in the table twice when it occurs.
   */
  readonly keys?: 'check' | 'trust'
}

/** How CSV is loaded. */
export type CsvLoadOptions<Column extends string> = LoadOptions<Column> &
  Omit<CsvFormat, 'nullIf'> & {
    /** Texts that stand for NULL, by column. */
    readonly nullIf?: { readonly [Name in Column]?: string }
  }

/** Result of a load. */
export interface LoadResult {
  readonly rows: number
  /** Whether primary and unique keys were checked; also true when the table has none. */
  readonly keysChecked: boolean
}

/** How JSON lines are loaded. */
export type JsonLinesLoadOptions<Column extends string> = LoadOptions<Column> & {
  /** `'object'` (default) for `{"id": 1}` per line, `'array'` for `[1]`. */
  readonly lines?: 'object' | 'array'
}

/** How JavaScript rows are loaded. */
export interface RowsLoadOptions<Column extends string> {
  /** Default: the columns of the first row. */
  readonly columns?: readonly Column[]
  /** As in {@link LoadOptions}; with `vecf32` and `vecf64` columns keys are checked either way, which costs nothing there. */
  readonly keys?: 'check' | 'trust'
}
