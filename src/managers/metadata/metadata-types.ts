import type { TableModel } from '../../schema/schema-model.js'

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
}
