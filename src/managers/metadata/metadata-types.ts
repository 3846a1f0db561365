import type { TableModel } from '../../schema/schema-model.js'
import type { Instant } from '../../sql/time-hint.js'
import type { TableFilter } from './table-filter.js'

/** The part of a database to read, the state to read, and what missing rights do. */
export interface ReadMetadataOptions extends TableFilter {
  /** The connection's own database when absent. */
  readonly database?: string | undefined
  /** A past state; the present when absent. */
  readonly at?: Instant | undefined
  /** Whether missing rights are an error instead of a reduced reading with a warning; false when absent. */
  readonly strict?: boolean | undefined
}

/** All tables and views of one database, read at one instant. */
export interface DatabaseMetadata {
  readonly name: string
  /** Sorted by name (code points). */
  readonly tables: readonly TableModel[]
  readonly serverVersion: string
  /** Set when the database is a subscription to another account's publication. */
  readonly subscription: { readonly account: string; readonly publication: string } | null
  /** `catalog` when read from `mo_catalog`; `information_schema` when rights were missing and index parameters are therefore unknown; `show` for a subscription. */
  readonly source: 'catalog' | 'information_schema' | 'show'
  /** Missing rights with the GRANTs, mixed-case columns, names that mysql2 refuses, stale and broken views. */
  readonly warnings: readonly string[]
  /** Names of views that could not be asked, so that their columns are those of their creation. */
  readonly unreadViews: readonly string[]
}
