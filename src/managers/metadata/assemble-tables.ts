import { UntrustedMetadataError } from '../../errors.js'
import { sortedBy } from '../../schema/code-points.js'
import type { Draft } from '../../schema/draft.js'
import type { ColumnModel, PartitionsModel, TableModel } from '../../schema/schema-model.js'
import type { ForeignKeyRow, IndexRow, TableRow } from './catalog-queries.js'
import { groupRows, readComment, readFlag, readText } from './catalog-values.js'
import { type ColumnCollector, kindOf } from './collect-columns.js'
import { decodeChecks } from './decode-checks.js'
import { decodeClusterBy } from './decode-cluster-by.js'
import { decodeForeignKeys } from './decode-foreign-keys.js'
import { decodeIndexes } from './decode-indexes.js'
import { unknownPartitions } from './decode-partitions.js'
import { decodeSource } from './decode-source.js'

/** The rows of the catalog queries. */
export interface CatalogRows {
  readonly tables: readonly TableRow[]
  readonly columns: ColumnCollector
  readonly indexes: readonly IndexRow[]
  readonly foreignKeys: readonly ForeignKeyRow[]
  /** By table id. */
  readonly partitions: ReadonlyMap<string, PartitionsModel>
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
      partitions: rows.partitions.get(id) ?? unknownPartitions,
      clusterKey: rows.columns.clusterKeyOf(id),
    })
  })
  return Object.freeze(sortedBy(tables, ({ name }) => name))
}

interface TableParts {
  readonly database: string
  readonly columns: readonly ColumnModel[]
  readonly indexes: readonly IndexRow[]
  readonly foreignKeys: readonly ForeignKeyRow[]
  readonly partitions: PartitionsModel
  readonly clusterKey: string | null
}

function assembleTable(
  row: TableRow,
  { database, columns, indexes, foreignKeys, partitions, clusterKey }: TableParts,
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
  const names = columns.map((column) => column.name)
  if (foreignKeys.length > 0) {
    table.foreignKeys = decodeForeignKeys(foreignKeys, database, names)
  }
  const checks = decodeChecks(readText(row.extra))
  if (checks.length > 0) table.checks = checks
  if (readFlag(row.partitioned)) table.partitions = partitions
  if (clusterKey !== null) table.clusterBy = decodeClusterBy(clusterKey, names)
  if (table.kind === 'external') table.source = decodeSource(readText(row.definition))
  return Object.freeze(table)
}
