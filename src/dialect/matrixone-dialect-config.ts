import type { HookErrorPolicy } from '../connection/connection-setup.js'
import type { ConnectionInput } from '../connection/connection-source.js'
import type { ConnectionHookInput } from '../connection/hooks.js'
import type { ColumnTypeOptions } from '../types/column-type-options.js'
import type { GuardOptions } from './guards.js'

/** What `new MatrixOneDialect(…)` takes, and `new MatrixOne(…)` with it. */
export interface MatrixOneDialectConfig {
  /** A URL `mysql://user:password@host:6001/database`, mysql2 pool options, or an existing mysql2 pool. */
  readonly connection: ConnectionInput
  /**
   * What is done once to each new connection before any statement: actions such as `'enable_hnsw'`,
   * `setSession({…})`, callbacks. Without it `MATRIXONE_ON_CONNECT` names the actions.
   */
  readonly hooks?: ConnectionHookInput | readonly ConnectionHookInput[]
  /** What a failing hook does; default `'warn'`: the connection is used all the same. */
  readonly onHookError?: HookErrorPolicy
  /** What columns read as; give the same object to `mo-codegen.config`. */
  readonly types?: ColumnTypeOptions
  /** Offset such as `+00:00` (default) of the session; datetime and timestamp are sent and read in it. */
  readonly timeZone?: string
  /** How each guard against a server trap acts; the default is the safe one. */
  readonly guards?: GuardOptions
  /** Milliseconds to get a connection: queue, connect and hooks together; default 10,000. */
  readonly acquireTimeout?: number
  /** Milliseconds that `destroy()` waits for running statements; default 5,000. */
  readonly shutdownTimeout?: number
}
