import { UnknownObjectError } from '../../errors.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import { type Cell, readNumber, readText } from './catalog-values.js'

/** How big a table is. */
export interface TableSize {
  readonly table: string
  readonly rows: number
  /** Of the flushed rows, compressed. */
  readonly bytes: number
}

/** Reads the sizes of all tables of a database; `mo_table_size` says 0 for a while after a flush. */
export async function readTableSizes(
  db: SqlExecutor,
  database: string,
): Promise<readonly TableSize[]> {
  const rows = await executeSql<Readonly<Record<string, Cell>>>(
    db,
    `show table status from ${quoteIdentifier(database)}`,
  )
  return Object.freeze(
    rows.map((row) =>
      Object.freeze({
        table: readText(row['Name']),
        rows: readNumber(row['Rows']),
        bytes: readNumber(row['Data_length']),
      }),
    ),
  )
}

/** Reads the size of one table. */
export async function readTableSize(
  db: SqlExecutor,
  database: string,
  table: string,
): Promise<TableSize> {
  const sizes = await readTableSizes(db, database)
  const found = sizes.find((size) => size.table === table)
  if (found !== undefined) return found
  throw new UnknownObjectError(`The database ${database} has no table ${table}.`)
}
