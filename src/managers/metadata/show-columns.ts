/**
 * Columns as SHOW COLUMNS tells them. On MatrixOne 3.0.14 it fails for a table with a SET, and at times for one
 * with an ENUM while any table has a SET (20105 `the type must be enum`); there the catalog tells the same.
 */
import { MatrixOneError } from '../../errors.js'
import { parseTableReference, quoteTable } from '../names/names.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import { splitMembers } from './decode-type.js'

/** A line of SHOW COLUMNS; types are in capitals, such as `INT(32)`. */
export interface ShownColumn {
  readonly Field: string
  readonly Type: string
  readonly Extra: string
}

/**
 * Reads the columns of a table, in declared order; SHOW sees a table that the same transaction has made.
 *
 * @param table `table` or `database.table`, not quoted
 *
 * ```sql
 * show columns from `articles`
 * ```
 */
export async function showColumns(db: SqlExecutor, table: string): Promise<readonly ShownColumn[]> {
  try {
    return await executeSql<ShownColumn>(db, `show columns from ${quoteTable(table)}`)
  } catch (error) {
    if (!(error instanceof MatrixOneError) || error.errno !== 20105) throw error
    const columns = await readColumns(db, table)
    if (columns.length === 0) throw error
    return columns
  }
}

/** A SET is a `BIGINT UNSIGNED` to 3.0.14, in results and to LOAD DATA: the bit mask of its members. */
async function readColumns(db: SqlExecutor, reference: string): Promise<readonly ShownColumn[]> {
  const { database, table } = parseTableReference(reference)
  const rows = await executeSql<{
    readonly name: string
    readonly type: string
    readonly members: string
    readonly isIncremented: number
  }>(
    db,
    'select attname as name, mo_show_visible_bin(atttyp, 3) as `type`, attr_enum as members, ' +
      'att_is_auto_increment as isIncremented from mo_catalog.mo_columns ' +
      'where account_id = current_account_id() and att_database = coalesce(?, database()) ' +
      'and att_relname = ? and att_is_hidden = 0 order by attnum',
    [database?.toLowerCase() ?? null, table.toLowerCase()],
  )
  return rows.map(({ name, type, members, isIncremented }) => ({
    Field: name,
    Type: type.startsWith('ENUM') ? `ENUM('${splitMembers(members).join("','")}')` : type,
    Extra: Number(isIncremented) === 1 ? 'auto_increment' : '',
  }))
}
