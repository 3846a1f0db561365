/**
 * Metadata → schema model: what a program can notice stays, what differs between two databases with
 * the same schema goes (ids, names of the only database, names that the server invented, versions).
 */
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
import {
  schemaFormatVersion,
  type ColumnModel,
  type ColumnTypeModel,
  type DatabaseModel,
  type ForeignKeyModel,
  type FulltextIndexModel,
  type IndexModel,
  type SchemaModel,
  type TableModel,
  type VectorIndexModel,
} from './schema-model.js'
import { sortModel } from './sort-model.js'

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

function toTableModel(table: TableMetadata, database: string): TableModel {
  return {
    name: table.name,
    kind: table.kind,
    ...text('comment', table.comment),
    columns: table.columns
      .toSorted((a, b) => a.position - b.position)
      .map((column) => toColumnModel(column)),
    ...list('primaryKey', table.primaryKey),
    ...list('uniqueKeys', table.uniqueKeys.map(toIndexModel)),
    ...list('indexes', table.indexes.map(toIndexModel)),
    ...list('vectorIndexes', table.vectorIndexes.map(toVectorIndexModel)),
    ...list('fulltextIndexes', table.fulltextIndexes.map(toFulltextIndexModel)),
    ...list(
      'foreignKeys',
      table.foreignKeys.map((key) => toForeignKeyModel(key, database)),
    ),
    ...mark('partitioned', table.partitioned),
    ...text('broken', table.brokenReason),
  }
}

function toColumnModel(column: ColumnMetadata): ColumnModel {
  return {
    name: column.name,
    type: toColumnTypeModel(column.type),
    ...mark('nullable', column.nullable),
    ...mark('nullabilityUntrusted', !column.nullabilityTrusted),
    ...mark('autoIncrement', column.autoIncrement),
    // An empty default text is a default (`default ''` on some versions), so only null is none.
    ...(column.defaultValue === null ? {} : { default: column.defaultValue }),
    ...text('onUpdate', column.onUpdate),
    ...(column.generated === null
      ? {}
      : { generated: { expression: column.generated.expression, kind: column.generated.kind } }),
    ...mark('insertOptional', column.insertOptional),
    ...text('comment', column.comment),
  }
}

function toColumnTypeModel(type: ColumnTypeMetadata): ColumnTypeModel {
  const arrayOf = type.name === 'array' ? /^array\((.*)\)$/is.exec(type.declared)?.[1] : undefined
  return {
    name: type.name,
    ...mark('unsigned', type.unsigned),
    ...(type.length === null ? {} : { length: type.length }),
    ...(type.precision === null ? {} : { precision: type.precision }),
    ...(type.scale === null ? {} : { scale: type.scale }),
    ...(type.members === null ? {} : { members: [...type.members] }),
    ...(type.vector === null
      ? {}
      : { vector: { element: type.vector.element, dimension: type.vector.dimension } }),
    ...(arrayOf === undefined ? {} : { arrayOf }),
  }
}

function toIndexModel(index: IndexMetadata): IndexModel {
  return {
    name: index.name,
    columns: [...index.columns],
    ...text('algorithm', index.algorithm),
    ...record('prefixLengths', index.prefixLengths),
    ...mark('invisible', !index.visible),
    ...text('comment', index.comment),
  }
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
