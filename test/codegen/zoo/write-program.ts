/**
 * Writes a TypeScript program that inserts into every table of a model and reads it back, with the
 * columns that the model says are required. Compiled against the generated types it says whether
 * those ask for exactly these columns; run, whether the server does.
 */
import type { ColumnModel, SchemaModel, TableModel } from '../../../src/schema/schema-model.js'
import { isShape, sampleOf } from './sample-values.js'

/** The exports of the written program for each table. */
export interface TableProgram<Db> {
  /** Inserts row 1: the required columns only. */
  readonly insertRequired: (db: Db) => Promise<unknown>
  /** Inserts row 2: every column that can be written. */
  readonly insertAll: (db: Db) => Promise<unknown>
  /** Inserts row 3 and returns it. */
  readonly insertReturning: (db: Db) => Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Changes every column of row 2 that is neither in its primary key nor in a foreign key. */
  readonly update: (db: Db) => Promise<unknown>
  readonly read: (db: Db) => Promise<readonly Readonly<Record<string, unknown>>[]>
}

/** The tables that can be inserted into, parents before children. */
export function insertableTables(model: SchemaModel): readonly TableModel[] {
  const tables = (model.databases[0]?.tables ?? []).filter(({ kind }) => kind === 'table')
  return tables.toSorted((a, b) => Number('foreignKeys' in a) - Number('foreignKeys' in b))
}

/** The columns that an INSERT must give a value. */
export function requiredColumns(table: TableModel): readonly ColumnModel[] {
  return table.columns.filter(
    ({ nullable, insertOptional, generated }) => !nullable && !insertOptional && !generated,
  )
}

/** The program's text; beside it must be the generated file. */
export function writeProgram(
  model: SchemaModel,
  shapesCanBeStored: boolean,
  generated = './db.js',
): string {
  const tables = insertableTables(model).map((table) => writeTable(table, shapesCanBeStored))
  return `import { type Insertable, type Kysely, sql } from 'kysely'
import type { DB } from '${generated}'

type RequiredOf<T> = { [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K> ? never : K }[keyof T]
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false

export const tables = {
${tables.join('')}}

${tables.length > 0 ? writeChecks(model) : ''}`
}

function writeTable(table: TableModel, shapesCanBeStored: boolean): string {
  const name = JSON.stringify(table.name)
  const writable = table.columns.filter(
    ({ generated, type }) => !generated && (shapesCanBeStored || !isShape(type)),
  )
  return `  ${name}: {
    insertRequired: (db: Kysely<DB>) => db.insertInto(${name}).values(${writeRow(withInherited(table), 1)}).execute(),
    insertAll: (db: Kysely<DB>) => db.insertInto(${name}).values(${writeRow(writable, 2)}).execute(),
    insertReturning: (db: Kysely<DB>) => db.insertInto(${name}).values(${writeRow(writable, 3)}).returningAll().execute(),
    update: (db: Kysely<DB>) => ${writeUpdate(table, writable)},
    read: (db: Kysely<DB>) => db.selectFrom(${name}).${writeSelection(table)}.execute(),
  },
`
}

function writeUpdate(table: TableModel, writable: readonly ColumnModel[]): string {
  const keys = writable.filter(({ name }) => table.primaryKey?.includes(name))
  const kept = new Set([
    ...(table.primaryKey ?? []),
    ...(table.foreignKeys ?? []).flatMap(({ columns }) => columns),
  ])
  const row = writeRow(
    writable.filter(({ name }) => !kept.has(name)),
    4,
  )
  // An object literal has a function under these names, which TypeScript takes for the column's value.
  const isInherited = table.columns.some(({ name }) => name in Object.prototype)
  if (row === '{  }' || keys.length === 0 || isInherited) return 'Promise.resolve(db)'
  const where = keys.map(
    ({ name, type }) => `.where(${JSON.stringify(name)}, '=', ${sampleOf(type, 2)})`,
  )
  return `db.updateTable(${JSON.stringify(table.name)}).set(${row})${where.join('')}.executeTakeFirstOrThrow()`
}

/**
 * An object literal without `toString` still has one, a function, so TypeScript wants such a column
 * written out.
 */
function withInherited(table: TableModel): readonly ColumnModel[] {
  const required = requiredColumns(table)
  const inherited = table.columns.filter(
    (column) => column.name in Object.prototype && !required.includes(column),
  )
  return [...required, ...inherited]
}

function writeRow(columns: readonly ColumnModel[], row: number): string {
  const values = columns.flatMap(({ name, type }) => {
    const value = sampleOf(type, row)
    return value === null ? [] : [`${JSON.stringify(name)}: ${value}`]
  })
  return `{ ${values.join(', ')} }`
}

/** The server lower-cases the names that \`*\` stands for, so capital letters are selected by name. */
function writeSelection({ columns }: TableModel): string {
  const names = columns.map(({ name }) => name)
  const isPlain = names.every((name) => name === name.toLowerCase())
  return isPlain ? 'selectAll()' : `select(${JSON.stringify(names)})`
}

/** One constant a table that only compiles when the types require exactly the model's columns. */
function writeChecks(model: SchemaModel): string {
  return insertableTables(model)
    .map((table, at) => {
      const names = requiredColumns(table).map(({ name }) => JSON.stringify(name))
      const type = `Insertable<DB[${JSON.stringify(table.name)}]>`
      return `export const required${at}: Same<RequiredOf<${type}>, ${names.join(' | ') || 'never'}> = true\n`
    })
    .join('')
}
