import type { Dialect } from 'kysely'
import type { ConnectionSetup } from './setup/connection-setup.js'
import type { Interceptors } from './interceptors.js'
import type { PoolListeners } from './setup/listeners.js'
import type { SchemaIndex } from '../schema/schema-index.js'
import type { ResolvedColumnTypes } from '../types/column-type-options.js'

/** Parts of a dialect that managers reach from any Kysely or Transaction that uses it. */
export interface MatrixOneRuntime {
  readonly types: ResolvedColumnTypes
  /** The value that mo-codegen wrote, when the program gave it. */
  readonly schema: SchemaIndex | undefined
  readonly timeZone: string
  /** How vectors travel, as the program wants it. */
  readonly vectors: 'base64' | 'text'
  readonly hooks: Pick<ConnectionSetup, 'add' | 'rerun' | 'status'>
  readonly listeners: Pick<PoolListeners, 'add'>
  readonly interceptors: Pick<Interceptors, 'add'>
  /** The same dialect with a pool of its own whose current database is another one. */
  openDatabase(database: string): Dialect
}
