import type { EncodeOptions, LoadColumn } from '../../bulk/encode-rows.js'
import type { MatrixOneRuntime } from '../../connection/runtime.js'
import { fromBase64 } from '../../bulk/encode-vector.js'
import type { HandleNames } from '../names/handle-names.js'
import type { ManagerDb } from '../statement/execute.js'
import { readCapabilities } from '../statement/read-capabilities.js'
import { runtimeOf } from '../statement/runtime-of.js'
import { type LoadTarget, pickColumns } from './read-load-target.js'

/** How rows are written, and what the server makes of it. */
export interface RowFormat {
  /** Under the names of the table. */
  readonly stored: readonly LoadColumn[]
  /** Under the names of the rows. */
  readonly encoding: EncodeOptions
}

/** The rows of a handle. */
interface HandleRows {
  /** As the program names it. */
  readonly table: string
  readonly columns: readonly string[]
  readonly names: HandleNames
}

/**
 * Decides how rows are written for the columns of their table.
 *
 * @throws {ValueError} for a column that the table does not have, or computes itself
 */
export async function formatRows(
  db: ManagerDb,
  { table, columns, names }: HandleRows,
  target: LoadTarget,
): Promise<RowFormat> {
  const runtime = runtimeOf(db)
  // As insertInto takes a string for a JSON column.
  const readsText = runtime?.schema === undefined || runtime.types.json === 'string'
  const picked = pickColumns(table, target, names.columns(columns))
  const sendsBase64 = await canSendBase64(db, runtime, picked)
  const stored = picked.map((column) => ({
    ...column,
    readsText,
    asBase64: sendsBase64 && fromBase64(column.type) !== undefined,
  }))
  const named = stored.map((column, at) => ({ ...column, name: columns[at] ?? column.name }))
  return { stored, encoding: { columns: named, timeZone: runtime?.timeZone ?? '+00:00' } }
}

/** Asks the server's version, once for its dialect, where a column needs it. */
async function canSendBase64(
  db: ManagerDb,
  runtime: MatrixOneRuntime | undefined,
  columns: readonly LoadColumn[],
): Promise<boolean> {
  if (runtime === undefined || runtime.vectors === 'text') return false
  if (columns.every(({ type }) => fromBase64(type) === undefined)) return false
  return (await readCapabilities(db)).vectorsFromBase64
}
