/** How guards ask the server for what a statement's text cannot tell. */
import { toLiteral } from '../sql/literals.js'
import { isName, readName, type SqlToken } from '../sql/tokenize.js'

type Rows = readonly Readonly<Record<string, unknown>>[]

/**
 * Asks the catalog on the connection that the statement is about to be sent on. An answer is kept for
 * some seconds, or until the program changes a table, unless it has to be fresh; without the right to read
 * the catalog it is empty.
 */
export type LookUp = (sql: string, age?: 'fresh') => Promise<Rows>

/** A guard that has read the text and needs an answer before it can tell. */
export type CatalogGuard = (lookUp: LookUp) => Promise<void>

/** A table as a statement names it. */
export interface TableName {
  readonly database: string | undefined
  readonly table: string
}

/** Reads `shop . orders` or `orders` at an index; undefined when no name stands there. */
export function readTableName(tokens: readonly SqlToken[], index: number): TableName | undefined {
  const [first, dot, second] = tokens.slice(index, index + 3)
  if (!isName(first)) return undefined
  return dot?.text === '.' && isName(second)
    ? { database: readName(first), table: readName(second) }
    : { database: undefined, table: readName(first) }
}

/** The condition on `mo_catalog.mo_tables` that finds a table; names are stored in lower case. */
export function isTable({ database, table }: TableName): string {
  const owner = database === undefined ? 'database()' : listOf(database)
  return `account_id = current_account_id() and reldatabase in (${owner}) and relname in (${listOf(table)})`
}

/** The condition on `mo_catalog.mo_columns` that finds the visible columns of a table. */
export function isColumnOf({ database, table }: TableName): string {
  const owner = database === undefined ? 'database()' : listOf(database)
  return `account_id = current_account_id() and att_is_hidden = 0 and att_database in (${owner}) and att_relname in (${listOf(table)})`
}

/** The literals of a name as written and as stored. */
export function listOf(name: string): string {
  return [...new Set([name, name.toLowerCase()])].map((each) => toLiteral(each)).join(', ')
}

/** Reads the columns of a table's indexes: `type`, `algo`, `column_name` and `params`. */
export function lookUpIndexes(lookUp: LookUp, table: TableName): Promise<Rows> {
  return lookUp(
    'select distinct type, algo, column_name, algo_params as params from mo_catalog.mo_indexes ' +
      `where table_id in (select rel_id from mo_catalog.mo_tables where ${isTable(table)})`,
  )
}
