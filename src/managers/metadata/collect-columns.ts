import type { ColumnRow, ComputedColumnRow, TableRow } from './catalog-queries.js'
import { type Cell, readText } from './catalog-values.js'
import { decodeColumn } from './decode-columns.js'
import type { ColumnMetadata, TableKind } from './metadata-types.js'

const kinds: Readonly<Record<string, TableKind>> = {
  r: 'table',
  v: 'view',
  e: 'external',
  cluster: 'cluster',
  m: 'materialized view',
}

/** What a row of `mo_tables` is. */
export function kindOf(row: TableRow): TableKind {
  return kinds[readText(row.relkind)] ?? 'table'
}

interface Collected {
  readonly kind: TableKind
  readonly computed: Map<string, ComputedColumnRow>
  readonly columns: ColumnMetadata[]
}

/** Decodes columns as their rows arrive, and sorts them by table. */
export class ColumnCollector {
  readonly #tables = new Map<string, Collected>()

  constructor(tables: readonly TableRow[], computed: readonly ComputedColumnRow[]) {
    for (const row of tables) {
      this.#tables.set(readText(row.rel_id), {
        kind: kindOf(row),
        computed: new Map(),
        columns: [],
      })
    }
    for (const row of computed) this.#tableOf(row)?.computed.set(readText(row.attname), row)
  }

  /** Rows of hidden index tables and of partitions are left out: no table that was listed has them. */
  add(row: ColumnRow): void {
    const table = this.#tableOf(row)
    if (table === undefined) return
    const { columns, computed, kind } = table
    columns.push(decodeColumn(row, kind, computed.get(readText(row.attname))))
  }

  /** The columns of a table in their order. */
  columnsOf(tableId: string): readonly ColumnMetadata[] {
    const columns = this.#tables.get(tableId)?.columns ?? []
    return columns.sort((a, b) => a.position - b.position)
  }

  #tableOf(row: { readonly att_relname_id: Cell }): Collected | undefined {
    return this.#tables.get(readText(row.att_relname_id))
  }
}
