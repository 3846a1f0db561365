/**
 * The answer of `metadata_scan` about the objects (files) that hold a table. Only flushed rows are in objects:
 * a fresh table has none until the server flushes it, or `moCtl.flush` does.
 */
import { ValueError } from '../../errors.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import { type Cell, readFlag, readNumber, readText } from './catalog-values.js'

/** The target of a scan: the table, or one of its indexes; its rows, or the marks of its deleted rows. */
export interface ScanOptions {
  /** One column: its own sizes, and its least and greatest values. Default: all columns. */
  readonly column?: string
  readonly index?: string
  /** Whether the deletions are scanned instead of the rows. Default false. */
  readonly tombstones?: boolean
}

/** One column in one object. */
export interface ObjectColumn {
  readonly column: string
  readonly object: string
  readonly hidden: boolean
  /** When the object was made, in nanoseconds since 1970. */
  readonly createdAt: bigint
  /** When it was given up; null for one in use. */
  readonly deletedAt: bigint | null
  readonly rows: number
  /** Always 0 unless one column is scanned. */
  readonly nulls: number
  /** Of the column when one is scanned, else of the whole object, repeated for each column. */
  readonly compressedBytes: number
  readonly originalBytes: number
  /** The least value in the server's own bytes (integers little-endian); null unless one column is scanned. */
  readonly min: Uint8Array | null
  readonly max: Uint8Array | null
}

/** How much a table, or an index, takes. */
export interface ObjectStatistics {
  readonly objects: number
  /** Rows in the objects, rows deleted since included. */
  readonly rows: number
  readonly compressedBytes: number
  readonly originalBytes: number
}

interface ScanRow {
  readonly column_name: Cell
  readonly object_name: Cell
  readonly hidden: Cell
  readonly created: Cell
  readonly deleted: Cell
  readonly row_count: Cell
  readonly null_count: Cell
  readonly compressed: Cell
  readonly original: Cell
  readonly least: Uint8Array | null
  readonly greatest: Uint8Array | null
}

/** Reads one row for each column of each object. */
export async function scanObjects(
  db: SqlExecutor,
  database: string,
  table: string,
  { column = '*', index, tombstones = false }: ScanOptions,
): Promise<readonly ObjectColumn[]> {
  const names = [database, table, ...(index === undefined ? [] : [`?${index}`])]
  if (names.some((name) => name.includes('.'))) {
    throw new ValueError(
      `metadata_scan cannot reach ${names.join(' / ')}: it splits what it is given at every dot.`,
    )
  }
  const target = [...names, ...(tombstones ? ['#'] : [])].join('.')
  const rows = await executeSql<ScanRow>(
    db,
    'select col_name as column_name, object_name, is_hidden as hidden, create_ts as created, ' +
      'delete_ts as deleted, rows_cnt as row_count, null_cnt as null_count, compress_size as compressed, ' +
      'origin_size as original, `min` as least, `max` as greatest from metadata_scan(?, ?) as m',
    [target, column],
  )
  return Object.freeze(rows.map(toObjectColumn))
}

function toObjectColumn(row: ScanRow): ObjectColumn {
  const deletedAt = readTimestamp(row.deleted)
  return Object.freeze({
    column: readText(row.column_name),
    object: readText(row.object_name),
    // 3.0.0 and older say 'true'.
    hidden: readFlag(row.hidden) || readText(row.hidden) === 'true',
    createdAt: readTimestamp(row.created),
    deletedAt: deletedAt === 0n ? null : deletedAt,
    rows: readNumber(row.row_count),
    nulls: readNumber(row.null_count),
    compressedBytes: readNumber(row.compressed),
    originalBytes: readNumber(row.original),
    min: row.least,
    max: row.greatest,
  })
}

/** `1795259457547945763-0`: nanoseconds and a counter within one. */
function readTimestamp(cell: Cell): bigint {
  return BigInt(readText(cell).split('-')[0] || 0)
}

/** Adds up objects; each is counted once, whatever the number of its columns. */
export function sumObjects(columns: readonly ObjectColumn[]): ObjectStatistics {
  const objects = new Map(columns.map((column) => [column.object, column]))
  const sum = (field: 'rows' | 'compressedBytes' | 'originalBytes'): number =>
    [...objects.values()].reduce((total, object) => total + object[field], 0)
  return Object.freeze({
    objects: objects.size,
    rows: sum('rows'),
    compressedBytes: sum('compressedBytes'),
    originalBytes: sum('originalBytes'),
  })
}
