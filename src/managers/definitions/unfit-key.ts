/**
 * The server lets the keys of a table that it makes from another one begin at 10,000, which a tinyint
 * does not hold (1690 `AUTO_INCREMENT value 10000`, 4.2.0): such a table is neither branched nor
 * restored, nor is its database.
 */
import type { MatrixOneError } from '../../errors.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import type { DefinitionPlace } from './read-parts.js'

const OUT_OF_RANGE = 1690

/** Gives the column for which the server refused: `t.id (TINYINT UNSIGNED(8))`. */
export async function findUnfitKey(
  db: SqlExecutor,
  { database, table, hint = '' }: DefinitionPlace,
  error: MatrixOneError,
): Promise<string | undefined> {
  if (error.errno !== OUT_OF_RANGE) return undefined
  const isAccount = database === null
  const rows = await executeSql<{
    readonly owner: string
    readonly name: string
    readonly type: string
  }>(
    db,
    `select ${isAccount ? "concat(att_database, '.', att_relname)" : 'att_relname'} as owner, attname as name, ` +
      `mo_show_visible_bin(atttyp, 3) as \`type\` from mo_catalog.mo_columns${hint} ` +
      'where account_id = current_account_id() and att_is_auto_increment = 1 and att_is_hidden = 0 ' +
      `${isAccount ? '' : 'and att_database = coalesce(?, database()) '}${table === undefined ? '' : 'and att_relname = ?'}`,
    [
      ...(isAccount ? [] : [database?.toLowerCase() ?? null]),
      ...(table === undefined ? [] : [table.toLowerCase()]),
    ],
  ).catch(() => [])
  const column = rows.find(({ type }) => /^tinyint/i.test(type))
  return column === undefined ? undefined : `${column.owner}.${column.name} (${column.type})`
}
