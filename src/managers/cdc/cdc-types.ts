/** A server that CDC reads from or writes to. Its password never shows up in a result or an error. */
export interface CdcEndpoint {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  /** The user's account on a MatrixOne server; default: sys. */
  readonly account?: string
}

/** The source: some tables, or a whole database including tables created later. */
export type CdcScope =
  | {
      /** Pairs of `database.table`. */
      readonly tables: readonly { readonly from: string; readonly to: string }[]
      readonly database?: never
    }
  | {
      readonly database: { readonly from: string; readonly to: string }
      readonly tables?: never
    }

/** How changes are replicated. */
export type CreateCdcOptions = CdcScope & {
  /** This server, as a user of the current account. */
  readonly source: CdcEndpoint
  readonly sink: CdcEndpoint & {
    /** Default `'matrixone'`. */
    readonly type?: 'matrixone' | 'mysql'
  }
  /** Whether existing rows are copied first; default true. */
  readonly full?: boolean
  /** Replicates changes from here on only. */
  readonly startAt?: Date
  /** Ends the task there. */
  readonly endAt?: Date
  /** A regular expression of the server's (Go): tables that match are left out. */
  readonly exclude?: string
  /** How often to look for changes, in minutes or hours. Default: at once. */
  readonly frequency?: `${number}m` | `${number}h`
  /** The longest statement to the sink, in bytes; default 4,194,304. */
  readonly maxSqlLength?: number
  /** How long a statement to the sink may take: `'10m'`. */
  readonly sendSqlTimeout?: `${number}${'s' | 'm' | 'h'}`
  /** Whether the first copy may take several transactions; default true. */
  readonly splitFirstCopy?: boolean
  /** Returns the task of that name, unchanged, when there is one. */
  readonly ifNotExists?: boolean
}

/** State of a task in the server's words; a newer server may have others. */
export type CdcState =
  | 'running'
  | 'pausing'
  | 'paused'
  | 'restarting'
  | 'failed'
  | (string & Record<never, never>)

/** A server of a task, without its password. */
export interface CdcAddress {
  readonly host: string
  readonly port: number
  readonly account: string | null
  readonly user: string
}

/** How far one table has got. */
export interface CdcTableProgress {
  /** `database.table` of the source. */
  readonly table: string
  /** All changes up to here have arrived. */
  readonly watermark: Date
  /** The same in nanoseconds since 1970-01-01 UTC. */
  readonly moTs: bigint
  /** Milliseconds that the sink is behind the source, by the server's clock. */
  readonly lag: number
  /** Why this table is stuck; the task goes on as `'running'` then. */
  readonly error: string | null
}

/** A change-data-capture task. */
export interface CdcTask {
  readonly id: string
  readonly name: string
  readonly state: CdcState
  readonly source: CdcAddress
  readonly sink: CdcAddress
  /** Why the task as a whole failed. */
  readonly error: string | null
  /** One entry per table that has arrived at least once, with its error if any. */
  readonly tables: readonly CdcTableProgress[]
  /** The longest lag of all tables in milliseconds; null before the first has arrived. */
  readonly lag: number | null
  /** The server's clock when it answered. */
  readonly observedAt: Date
}

/** The tasks that need a look. */
export interface CdcFilter {
  /**
   * - `'failing'`: the task as a whole failed (`error`).
   * - `'stuck'`: a table has an error, while the state stays `'running'`.
   * - `'late'`: a table is behind by more than `lateAfter`, whatever the state; a task of which no
   *   table has arrived yet has no lag.
   */
  readonly only?: 'failing' | 'stuck' | 'late'
  /** Milliseconds, with `'late'`; default 600,000. Add the task's `frequency` when it has one. */
  readonly lateAfter?: number
}

/** How long to wait for the server, which pauses tasks in the background. */
export interface CdcWaitOptions {
  /** Milliseconds; default 60,000: a new task can be paused only after it has started, about 20 s. */
  readonly timeout?: number
  /** Milliseconds between two looks; default 250. */
  readonly interval?: number
}
