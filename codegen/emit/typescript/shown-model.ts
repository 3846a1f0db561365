import {
  hashDatabases,
  type DatabaseModel,
  type FulltextIndexModel,
  type IndexModel,
  type SchemaModel,
  sortModel,
  type TableModel,
  type VectorIndexModel,
} from 'kysely-matrixone/schema'

/** A run needs the hash of a model twice: for the header that is there, and for the one to write. */
const known = new WeakMap<SchemaModel, string>()

/**
 * The hash of what a generated file shows of a model: another comment of an index, another query of a
 * view or more partitions make no file out of date.
 */
export function hashShown(model: SchemaModel): string {
  const hash = known.get(model) ?? hashDatabases(sortModel(model).databases.map(shownDatabase))
  known.set(model, hash)
  return hash
}

function shownDatabase(database: DatabaseModel): DatabaseModel {
  return { ...database, tables: database.tables.map(shownTable) }
}

/**
 * Leaves out only what is named here: a new field of the model counts until it is named here. A table
 * with nothing to leave out is given back itself, because its text is known then.
 */
function shownTable(table: TableModel): TableModel {
  const {
    checks: _checks,
    clusterBy: _clusterBy,
    definition: _definition,
    source: _source,
    partitions,
    vectorIndexes,
    fulltextIndexes,
    foreignKeys,
    ...plain
  } = table
  const { uniqueKeys = [], indexes = [] } = plain
  const hasMore = Object.keys(plain).length < Object.keys(table).length
  if (!hasMore && [...uniqueKeys, ...indexes].every(isShown)) return table
  return {
    ...plain,
    ...(partitions && { partitions: {} }),
    ...(plain.uniqueKeys && { uniqueKeys: uniqueKeys.map(shownIndex) }),
    ...(plain.indexes && { indexes: indexes.map(shownIndex) }),
    ...(vectorIndexes && { vectorIndexes: vectorIndexes.map(shownVectorIndex) }),
    ...(fulltextIndexes && { fulltextIndexes: fulltextIndexes.map(shownFulltextIndex) }),
    ...(foreignKeys && {
      foreignKeys: foreignKeys.map(({ columns, references }) => ({ columns, references })),
    }),
  }
}

function isShown({
  name: _name,
  columns: _columns,
  invisible: _invisible,
  ...more
}: IndexModel): boolean {
  return Object.values(more).every((value) => value === undefined)
}

function shownIndex({ name, columns, invisible }: IndexModel): IndexModel {
  return { name, columns, ...(invisible && { invisible }) }
}

function shownVectorIndex(index: VectorIndexModel): VectorIndexModel {
  const { name, column, algorithm, metric, dimension, include } = index
  return { name, column, algorithm, metric, dimension, ...(include && { include }) }
}

function shownFulltextIndex({ name, columns, parser }: FulltextIndexModel): FulltextIndexModel {
  return { name, columns, parser }
}
