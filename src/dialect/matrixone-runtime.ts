import type { Dialect } from 'kysely'
import type { HookStatus } from '../connection/connection-setup.js'
import type { ResolvedColumnTypes } from '../types/column-type-options.js'

/** What the library can find out about a dialect from any Kysely or Transaction that uses it. */
export interface MatrixOneRuntime {
  readonly types: ResolvedColumnTypes
  readonly timeZone: string
  hookStatus(): HookStatus
  /** The same dialect with a pool of its own whose current database is another one. */
  openDatabase(database: string): Dialect
}
