/** A schema as its documentation shows it: tables under their anchors, and the arrows between them. */
import {
  type ColumnModel,
  digestOf,
  type ForeignKeyModel,
  type SchemaModel,
  type TableModel,
} from 'kysely-matrixone/schema'

/** A table or view, and how it is referred to. */
export interface DocumentedTable {
  /** `t_articles`; a hash of the name where it is not a plain word. Safe in any syntax. */
  readonly id: string
  /** `articles`, or `shop.articles` where there are several databases. */
  readonly name: string
  readonly database: string | undefined
  readonly table: TableModel
}

/** A foreign key between two tables of the schema. */
export interface Relation {
  readonly child: DocumentedTable
  readonly parent: DocumentedTable
  readonly key: ForeignKeyModel
  /** Whether a row of the parent has one child at most. */
  readonly isUnique: boolean
  /** Whether a child may have no parent. */
  readonly isOptional: boolean
}

/** All tables, and the foreign keys whose parent is one of them. */
export interface Outline {
  readonly tables: readonly DocumentedTable[]
  readonly relations: readonly Relation[]
}

/** Puts the tables of a model in order. */
export function outlineOf({ databases }: SchemaModel): Outline {
  const isQualified = databases.length > 1
  const named = databases.flatMap(({ name, tables }) =>
    tables.map((table) => ({ database: name, table })),
  )
  const tables = named.map(({ database, table }) => {
    const isPrefixed = isQualified && database !== undefined
    const name = isPrefixed ? `${database}.${table.name}` : table.name
    return { id: idOf(name), name, database, table }
  })
  const byName = new Map(tables.map((one) => [keyOf(one.database, one.table.name), one]))
  const relations = tables.flatMap((child) =>
    (child.table.foreignKeys ?? []).flatMap((key) => {
      const { database = child.database, table } = key.references
      const parent = byName.get(keyOf(database, table))
      return parent === undefined ? [] : [relate(child, parent, key)]
    }),
  )
  return { tables, relations }
}

/** The part that a column plays in keys and indexes. */
export type ColumnMark = 'primary key' | 'unique' | 'foreign key' | 'index' | 'vector' | 'full text'

/** The marks of a column, the weightiest first. */
export function marksOf({ name }: ColumnModel, table: TableModel): readonly ColumnMark[] {
  const among = (keys: readonly { readonly columns: readonly string[] }[] | undefined): boolean =>
    (keys ?? []).some(({ columns }) => columns.includes(name))
  const marks: readonly (readonly [ColumnMark, boolean])[] = [
    ['primary key', table.primaryKey?.includes(name) === true],
    ['foreign key', among(table.foreignKeys)],
    ['unique', among(table.uniqueKeys)],
    ['vector', (table.vectorIndexes ?? []).some(({ column }) => column === name)],
    ['full text', among(table.fulltextIndexes)],
    ['index', among(table.indexes)],
  ]
  return marks.flatMap(([mark, isThere]) => (isThere ? [mark] : []))
}

function relate(child: DocumentedTable, parent: DocumentedTable, key: ForeignKeyModel): Relation {
  const { primaryKey, uniqueKeys = [], columns } = child.table
  const keys = [...(primaryKey === undefined ? [] : [primaryKey]), ...uniqueKeys.map(toColumns)]
  return {
    child,
    parent,
    key,
    isUnique: keys.some((one) => one.every((column) => key.columns.includes(column))),
    isOptional: columns.some(({ name, nullable }) => nullable && key.columns.includes(name)),
  }
}

/** Not a number: a new table would give all others new anchors. */
function idOf(name: string): string {
  return /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$/.test(name)
    ? `t_${name.replace('.', '-')}`
    : `t__${digestOf(name).slice(0, 12)}`
}

function toColumns({ columns }: { readonly columns: readonly string[] }): readonly string[] {
  return columns
}

function keyOf(database: string | undefined, table: string): string {
  return JSON.stringify([database ?? null, table])
}
