import { UntrustedMetadataError } from '../../errors.js'
import { sortedBy } from '../../schema/code-points.js'
import type { Draft } from '../../schema/draft.js'
import type { ColumnModel, TableModel } from '../../schema/schema-model.js'
import type { ForeignKeyRow, IndexRow, TableRow } from './catalog-queries.js'
import { groupRows, readComment, readFlag, readText } from './catalog-values.js'
import { type ColumnCollector, kindOf } from './collect-columns.js'
import { decodeForeignKeys } from './decode-foreign-keys.js'
import { decodeIndexes } from './decode-indexes.js'

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
export function assembleTables(rows: CatalogRows, database: string): readonly TableModel[] {
  const indexes = groupRows(rows.indexes, (row) => row.table_id)
  const foreignKeys = groupRows(rows.foreignKeys, (row) => row.table_name)
  const tables = rows.tables.map((row) => {
    const id = readText(row.rel_id)
    return assembleTable(row, {
      database,
      columns: rows.columns.columnsOf(id),
      indexes: indexes.get(id) ?? [],
      foreignKeys: foreignKeys.get(readText(row.relname)) ?? [],
    })
  })
  return Object.freeze(sortedBy(tables, ({ name }) => name))
}

interface TableParts {
  readonly database: string
  readonly columns: readonly ColumnModel[]
  readonly indexes: readonly IndexRow[]
  readonly foreignKeys: readonly ForeignKeyRow[]
}

function assembleTable(
  row: TableRow,
  { database, columns, indexes, foreignKeys }: TableParts,
): TableModel {
  const name = readText(row.relname)
  if (columns.length === 0) {
    throw new UntrustedMetadataError(
      `The catalog lists the table ${name} but no column of it. Nothing was read; try again, ` +
        'and if it happens again look at the server: a table without columns cannot exist.',
    )
  }
  const table: Draft<TableModel> = {
    name,
    kind: kindOf(row),
    columns: Object.freeze(columns),
    ...decodeIndexes(indexes, columns),
  }
  const comment = readComment(row.rel_comment)
  if (comment !== '') table.comment = comment
  if (foreignKeys.length > 0) {
    const names = columns.map((column) => column.name)
    table.foreignKeys = decodeForeignKeys(foreignKeys, database, names)
  }
  if (readFlag(row.partitioned)) table.partitioned = true
  return Object.freeze(table)
}
