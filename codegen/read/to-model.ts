/**
 * Metadata → schema model: what a program can notice stays, what differs between two databases with
 * the same schema goes (ids, names of the only database, names that the server invented, versions).
 */
import {
  type ColumnModel,
  type ColumnTypeModel,
  type DatabaseModel,
  type ForeignKeyModel,
  type FulltextIndexModel,
  type IndexModel,
  schemaFormatVersion,
  type SchemaModel,
  sortModel,
  type TableModel,
  type VectorIndexModel,
} from 'kysely-matrixone/schema'
import type {
  ColumnMetadata,
  ColumnTypeMetadata,
  DatabaseMetadata,
  ForeignKeyMetadata,
  FulltextIndexMetadata,
  IndexMetadata,
  TableMetadata,
  VectorIndexMetadata,
} from 'kysely-matrixone'

/** Turns what the metadata manager read into a schema model; shuffled metadata gives the same model. */
export function toSchemaModel(databases: readonly DatabaseMetadata[]): SchemaModel {
  const named = databases.length > 1
  return sortModel({
    formatVersion: schemaFormatVersion,
    databases: databases.map((database) => toDatabaseModel(database, named)),
  })
}

function toDatabaseModel(database: DatabaseMetadata, named: boolean): DatabaseModel {
  const tables = database.tables.map((table) => toTableModel(table, database.name))
  return named ? { name: database.name, tables } : { tables }
}

/** Filled in place, not spread together, what runs once a column, a table or an index. */
type Draft<Model> = { -readonly [Field in keyof Model]: Model[Field] }

function toTableModel(table: TableMetadata, database: string): TableModel {
  const { brokenReason, comment, foreignKeys, fulltextIndexes, indexes, primaryKey } = table
  const { uniqueKeys, vectorIndexes } = table
  const columns = table.columns.toSorted((a, b) => a.position - b.position).map(toColumnModel)
  const model: Draft<TableModel> = { name: table.name, columns, kind: table.kind }
  if (brokenReason !== null && brokenReason !== '') model.broken = brokenReason
  if (comment !== '') model.comment = comment
  if (foreignKeys.length > 0) {
    model.foreignKeys = foreignKeys.map((key) => toForeignKeyModel(key, database))
  }
  if (fulltextIndexes.length > 0) model.fulltextIndexes = fulltextIndexes.map(toFulltextIndexModel)
  if (indexes.length > 0) model.indexes = indexes.map(toIndexModel)
  if (table.partitioned) model.partitioned = true
  if (primaryKey.length > 0) model.primaryKey = [...primaryKey]
  if (uniqueKeys.length > 0) model.uniqueKeys = uniqueKeys.map(toIndexModel)
  if (vectorIndexes.length > 0) model.vectorIndexes = vectorIndexes.map(toVectorIndexModel)
  return model
}

function toColumnModel(column: ColumnMetadata): ColumnModel {
  const { autoIncrement, comment, defaultValue, generated, insertOptional } = column
  const model: Draft<Omit<ColumnModel, 'type'>> & { type?: ColumnTypeModel } = { name: column.name }
  if (autoIncrement) model.autoIncrement = true
  if (comment !== '') model.comment = comment
  // An empty default text is a default, so only null is none.
  if (defaultValue !== null) model.default = defaultValue
  if (generated !== null) {
    model.generated = { expression: generated.expression, kind: generated.kind }
  }
  if (insertOptional) model.insertOptional = true
  if (!column.nullabilityTrusted) model.nullabilityUntrusted = true
  if (column.nullable) model.nullable = true
  if (column.onUpdate !== null && column.onUpdate !== '') model.onUpdate = column.onUpdate
  model.type = toColumnTypeModel(column.type)
  return model as ColumnModel
}

/** The metadata manager hands out one object for all columns of a type; so does this. */
const knownTypes = new WeakMap<ColumnTypeMetadata, ColumnTypeModel>()

function toColumnTypeModel(type: ColumnTypeMetadata): ColumnTypeModel {
  const known = knownTypes.get(type) ?? makeColumnTypeModel(type)
  knownTypes.set(type, known)
  return known
}

function makeColumnTypeModel(type: ColumnTypeMetadata): ColumnTypeModel {
  const model: Draft<ColumnTypeModel> = { name: type.name }
  if (type.arrayOf !== null) model.arrayOf = type.arrayOf
  if (type.bitmask) model.bitmask = true
  if (type.length !== null) model.length = type.length
  if (type.members !== null) model.members = Object.freeze([...type.members])
  if (type.precision !== null) model.precision = type.precision
  if (type.scale !== null) model.scale = type.scale
  if (type.unsigned) model.unsigned = true
  if (type.vector !== null) {
    const { dimension, element } = type.vector
    model.vector = Object.freeze({ dimension, element })
  }
  return Object.freeze(model)
}

function toIndexModel(index: IndexMetadata): IndexModel {
  const { algorithm, comment, prefixLengths } = index
  const model: Draft<IndexModel> = { name: index.name, columns: [...index.columns] }
  if (algorithm !== '') model.algorithm = algorithm
  if (comment !== '') model.comment = comment
  if (!index.visible) model.invisible = true
  if (Object.keys(prefixLengths).length > 0) model.prefixLengths = { ...prefixLengths }
  return model
}

function toVectorIndexModel(index: VectorIndexMetadata): VectorIndexModel {
  return {
    name: index.name,
    column: index.column,
    algorithm: index.algorithm,
    metric: index.metric,
    dimension: index.dimension,
    ...list('include', index.include),
    ...record('parameters', index.parameters),
    ...mark('invisible', !index.visible),
    ...text('comment', index.comment),
  }
}

function toFulltextIndexModel(index: FulltextIndexMetadata): FulltextIndexModel {
  return {
    name: index.name,
    columns: [...index.columns],
    parser: index.parser,
    ...record('parameters', index.parameters),
    ...mark('invisible', !index.visible),
    ...text('comment', index.comment),
  }
}

function toForeignKeyModel(key: ForeignKeyMetadata, database: string): ForeignKeyModel {
  const { references, onDelete, onUpdate } = key
  return {
    ...(key.name === null ? {} : { name: key.name }),
    columns: [...key.columns],
    references: {
      ...(references.database === database ? {} : { database: references.database }),
      table: references.table,
      columns: [...references.columns],
    },
    ...(onDelete === 'restrict' ? {} : { onDelete }),
    ...(onUpdate === 'restrict' ? {} : { onUpdate }),
  }
}

type Member<Key extends string, Value> = { readonly [K in Key]?: Value }

function mark<Key extends string>(key: Key, value: boolean): Member<Key, true> {
  return member(key, value ? true : undefined)
}

function text<Key extends string>(key: Key, value: string | null): Member<Key, string> {
  return member(key, value === null || value === '' ? undefined : value)
}

function list<Key extends string, Item>(
  key: Key,
  value: readonly Item[],
): Member<Key, readonly Item[]> {
  return member(key, value.length === 0 ? undefined : [...value])
}

function record<Key extends string, Value>(
  key: Key,
  value: Readonly<Record<string, Value>>,
): Member<Key, Readonly<Record<string, Value>>> {
  return member(key, Object.keys(value).length === 0 ? undefined : { ...value })
}

/** Absent instead of empty, so that equal schemas have equal models. */
function member<Key extends string, Value>(key: Key, value: Value | undefined): Member<Key, Value> {
  const members: { [K in Key]?: Value } = {}
  if (value !== undefined) members[key] = value
  return members
}
