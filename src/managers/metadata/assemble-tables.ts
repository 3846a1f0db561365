import { UntrustedMetadataError } from '../../errors.js'
import type {
  ColumnRow,
  ComputedColumnRow,
  ForeignKeyRow,
  IndexRow,
  TableRow,
} from './catalog-queries.js'
import { compareNames, groupRows, readComment, readFlag, readText } from './catalog-values.js'
import { decodeColumn } from './decode-columns.js'
import { decodeForeignKeys } from './decode-foreign-keys.js'
import { decodeIndexes } from './decode-indexes.js'
import type { TableKind, TableMetadata } from './metadata-types.js'

/** The rows of the five catalog queries. */
export interface CatalogRows {
  readonly tables: readonly TableRow[]
  readonly columns: readonly ColumnRow[]
  readonly computedColumns: readonly ComputedColumnRow[]
  readonly indexes: readonly IndexRow[]
  readonly foreignKeys: readonly ForeignKeyRow[]
}

const kinds: Readonly<Record<string, TableKind>> = {
  r: 'table',
  v: 'view',
  e: 'external',
  cluster: 'cluster',
  m: 'materialized view',
}

/** 4.1.4 lists every session's temporary tables as relkind `r`; no version's SHOW TABLES does. */
const temporaryTable = /^__mo_tmp_[0-9a-f]{32}_/

/** Leaves out other sessions' temporary tables. */
export function dropTemporaryTables(rows: readonly TableRow[]): readonly TableRow[] {
  return rows.filter((row) => !temporaryTable.test(readText(row.relname)))
}

/**
 * Puts the rows together by table id, which also leaves out hidden index tables and partitions.
 *
 * @throws {UntrustedMetadataError} when a table has no columns
 */
export function assembleTables(rows: CatalogRows): readonly TableMetadata[] {
  const columns = groupRows(rows.columns, (row) => row.att_relname_id)
  const computedColumns = groupRows(rows.computedColumns, (row) => row.att_relname_id)
  const indexes = groupRows(rows.indexes, (row) => row.table_id)
  const foreignKeys = groupRows(rows.foreignKeys, (row) => row.table_name)
  const tables = rows.tables.map((row) => {
    const id = readText(row.rel_id)
    return assembleTable(row, {
      columns: columns.get(id) ?? [],
      computedColumns: computedColumns.get(id) ?? [],
      indexes: indexes.get(id) ?? [],
      foreignKeys: foreignKeys.get(readText(row.relname)) ?? [],
    })
  })
  return Object.freeze(tables.toSorted((a, b) => compareNames(a.name, b.name)))
}

function assembleTable(row: TableRow, parts: Omit<CatalogRows, 'tables'>): TableMetadata {
  const name = readText(row.relname)
  const kind = kinds[readText(row.relkind)] ?? 'table'
  if (parts.columns.length === 0) {
    throw new UntrustedMetadataError(
      `The catalog lists the table ${name} but no column of it. Nothing was read; try again, ` +
        'and if it happens again look at the server: a table without columns cannot exist.',
    )
  }
  const computed = new Map(parts.computedColumns.map((row) => [readText(row.attname), row]))
  const columns = parts.columns
    .map((row) => decodeColumn(row, kind, computed.get(readText(row.attname))))
    .sort((a, b) => a.position - b.position)
  return Object.freeze({
    name,
    kind,
    comment: readComment(row.rel_comment),
    columns: Object.freeze(columns),
    ...decodeIndexes(parts.indexes, columns),
    foreignKeys: decodeForeignKeys(parts.foreignKeys, columns),
    partitioned: readFlag(row.partitioned),
    brokenReason: null,
  })
}
