import type { Insertable, Kysely } from 'kysely'
import { checkArgument, checkOptions } from '../options/check-options.js'
import { filledText, integer, listOf, object, type OptionRules } from '../options/option-rules.js'

/** A row to insert into a table of a generated interface. */
export type InsertRow<DB, Table> = Table extends keyof DB
  ? Insertable<DB[Table]>
  : Readonly<Record<string, unknown>>

/** How rows are put into statements. */
export interface BatchOptions {
  /** Rows of one statement, at most; default 1,000. */
  readonly maxRows?: number
  /** Bytes of one statement, about and at most; default 8 MiB. A longer row is sent alone. */
  readonly maxBytes?: number
}

/** Result of an insert. */
export interface BatchResult {
  readonly rows: number
  /** The statements that were sent. */
  readonly statements: number
}

/** Rows of one INSERT, at most. */
export const MAX_ROWS = 1_000
const MAX_BYTES = 8 * 1024 * 1024

const OPTIONS: OptionRules<BatchOptions> = { maxRows: integer(1), maxBytes: integer(1) }

type AnyRow = Readonly<Record<string, unknown>>
type AnyDatabase = Record<string, Record<string, unknown>>

/** Inserts rows in as few statements as fit, all of them or none. Nothing is sent for no rows. */
export async function insertRows(
  db: Kysely<unknown>,
  table: string,
  rows: readonly AnyRow[],
  options: BatchOptions = {},
): Promise<BatchResult> {
  checkArgument('batchInsert', 'The table', filledText, table)
  checkArgument('batchInsert', 'The rows', listOf(object), rows)
  checkOptions('batchInsert', OPTIONS, options)
  const statements = await sendBatches(
    db as unknown as Kysely<AnyDatabase>,
    splitRows(rows, options),
    (one, batch) =>
      one
        .insertInto(table)
        .values([...batch])
        .execute(),
  )
  return Object.freeze({ rows: rows.length, statements })
}

/**
 * Sends a statement for each batch, all of them or none: several run in one transaction.
 *
 * @returns the number of batches
 */
export async function sendBatches<DB>(
  db: Kysely<DB>,
  all: Iterable<readonly AnyRow[]>,
  send: (one: Kysely<DB>, batch: readonly AnyRow[]) => Promise<unknown>,
): Promise<number> {
  const batches = [...all]
  const sendAll = async (one: Kysely<DB>): Promise<void> => {
    for (const batch of batches) await send(one, batch)
  }
  if (batches.length > 1 && !db.isTransaction) await db.transaction().execute(sendAll)
  else await sendAll(db)
  return batches.length
}

/** Groups rows by number and size, in their order. */
export function* splitRows(
  rows: readonly AnyRow[],
  { maxRows = MAX_ROWS, maxBytes = MAX_BYTES }: BatchOptions,
): Generator<readonly AnyRow[], void, undefined> {
  let batch: AnyRow[] = []
  let bytes = 0
  for (const row of rows) {
    const size = rowBytes(row)
    if (batch.length > 0 && (batch.length >= maxRows || bytes + size > maxBytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(row)
    bytes += size
  }
  if (batch.length > 0) yield batch
}

/** Upper bound of the bytes of a row in an INSERT. */
export function rowBytes(row: AnyRow): number {
  let bytes = 2
  for (const name in row) bytes += valueBytes(row[name]) + 2
  return bytes
}

/** Upper bound of the bytes of a value as a literal; exact enough, and cheap. */
function valueBytes(value: unknown): number {
  if (typeof value === 'string') return value.length * 3 + 2
  if (typeof value !== 'object' || value === null) return 24
  if (value instanceof Float32Array) return value.length * 16
  if (value instanceof Uint8Array) return value.length * 2 + 3
  if (ArrayBuffer.isView(value)) return value.byteLength * 4
  if (Array.isArray(value) && typeof value[0] === 'number') return value.length * 24
  if (value instanceof Date) return 25
  return (JSON.stringify(value) ?? '').length * 3 + 2
}
