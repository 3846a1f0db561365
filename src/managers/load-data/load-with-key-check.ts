import type { LoadColumn } from '../../bulk/encode-rows.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { executeSql, executeStatement, type SqlExecutor } from '../statement/execute.js'
import { parseTableReference, quoteDatabase, quoteTable } from '../names/names.js'

/**
 * Loads into a table of its own and inserts from there.
 *
 * LOAD DATA checks neither PRIMARY KEY nor UNIQUE, not against the table and not within the file,
 * whatever IGNORE and REPLACE promise: afterwards the table holds the same key twice (3.0.14 and
 * 4.2.0). INSERT … SELECT does check.
 *
 * The table is made and dropped inside the transaction, so other sessions never see it. It is not a
 * temporary one: a rollback leaves the name of a temporary table behind, and the session can neither use
 * nor drop nor create a table of that name again (1146 and 1050, 4.2.0).
 *
 * @param columns what the file fills, in the table's order
 * @param load loads into the quoted table and returns the number of rows
 */
export async function loadWithKeyCheck(
  trx: SqlExecutor,
  table: string,
  columns: readonly LoadColumn[],
  load: (staging: string) => Promise<number>,
): Promise<number> {
  const staging = await stagingTable(trx, table)
  const target = quoteTable(table)
  const names = columns.map(({ name }) => quoteIdentifier(name)).join(', ')
  // Without NULLIF the copy would count by itself, from 1, where the file says NULL.
  const copied = columns.map(({ name, autoIncrement }) => {
    const column = quoteIdentifier(name)
    return autoIncrement ? `nullif(${column}, 0) as ${column}` : column
  })
  await executeSql(
    trx,
    `create table ${staging} as select ${copied.join(', ')} from ${target} where 1 = 0`,
  )
  try {
    await load(staging)
    const { numAffectedRows } = await executeStatement(
      trx,
      `insert into ${target} (${names}) select ${names} from ${staging}`,
    )
    await executeSql(trx, `drop table ${staging}`)
    return Number(numAffectedRows ?? 0)
  } catch (error) {
    // The transaction may go on without these rows; when it cannot, its rollback drops the table.
    await executeSql(trx, `drop table ${staging}`).catch(() => undefined)
    throw error
  }
}

/** A name that no other load uses at the same time, from the server: recordings replay it. */
async function stagingTable(trx: SqlExecutor, table: string): Promise<string> {
  const [row] = await executeSql<{ readonly id: string }>(trx, 'select uuid() as id')
  const staging = quoteIdentifier(`__load_${String(row?.id).replaceAll('-', '')}`)
  const { database } = parseTableReference(table)
  return database === undefined ? staging : `${quoteDatabase(database)}.${staging}`
}
