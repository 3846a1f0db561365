import type { ConnectionInput } from '../connection/pool/connection-source.js'
import type { ErrorValues } from '../connection/mysql2/errors-from-driver.js'
import { oneOf, type OptionRules } from '../options/option-rules.js'
import type { ConnectionHookInput, HookErrorPolicy } from '../connection/setup/hooks.js'
import type { Interceptor } from '../connection/interceptors.js'
import type { PoolListenerInput } from '../connection/setup/listeners.js'
import type { SchemaValue } from '../schema/value.js'
import type { ColumnTypeOptions } from '../types/column-type-options.js'
import type { TimeoutOptions } from '../connection/limits/timeouts.js'
import type { EmptyLists } from './empty-lists.js'
import type { GuardOptions } from '../guards/guards.js'

/** Options of `new MatrixOneDialect(…)` and `new MatrixOne(…)`. */
export interface MatrixOneDialectConfig extends TimeoutOptions {
  /**
   * A URL `mysql://user:password@host:6001/database`, mysql2 pool options, or a pool or connection of
   * `mysql2` or `mysql2/promise` that exists; `destroy()` closes that too.
   */
  readonly connection: ConnectionInput
  /**
   * Run once per new connection, before any statement: actions such as `'enable_hnsw'`,
   * `setSession({…})`, callbacks. Without it `MATRIXONE_ON_CONNECT` names the actions.
   */
  readonly hooks?: ConnectionHookInput | readonly ConnectionHookInput[]
  /** Reaction to a hook that fails; default `'warn'`: the connection is used anyway. */
  readonly onHookError?: HookErrorPolicy
  /** Told when connections are opened, handed out, put back and closed. */
  readonly listeners?: readonly PoolListenerInput[]
  /** Run around each statement and each step of a transaction; the first is the outermost. */
  readonly interceptors?: readonly Interceptor[]
  /**
   * The constant that mo-codegen writes beside `DB`. With it `*` keeps capitals, columns are read as
   * they were generated, and vectors are checked before they are sent.
   */
  readonly schema?: SchemaValue
  /** How columns are read without `schema`; give the same object to `mo-codegen.config`. */
  readonly types?: ColumnTypeOptions
  /** Offset such as `+00:00` (default) of the session; datetime and timestamp are sent and read in it. */
  readonly timeZone?: string
  /** How each guard against a server trap acts; the default is the safe one. */
  readonly guards?: GuardOptions
  /**
   * Fate of a statement on the server when the signal of its call is aborted: `'cancel query'`
   * (default) ends it by KILL QUERY, whatever the call says; `'ignore query'`, which is kysely's
   * default, lets it go on with its locks unless the call has a strategy of its own.
   */
  readonly inflightQueryAbortStrategy?: 'cancel query' | 'ignore query'
  /**
   * The `insertId` of several rows and `numChangedRows`, which the server answers wrongly: `'omit'`
   * (default) leaves them out, `'report'` hands on what it says, as kysely's MysqlDialect does.
   */
  readonly untrueResults?: 'omit' | 'report'
  /**
   * Meaning of a condition with an empty list: `'allow'` (default): nothing is `in []` and everything
   * `not in []`; `'refuse'`: a `ValueError` before the query is sent.
   */
  readonly emptyLists?: EmptyLists
  /**
   * How `vecf32` and `vecf64` columns that `schema` knows travel: `'base64'` (default), a third of the bytes and
   * no number to format or to parse; `'text'`, as all other vectors do. Values are the same.
   */
  readonly vectors?: 'base64' | 'text'
  /**
   * Statements that the server keeps prepared: `'off'` (default) none; `'auto'` point queries that give the same
   * rows as their text, see docs/prepared.md.
   */
  readonly prepare?: 'off' | 'auto'
  /** Contents of errors; see docs/errors.md. */
  readonly errors?: ErrorOptions
}

/** Contents of errors. */
export interface ErrorOptions {
  /**
   * `'redacted'` (default): `?` for every value, in the message, in `sql` and in mysql2's error under
   * `cause`; `'shown'`: all as it was sent and said, for development only.
   */
  readonly values?: ErrorValues
}

export const ERROR_OPTIONS: OptionRules<ErrorOptions> = { values: oneOf('redacted', 'shown') }
