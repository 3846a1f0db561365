import { sortedBy } from './code-points.js'
import type { DatabaseModel, ForeignKeyModel, SchemaModel, TableModel } from './schema-model.js'

/**
 * Puts everything whose order means nothing (databases, tables, indexes, foreign keys) in
 * code-point order; columns and key columns keep the declared order, which means something.
 */
export function sortModel(model: SchemaModel): SchemaModel {
  const known = sortedModels.get(model)
  if (known !== undefined) return known
  const sorted = {
    ...model,
    databases: sortedBy(model.databases, (database) => database.name ?? '').map(sortDatabase),
  }
  sortedModels.set(model, sorted)
  sortedModels.set(sorted, sorted)
  return sorted
}

/** A model is never changed, and one run sorts it for each hash, file and comparison. */
const sortedModels = new WeakMap<SchemaModel, SchemaModel>()

function sortDatabase(database: DatabaseModel): DatabaseModel {
  return { ...database, tables: sortedBy(database.tables, (table) => table.name).map(sortTable) }
}

function sortTable(table: TableModel): TableModel {
  const { uniqueKeys, indexes, vectorIndexes, fulltextIndexes, foreignKeys, checks } = table
  return {
    ...table,
    ...(uniqueKeys && { uniqueKeys: sortedBy(uniqueKeys, identityOf) }),
    ...(indexes && { indexes: sortedBy(indexes, identityOf) }),
    ...(vectorIndexes && { vectorIndexes: sortedBy(vectorIndexes, identityOf) }),
    ...(fulltextIndexes && { fulltextIndexes: sortedBy(fulltextIndexes, identityOf) }),
    ...(foreignKeys && { foreignKeys: sortedBy(foreignKeys.map(sortPairs), identityOf) }),
    ...(checks && { checks: sortedBy(checks, identityOf) }),
  }
}

/**
 * Sorts the pairs of a foreign key by its own columns: the server has no order for them, and shows
 * another one once its catalog is flushed, five seconds after CREATE TABLE (4.2.0).
 */
export function sortPairs(key: ForeignKeyModel): ForeignKeyModel {
  const { columns, references } = key
  if (columns.length < 2 || columns.length !== references.columns.length) return key
  const pairs = sortedBy(
    columns.map((column, at) => [column, references.columns[at] ?? ''] as const),
    ([column]) => column,
  )
  return {
    ...key,
    columns: pairs.map(([column]) => column),
    references: { ...references, columns: pairs.map(([, parent]) => parent) },
  }
}

/** The fields that tell an index, a foreign key or a check from its siblings. */
export interface Identifiable {
  readonly name?: string
  readonly column?: string
  readonly columns?: readonly string[]
  readonly expression?: string
  readonly references?: {
    readonly database?: string
    readonly table: string
    readonly columns: readonly string[]
  }
}

/** The name; where there is none (full-text indexes, foreign keys and checks may lack one), the columns or the expression. */
export function identityOf(item: Identifiable): string {
  if (item.name !== undefined && item.name !== '') return item.name
  if (item.expression !== undefined) return item.expression
  const { database = '', table = '', columns = [] } = item.references ?? {}
  return JSON.stringify([item.columns ?? [item.column], database, table, columns])
}
