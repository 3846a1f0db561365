import { UntrustedMetadataError } from '../../errors.js'
import type { ForeignKeyRow, IndexRow, TableRow } from './catalog-queries.js'
import { compareNames, groupRows, readComment, readFlag, readText } from './catalog-values.js'
import { type ColumnCollector, kindOf } from './collect-columns.js'
import { decodeForeignKeys } from './decode-foreign-keys.js'
import { decodeIndexes } from './decode-indexes.js'
import type { ColumnMetadata, TableMetadata } from './metadata-types.js'

/** The rows of the five catalog queries. */
export interface CatalogRows {
  readonly tables: readonly TableRow[]
  readonly columns: ColumnCollector
  readonly indexes: readonly IndexRow[]
  readonly foreignKeys: readonly ForeignKeyRow[]
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
  const indexes = groupRows(rows.indexes, (row) => row.table_id)
  const foreignKeys = groupRows(rows.foreignKeys, (row) => row.table_name)
  const tables = rows.tables.map((row) => {
    const id = readText(row.rel_id)
    return assembleTable(row, {
      columns: rows.columns.columnsOf(id),
      indexes: indexes.get(id) ?? [],
      foreignKeys: foreignKeys.get(readText(row.relname)) ?? [],
    })
  })
  return Object.freeze(tables.toSorted((a, b) => compareNames(a.name, b.name)))
}

interface TableParts {
  readonly columns: readonly ColumnMetadata[]
  readonly indexes: readonly IndexRow[]
  readonly foreignKeys: readonly ForeignKeyRow[]
}

function assembleTable(
  row: TableRow,
  { columns, indexes, foreignKeys }: TableParts,
): TableMetadata {
  const name = readText(row.relname)
  if (columns.length === 0) {
    throw new UntrustedMetadataError(
      `The catalog lists the table ${name} but no column of it. Nothing was read; try again, ` +
        'and if it happens again look at the server: a table without columns cannot exist.',
    )
  }
  return Object.freeze({
    name,
    kind: kindOf(row),
    comment: readComment(row.rel_comment),
    columns: Object.freeze(columns),
    ...decodeIndexes(indexes, columns),
    foreignKeys: decodeForeignKeys(foreignKeys, columns),
    partitioned: readFlag(row.partitioned),
    brokenReason: null,
  })
}
