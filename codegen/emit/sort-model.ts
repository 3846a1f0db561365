import type { DatabaseModel, SchemaModel, TableModel } from '../schema/schema-model.js'

/** Puts everything whose order means nothing (databases, tables, indexes) in code-point order. */
export function sortModel(model: SchemaModel): SchemaModel {
  return { ...model, databases: sortBy(model.databases, nameOf).map(sortDatabase) }
}

/** Orders text by code point: the same on every machine, unlike a locale's or SQL's collation. */
export function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0
  const surrogates = /[\uD800-\uDFFF]/
  // UTF-8 bytes are in code-point order, UTF-16 units are not; most names need no such care.
  if (surrogates.test(a) || surrogates.test(b))
    return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : 1
}

function sortDatabase(database: DatabaseModel): DatabaseModel {
  return { ...database, tables: sortBy(database.tables, nameOf).map(sortTable) }
}

function sortTable(table: TableModel): TableModel {
  const { uniqueKeys, indexes, vectorIndexes, fulltextIndexes, foreignKeys } = table
  return {
    ...table,
    ...(uniqueKeys && { uniqueKeys: sortBy(uniqueKeys, nameOf) }),
    ...(indexes && { indexes: sortBy(indexes, nameOf) }),
    ...(vectorIndexes && { vectorIndexes: sortBy(vectorIndexes, nameOf) }),
    // Full-text indexes and foreign keys may have no name: their columns tell them apart.
    ...(fulltextIndexes && { fulltextIndexes: sortBy(fulltextIndexes, nameAndColumnsOf) }),
    ...(foreignKeys && { foreignKeys: sortBy(foreignKeys, nameAndColumnsOf) }),
  }
}

function nameOf(item: { readonly name?: string }): string {
  return item.name ?? ''
}

function nameAndColumnsOf(item: { name?: string; columns: readonly string[] }): string {
  return JSON.stringify([item.name ?? '', item.columns])
}

function sortBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Item[] {
  return items.toSorted((a, b) => compareCodePoints(keyOf(a), keyOf(b)))
}
