/**
 * Reads a whole table in the order of its primary key, a range of keys at a time. All ranges carry the same time
 * hint: in MatrixOne each statement sees its own state, so without it rows would be from several moments.
 * A transaction's own rows are not behind a hint; there it reads without one.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely, Selectable } from 'kysely'
import { UnsupportedError, ValueError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import { integer, isObject, listOf, type OptionRules, text } from '../../options/option-rules.js'
import { pinTo, timeTravelOf } from '../../time-travel/time-travel-plugin.js'
import { SETTLING } from '../../sql/time-hint.js'
import { parseUtc, withServerUtc } from '../metadata/catalog-head.js'
import { HandleNames } from '../names/handle-names.js'
import { parseTableReference, quoteTable } from '../names/names.js'
import { executeSql } from '../statement/execute.js'
import { withSignal } from '../statement/handle-signal.js'
import { presentHandle } from '../statement/present-handle.js'
import { runtimeOf } from '../statement/runtime-of.js'
import { scanRanges } from './scan-ranges.js'
import { ScanReads } from './scan-reads.js'

/** The columns of a scan, and where it begins. */
export interface TableScanOptions<Column extends string = string, Row = AnyRow> {
  /** Default: all columns. Those of the primary key are always read. */
  readonly columns?: readonly Column[]
  /** The rows of each array but the last; default 1,000. */
  readonly batch?: number
  /** Arrays that are read ahead at a time, each on a connection of the pool; default 1, which reads none ahead. */
  readonly connections?: number
  /** Begins behind this row, of which only the primary key is used. */
  readonly from?: Partial<Row>
}

/** A whole row of a table; any where the table is not known. */
export type WholeRow<DB, Table> = Table extends keyof DB ? Selectable<DB[Table]> : AnyRow

/** The part of a row that a scan reads. */
export type ScanRow<DB, Table, Column> = Pick<
  WholeRow<DB, Table>,
  Column & keyof WholeRow<DB, Table>
>

type AnyRow = Readonly<Record<string, unknown>>

const OPTIONS: OptionRules<TableScanOptions> = {
  columns: listOf(text),
  batch: integer(1),
  connections: integer(1, 64),
  from: { expected: 'a row with the columns of the primary key', accepts: isObject },
}

/** Reads the rows in arrays; see `db.scan`. */
export function scanTable(
  db: Kysely<unknown>,
  table: string,
  options: TableScanOptions = {},
): AsyncIterableIterator<AnyRow[]> {
  checkOptions('scan', OPTIONS, options)
  const { connections = 1 } = options
  if (db.isTransaction && connections > 1) {
    throw new UnsupportedError(
      `scan with connections: ${connections} was called on a transaction, which has one connection. ` +
        'Leave the option out, or call it on the database itself.',
    )
  }
  return scan(db, table, options)
}

async function* scan(
  db: Kysely<unknown>,
  table: string,
  { columns, batch = 1_000, connections = 1, from }: TableScanOptions,
): AsyncIterableIterator<AnyRow[]> {
  const names = new HandleNames(db)
  const key = await readKey(db, table, names.table(table))
  // As the rows have them, under a CamelCasePlugin for example.
  const fields = Object.keys(await names.row(Object.fromEntries(key.map((column) => [column, 0]))))
  const valuesOf = (row: AnyRow): readonly unknown[] => keyValues(row, fields, table)
  const selected = columns && [...new Set([...names.columns(columns), ...key])]
  const one = await atOneInstant(db)
  if (connections > 1) {
    const stopped = new AbortController()
    const limited = withSignal(one, stopped.signal)
    const reads = new ScanReads(limited, { table, key, selected, batch, valuesOf })
    yield* scanRanges(reads, from, connections, () => stopped.abort())
    return
  }
  const reads = new ScanReads(one, { table, key, selected, batch, valuesOf })
  let last = from
  for (;;) {
    const rows = await reads.readBatch(last)
    if (rows.length > 0) yield rows
    last = rows.at(-1)
    if (rows.length < batch) return
  }
}

/** The handle at the server's present moment, unless it has an instant or a transaction. */
async function atOneInstant(db: Kysely<unknown>): Promise<Kysely<unknown>> {
  if (db.isTransaction || timeTravelOf(db) !== undefined) return db
  const [row] = await withServerUtc((utc) =>
    executeSql<{ readonly utc: unknown }>(db, `select ${utc} as utc`),
  )
  await sleep(SETTLING)
  return db.withPlugin(pinTo(db, { moTs: parseUtc(String(row?.utc)) }))
}

/** The columns of the primary key, from the schema value or the server. */
async function readKey(
  db: Kysely<unknown>,
  table: string,
  place: string,
): Promise<readonly string[]> {
  const { database, table: bare } = parseTableReference(place)
  const known = runtimeOf(db)?.schema?.find(database, bare)?.key
  if (known !== undefined) return known
  const indexes = await executeSql<Readonly<Record<string, unknown>>>(
    presentHandle(db),
    `show index from ${quoteTable(place)}`,
  )
  const key = indexes
    .filter(({ Key_name }) => Key_name === 'PRIMARY')
    .sort((a, b) => Number(a['Seq_in_index']) - Number(b['Seq_in_index']))
    .map(({ Column_name }) => String(Column_name))
  if (key.length > 0) return key
  throw new UnsupportedError(
    `scan reads ${table} in the order of its primary key, and it has none. ` +
      'Give it one, or read it by one query: db.batches(db.selectFrom(…)).',
  )
}

/** The key of a row, which must be exact: a key that was cut or rounded would lose rows or repeat them. */
function keyValues(row: AnyRow, fields: readonly string[], table: string): readonly unknown[] {
  return fields.map((field) => {
    const value = row[field]
    if (value === undefined || value === null) {
      throw new ValueError(
        `scan of ${table} goes on behind the primary key (${fields.join(', ')}) of a row, and from has no ${field}.`,
      )
    }
    const isCut =
      value instanceof Date || (typeof value === 'number' && !Number.isSafeInteger(value))
    if (!isCut) return value
    throw new UnsupportedError(
      `scan of ${table} cannot go on behind ${field} = ${String(value)}: a Date has no microseconds, and a ` +
        "fraction may be rounded. Read it as text (types: { datetime: 'string', date: 'string', decimal: " +
        "'string' }); a float has no exact text.",
    )
  })
}
