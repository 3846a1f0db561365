import type { LoadColumn } from '../../bulk/encode-rows.js'
import { fromBase64 } from '../../bulk/encode-vector.js'
import { isGeometry } from '../../schema/column-shape.js'
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
 * Whether a load goes by a staging table: where keys are checked, and for vectors as base64, of which LOAD
 * DATA stores NULL (4.2.0).
 */
export function needsStaging(columns: readonly LoadColumn[], checksKeys: boolean): boolean {
  return checksKeys || columns.some(({ asBase64 }) => asBase64 === true)
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
  const copy = `${verb} ${target} (${names}) select ${read.join(', ')} from ${staging}`
  try {
    const loaded = await load(staging)
    if (onConflict === 'update') {
      for (const update of writeUpdates(columns, updated))
        await executeSql(trx, `${copy} ${update}`)
    }
    const written = onConflict === 'update' ? loaded : await countWritten(trx, copy)
    await executeSql(trx, `drop table ${staging}`)
    return written
  } catch (error) {
    // The transaction may go on without these rows; when it cannot, its rollback drops the table.
    await executeSql(trx, `drop table ${staging}`).catch(() => undefined)
    throw error
  }
}

/**
 * Of an update the server counts a changed row twice and an equal one not at all, so rows are not counted by it.
 * Geometries are set by a statement of their own: beside other columns the server panics, or leaves them as
 * they were where the others do not change (4.2.0).
 */
function writeUpdates(columns: readonly LoadColumn[], updated: readonly string[]): string[] {
  const shapes = new Set(
    columns.filter(({ type }) => isGeometry({ name: type })).map(({ name }) => name),
  )
  return [updated.filter((name) => !shapes.has(name)), updated.filter((name) => shapes.has(name))]
    .filter(({ length }) => length > 0)
    .map((names) => names.map(quoteIdentifier).map((column) => `${column} = values(${column})`))
    .map((sets) => `on duplicate key update ${sets.join(', ')}`)
}

async function countWritten(trx: SqlExecutor, copy: string): Promise<number> {
  const { numAffectedRows } = await executeStatement(trx, copy)
  return Number(numAffectedRows ?? 0)
}

/** A name that no other load uses at the same time, from the server: recordings replay it. */
async function stagingTable(trx: SqlExecutor, table: string): Promise<string> {
  const [row] = await executeSql<{ readonly id: string }>(trx, 'select uuid() as id')
  const staging = quoteIdentifier(`__load_${String(row?.id).replaceAll('-', '')}`)
  const { database } = parseTableReference(table)
  return database === undefined ? staging : `${quoteDatabase(database)}.${staging}`
}
