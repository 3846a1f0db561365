/**
 * The object that a snapshot or a PITR covers, and its form in the server's grammar.
 */
import { ValueError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import { isObject, oneOf, type OptionRule, required, text } from '../../options/option-rules.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { resolveTable } from '../names/current-database.js'
import type { SqlExecutor } from '../statement/execute.js'
import type { HandleNames } from '../names/handle-names.js'
import { quoteCheckedName, quoteDatabase } from '../names/names.js'
import type { TableName } from '../names/table-name.js'

/** How much of the data is meant. */
export type HistoryLevel = 'cluster' | 'account' | 'database' | 'table'

/** One cluster, account, database or table. */
export type HistoryScope<DB> =
  /** Every account; for the `sys` account only. */
  | { readonly level: 'cluster' }
  /** The own account; another one for the `sys` account only. */
  | { readonly level: 'account'; readonly account?: string }
  | { readonly level: 'database'; readonly database: string }
  /** `orders` of the connection's own database, or `shop.orders`. */
  | { readonly level: 'table'; readonly table: TableName<DB> | `${string}.${string}` }

/** A scope with names as the server stores them. */
export interface ResolvedScope {
  readonly level: HistoryLevel
  readonly account: string | null
  readonly database: string | null
  readonly table: string | null
  /** `database `shop``, as it stands behind FOR. */
  readonly sql: string
  /** For messages: `table shop.orders`. */
  readonly text: string
}

const LEVELS = ['cluster', 'account', 'database', 'table'] as const satisfies HistoryLevel[]

/** The rule for a level. */
export const historyLevel: OptionRule = oneOf<HistoryLevel>(...LEVELS)

/** Options that go with each level. */
const OF_LEVEL: Readonly<Record<HistoryLevel, Readonly<Record<string, OptionRule>>>> = {
  cluster: {},
  account: { account: text },
  database: { database: required(text) },
  table: { table: required(text) },
}

/**
 * Checks the options of a call that takes a scope.
 *
 * @param more the call's other options
 * @throws {ValueError} for a level, or an option beside it, that does not exist
 */
export function checkScope(
  call: string,
  options: unknown,
  more: Readonly<Record<string, OptionRule>> = {},
): void {
  const level = LEVELS.find((each) => isObject(options) && options['level'] === each)
  const own = level === undefined ? { account: text, database: text, table: text } : OF_LEVEL[level]
  checkOptions(call, { level: required(historyLevel), ...own, ...more }, options)
}

/**
 * Completes a scope and writes it as SQL.
 *
 * @throws {ValueError} for a name that the server cannot take
 * @throws {UnknownObjectError} when a table's database is not known
 */
export async function resolveScope<DB>(
  db: SqlExecutor,
  scope: HistoryScope<DB>,
  names: HandleNames,
): Promise<ResolvedScope> {
  const nothing = { account: null, database: null, table: null }
  switch (scope.level) {
    case 'cluster':
      return { ...nothing, level: 'cluster', sql: 'cluster', text: 'the cluster' }
    case 'account': {
      const { account } = scope
      if (account === undefined) {
        return { ...nothing, level: 'account', sql: 'account', text: 'the account' }
      }
      const sql = `account ${quoteCheckedName('account', account)}`
      return {
        ...nothing,
        level: 'account',
        account: account.toLowerCase(),
        sql,
        text: `account ${account}`,
      }
    }
    case 'database': {
      const database = names.database(scope.database)
      const sql = `database ${quoteDatabase(database)}`
      return {
        ...nothing,
        level: 'database',
        database: database.toLowerCase(),
        sql,
        text: `database ${database}`,
      }
    }
    case 'table': {
      const { database, table } = await resolveTable(db, names.table(scope.table))
      // The server pastes the name into SQL of its own, where this is a syntax error (1105, 4.2.0).
      if (/['\\]/.test(table)) {
        throw new ValueError(
          `The table ${JSON.stringify(table)} cannot be named here: MatrixOne accepts neither a quote nor a ` +
            'backslash in the name. Use its whole database instead.',
        )
      }
      const sql = `table ${quoteDatabase(database)} ${quoteIdentifier(table)}`
      return {
        level: 'table',
        account: null,
        database: database.toLowerCase(),
        table: table.toLowerCase(),
        sql,
        text: `table ${database}.${table}`,
      }
    }
  }
}
