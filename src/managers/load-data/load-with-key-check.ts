import type { LoadColumn } from '../../bulk/encode-rows.js'
import { fromBase64 } from '../../bulk/encode-vector.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { executeSql, executeStatement, type SqlExecutor } from '../statement/execute.js'
import { parseTableReference, quoteDatabase, quoteTable } from '../names/names.js'

/** Treatment of a row whose key exists; `'fail'` refuses the load. */
export type KeyConflict = 'fail' | 'skip' | 'update'

/** The table behind a staging table. */
export interface StagedTarget {
  /** As the server knows it: `table` or `database.table`. */
  readonly table: string
  /** The columns that the file fills, in its order; vectors may be loaded as base64. */
  readonly columns: readonly LoadColumn[]
  /** Default `'fail'`. */
  readonly onConflict?: KeyConflict
  /** The columns that `'update'` sets: those of no key. */
  readonly updated?: readonly string[]
}

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
 * @param load loads into the quoted table and returns the number of rows
 * @returns the number of rows that were written
 */
export async function loadWithKeyCheck(
  trx: SqlExecutor,
  { table, columns, onConflict = 'fail', updated = [] }: StagedTarget,
  load: (staging: string) => Promise<number>,
): Promise<number> {
  const staging = await stagingTable(trx, table)
  const target = quoteTable(table)
  const names = columns.map(({ name }) => quoteIdentifier(name)).join(', ')
  // Without NULLIF the copy would count by itself, from 1, where the file says NULL.
  const copied = columns.map(({ name, autoIncrement, asBase64 }) => {
    const column = quoteIdentifier(name)
    if (asBase64 === true) return `cast(null as text) as ${column}`
    return autoIncrement ? `nullif(${column}, 0) as ${column}` : column
  })
  await executeSql(
    trx,
    `create table ${staging} as select ${copied.join(', ')} from ${target} where 1 = 0`,
  )
  const read = columns.map(({ name, type, asBase64 }) => {
    const column = quoteIdentifier(name)
    return asBase64 === true ? `${fromBase64(type)}(${column})` : column
  })
  const verb = onConflict === 'skip' ? 'insert ignore into' : 'insert into'
  const sets = updated.map(quoteIdentifier).map((column) => `${column} = values(${column})`)
  const update = onConflict === 'update' ? ` on duplicate key update ${sets.join(', ')}` : ''
  try {
    const loaded = await load(staging)
    const { numAffectedRows } = await executeStatement(
      trx,
      `${verb} ${target} (${names}) select ${read.join(', ')} from ${staging}${update}`,
    )
    await executeSql(trx, `drop table ${staging}`)
    // Of an update the server counts a changed row twice and an equal one not at all.
    return onConflict === 'update' ? loaded : Number(numAffectedRows ?? 0)
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
