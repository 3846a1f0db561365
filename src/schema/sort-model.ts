import { sortedBy } from './code-points.js'
import type { DatabaseModel, SchemaModel, TableModel } from './schema-model.js'

/**
 * Puts everything whose order means nothing (databases, tables, indexes, foreign keys) in
 * code-point order; columns and key columns keep the declared order, which means something.
 */
export function sortModel(model: SchemaModel): SchemaModel {
  return {
    ...model,
    databases: sortedBy(model.databases, (database) => database.name ?? '').map(sortDatabase),
  }
}

function sortDatabase(database: DatabaseModel): DatabaseModel {
  return { ...database, tables: sortedBy(database.tables, (table) => table.name).map(sortTable) }
}

function sortTable(table: TableModel): TableModel {
  const { uniqueKeys, indexes, vectorIndexes, fulltextIndexes, foreignKeys } = table
  return {
    ...table,
    ...(uniqueKeys && { uniqueKeys: sortedBy(uniqueKeys, identityOf) }),
    ...(indexes && { indexes: sortedBy(indexes, identityOf) }),
    ...(vectorIndexes && { vectorIndexes: sortedBy(vectorIndexes, identityOf) }),
    ...(fulltextIndexes && { fulltextIndexes: sortedBy(fulltextIndexes, identityOf) }),
    ...(foreignKeys && { foreignKeys: sortedBy(foreignKeys, identityOf) }),
  }
}

/** What tells an index or foreign key from its siblings. */
export interface Identifiable {
  readonly name?: string
  readonly column?: string
  readonly columns?: readonly string[]
  readonly references?: {
    readonly database?: string
    readonly table: string
    readonly columns: readonly string[]
  }
}

/** The name; where there is none (full-text indexes and foreign keys may lack one), the columns. */
export function identityOf(item: Identifiable): string {
  if (item.name !== undefined && item.name !== '') return item.name
  const { database = '', table = '', columns = [] } = item.references ?? {}
  return JSON.stringify([item.columns ?? [item.column], database, table, columns])
}
