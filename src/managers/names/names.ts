/**
 * The names that may leave the client, by the kind of object.
 *
 * MatrixOne pastes the names of its own objects into SQL of its own: `` DROP CDC TASK `x' or '1'='1` ``
 * removed every task, a user's name loses its backslashes, and a snapshot's, stage's or publication's
 * name is silently cut to its first 64 characters (4.2.0). It also folds
 * these names to lower case, but not where they stand in quotes. So they are checked here and sent
 * in lower case; databases, tables and columns may be named anything and are quoted instead.
 */
import { ValueError } from '../../errors.js'
import { checkNewDatabaseName, checkNewName, quoteIdentifier } from '../../sql/identifiers.js'

/** The longest name that is stored whole, in characters. */
const longest = {
  account: 300,
  user: 300,
  role: 300,
  snapshot: 64,
  pitr: 64,
  stage: 64,
  publication: 64,
  'CDC task': 64,
} as const

/** An object whose name the server pastes into its own SQL. */
export type NameKind = keyof typeof longest

const plain = /^[A-Za-z0-9_][A-Za-z0-9_-]*$/

/** Users and roles may have a dot as well: `ann.lee`. */
const dotted = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/

/**
 * Checks a name and returns it in lower case, as the server stores it.
 *
 * @throws {ValueError} for a name that the server would refuse, shorten or take for SQL
 *
 * @example
 * checkName('snapshot', 'Friday')  // 'friday'
 */
export function checkName(kind: NameKind, name: string): string {
  const allowsDots = kind === 'user' || kind === 'role'
  if (typeof name !== 'string' || !(allowsDots ? dotted : plain).test(name)) {
    throw new ValueError(
      `The ${kind} name ${JSON.stringify(name)} cannot be used: MatrixOne pastes it into SQL of its own. ` +
        `Use letters, digits, _ and -${allowsDots ? ' and .' : ''}, and do not begin with -${allowsDots ? ' or .' : ''}.`,
    )
  }
  if (name.length > longest[kind]) {
    throw new ValueError(
      `The ${kind} name ${name} has ${name.length} characters, but MatrixOne keeps only the first ` +
        `${longest[kind]}. Use a shorter one.`,
    )
  }
  return name.toLowerCase()
}

/**
 * Checks a name as `checkName` does and quotes it for SQL.
 *
 * @example
 * quoteCheckedName('stage', 'Backup')  // '`backup`'
 */
export function quoteCheckedName(kind: NameKind, name: string): string {
  return quoteIdentifier(checkName(kind, name))
}

/** Compares names without case, as the server does. */
export function sameName(left: string | null, right: string): boolean {
  return left?.toLowerCase() === right.toLowerCase()
}

/**
 * Quotes the name of a database. The server refuses a blank or a quote of any kind in one (20101
 * `invalid input`), and folds it to lower case (4.2.0).
 *
 * @throws {ValueError} for a name that no database can have
 */
export function quoteDatabase(name: string): string {
  if (typeof name !== 'string' || /[\s'"`]/.test(name)) {
    throw new ValueError(
      `The database name ${JSON.stringify(name)} cannot be used: MatrixOne allows neither blanks nor quotes in it.`,
    )
  }
  return quoteIdentifier(name)
}

/**
 * Quotes the name of a database that is about to be made.
 *
 * @throws {ValueError} for a name that no database can have, or that could not be dropped again
 */
export function quoteNewDatabase(name: string): string {
  const quoted = quoteDatabase(name)
  checkNewDatabaseName(name)
  return quoted
}

/** A table, with its database where it is not the connection's: `articles` or `shop.articles`. */
export interface TableReference {
  readonly database: string | undefined
  readonly table: string
}

/**
 * Splits `table` or `database.table` at its first dot, as kysely does.
 *
 * @throws {ValueError} when a part is empty
 */
export function parseTableReference(reference: string): TableReference {
  if (typeof reference !== 'string') {
    throw new ValueError(`A table is named by a string, got ${String(reference)}.`)
  }
  const dot = reference.indexOf('.')
  const database = dot < 0 ? undefined : reference.slice(0, dot)
  const table = reference.slice(dot + 1)
  if (table === '' || database === '') {
    throw new ValueError(
      `${JSON.stringify(reference)} does not name a table. Write 'table' or 'database.table'.`,
    )
  }
  return { database, table }
}

/**
 * Quotes `table` or `database.table` for SQL.
 *
 * @example
 * quoteTable('shop.orders')  // '`shop`.`orders`'
 */
export function quoteTable(reference: string): string {
  const { database, table } = parseTableReference(reference)
  const quoted = quoteIdentifier(table)
  return database === undefined ? quoted : `${quoteDatabase(database)}.${quoted}`
}

/**
 * Quotes `table` or `database.table` that is about to be made.
 *
 * @throws {ValueError} for a table that could not be dropped again
 */
export function quoteNewTable(reference: string): string {
  const quoted = quoteTable(reference)
  checkNewName(parseTableReference(reference).table)
  return quoted
}
