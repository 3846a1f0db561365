/** Kysely's types without tables: what the typed front of a search is built on. */
import type { Kysely, SelectQueryBuilder } from 'kysely'

/** Tables of any name with columns of any name. */
export type AnyTables = Record<string, Record<string, unknown>>
/** A handle of any tables. */
export type AnyHandle = Kysely<AnyTables>
/** A row of any columns. */
export type AnyRow = Record<string, unknown>
/** A SELECT from any tables. */
export type AnyQuery = SelectQueryBuilder<AnyTables, string, AnyRow>
