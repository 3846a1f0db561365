import { executeSql, type SqlExecutor } from '../statement/execute.js'

/** A hidden table that holds an index. */
export interface IndexTable {
  readonly index: string
  /** `UNIQUE`, `MULTIPLE`, `FULLTEXT` (4.x) or `SPATIAL`. */
  readonly type: string
  /** `''`, `ivfflat`, `hnsw`, `fulltext`, `master`, … */
  readonly algorithm: string
  /** `metadata`, `centroids` and `entries` of ivfflat; `''` where an index has one table only. */
  readonly part: string
  /** Its name, in the database of the indexed table. */
  readonly table: string
  /** The indexed columns in order. */
  readonly columns: readonly string[]
}

interface IndexRow {
  readonly name: string
  readonly type: string
  readonly algo: string
  readonly part: string
  readonly hidden_table: string
  readonly column_name: string
}

/**
 * The hidden tables of a table's indexes. The table's id comes from a subquery: joined over two
 * names with literals on both sides, the catalog answers nothing (4.2.0).
 */
export async function readIndexTables(
  db: SqlExecutor,
  database: string,
  table: string,
): Promise<readonly IndexTable[]> {
  const rows = await executeSql<IndexRow>(
    db,
    'select name, type, algo, algo_table_type as part, index_table_name as hidden_table, column_name ' +
      'from mo_catalog.mo_indexes where index_table_name is not null and table_id = (' +
      'select rel_id from mo_catalog.mo_tables where account_id = current_account_id() ' +
      'and reldatabase = ? and relname = ?) order by name, part, ordinal_position',
    [database, table],
  )
  const found = new Map<string, IndexTable & { readonly columns: string[] }>()
  for (const { name, type, algo, part, hidden_table, column_name } of rows) {
    const known = found.get(hidden_table)
    if (known !== undefined) known.columns.push(column_name)
    else {
      const columns = [column_name]
      found.set(hidden_table, {
        index: name,
        type,
        algorithm: algo,
        part,
        table: hidden_table,
        columns,
      })
    }
  }
  return Object.freeze([...found.values()])
}
