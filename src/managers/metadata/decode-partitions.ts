import type { PartitionsModel } from '../../schema/schema-model.js'
import type { PartitionRow, PartitionedTableRow } from './catalog-queries.js'
import { groupRows, readNumber, readText } from './catalog-values.js'

/** Partitions of which no more is known than that there are some. */
export const unknownPartitions: PartitionsModel = Object.freeze({})

/** The partitions of tables, by table id. */
export function decodePartitions(
  tables: readonly PartitionedTableRow[],
  parts: readonly PartitionRow[],
): ReadonlyMap<string, PartitionsModel> {
  const partsOf = groupRows(parts, (row) => row.primary_table_id)
  return new Map(
    tables.map((table) => {
      const id = readText(table.table_id)
      return [id, decodeTable(table, partsOf.get(id) ?? [])]
    }),
  )
}

function decodeTable(table: PartitionedTableRow, rows: readonly PartitionRow[]): PartitionsModel {
  const by = readText(table.partition_description)
  const parts = rows
    .toSorted(
      (a, b) => readNumber(a.partition_ordinal_position) - readNumber(b.partition_ordinal_position),
    )
    .map((row) =>
      Object.freeze({
        name: readText(row.partition_name),
        values: readText(row.partition_expression_str),
      }),
    )
  // Partitions of `hash` and `key` have no bounds, and names that the server counts up.
  return parts.some(({ values }) => values !== '')
    ? Object.freeze({ by, parts: Object.freeze(parts) })
    : Object.freeze({ by, count: parts.length })
}
