import type { Compilable, Selectable } from 'kysely'

/** The source of a branch. */
export interface BranchSource<Name extends string> {
  /** `table` or `database.table`; of a database branch, the database. */
  readonly from: Name
  /** Branch off the state that this snapshot holds instead of the present one. */
  readonly snapshot?: string
  /** The account that gets the branch; only sys may name another one. */
  readonly toAccount?: string
}

/** The other side of a comparison. */
export interface DiffOptions<Against extends string> {
  /** `table` or `database.table`. */
  readonly against: Against
  /** Compare the branch as this snapshot holds it. */
  readonly snapshot?: string
  /** Compare with the other table as this snapshot holds it. */
  readonly againstSnapshot?: string
}

/** Which of the differing rows are returned. */
export interface DiffRowsOptions<
  Against extends string,
  Column extends string,
> extends DiffOptions<Against> {
  /** Only these columns, besides the side and the kind of change. Default: all. */
  readonly columns?: readonly Column[]
  /** Maximum number of rows; the server's order is not stable. */
  readonly limit?: number
}

/** The table that a comparison is written to. */
export interface DiffTableOptions<Against extends string> extends DiffOptions<Against> {
  /** The new table, `table` or `database.table`. */
  readonly table: string
  /** Only these columns, besides the side and the kind of change. Default: all. */
  readonly columns?: readonly string[]
}

/** The file that a comparison is written to. */
export interface DiffFileOptions<Against extends string> extends DiffOptions<Against> {
  /** An existing directory of the server, or `stage://name/`. */
  readonly directory: string
}

/** The change of a row since the branch was made. */
export type RowChange = 'insert' | 'update' | 'delete'

/**
 * One changed row. A row that both sides changed is there twice, once for each side; of a deleted
 * row the old values are shown.
 */
export interface DiffRow<Row> {
  /** The side that changed it: the branch, or the table it is compared with. */
  readonly side: 'branch' | 'against'
  readonly change: RowChange
  readonly row: Row
}

/** A row of a table of the generated interface, or some of its columns. */
export type RowOf<DB, Table, Column = string> = Table extends keyof DB
  ? string extends Column
    ? Selectable<DB[Table]>
    : Pick<Selectable<DB[Table]>, Column & keyof Selectable<DB[Table]>>
  : Record<string, unknown>

/** The changes of one side, by kind, in rows. */
export interface ChangeCounts {
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
}

/** The changes of both sides. */
export interface DiffSummary {
  readonly branch: ChangeCounts
  readonly against: ChangeCounts
}

/**
 * Treatment of rows that both sides changed: `'fail'` changes nothing at all, `'accept'` takes
 * the branch's row, `'skip'` leaves the row. (`'skip'` is not "the target wins": MatrixOne 4.2.0
 * inserts a row again that the target deleted and the branch updated.)
 */
export type OnConflict = 'fail' | 'skip' | 'accept'

/** Where the changes of a branch go. */
export interface MergeOptions<Into extends string> {
  /** `table` or `database.table`. */
  readonly into: Into
  /** Default `'fail'`. */
  readonly onConflict?: OnConflict
  /**
   * Compare both tables row by row afterwards. Default true; it reads both tables once, and without it
   * nothing is verified.
   */
  readonly compareRows?: boolean
}

/** The value of a one-column primary key, or the values of a composite one in its order. */
export type BranchKey =
  | string
  | number
  | bigint
  | Date
  | readonly (string | number | bigint | Date)[]

/** Changes to pick from a branch, and the table that gets them. */
export interface PickOptions<Into extends string> extends MergeOptions<Into> {
  /** Primary keys, or a query that selects them. */
  readonly keys?: readonly BranchKey[] | Compilable
  /** Only changes made between two snapshots of the branch. */
  readonly between?: { readonly from: string; readonly to: string }
}

/** Result of a merge or pick, counted by DIFF before and after it. */
export interface MergeResult {
  /** Changes of the branch that the target has now and had not before. */
  readonly applied: ChangeCounts
  /** Changes of the branch that the target still lacks: what `'skip'` or a pick left out. */
  readonly remaining: ChangeCounts
  /** Changes of the target's own, which neither merge nor pick touches. */
  readonly targetOnly: ChangeCounts
  /** Whether DIFF counted after the merge, and the rows of both tables differ exactly as it says. */
  readonly verified: boolean
  /** Absent when verified. */
  readonly unverified?: UnverifiedReason
}

/** A reason why a merge or pick is not verified. */
export type UnverifiedReason =
  /** DIFF does not see the merge there (4.2.0), so the counts are what it must have done. */
  | 'inside a transaction'
  /** The option `compareRows` was false. */
  | 'rows not compared'
  /** Rows cannot be matched without one. */
  | 'no primary key'
  /** A row that both sides changed counts twice, so the counts do not tell the number of rows. */
  | 'both sides still differ'
  /**
   * Written to the branch in the transaction that made it, which MERGE leaves behind for good; or by
   * another client since the merge.
   */
  | 'rows differ that DIFF does not show'
  /** The server refused the comparison, or the role may not read the tables. */
  | 'rows could not be compared'

/** The database that `withBranch` branches off. */
export interface WithBranchOptions {
  readonly database: string
  /** Branch off the state that this snapshot holds instead of the present one. */
  readonly snapshot?: string
  /** The name of the branch; default the database's name, `_branch_` and eight random characters. */
  readonly name?: string
}
