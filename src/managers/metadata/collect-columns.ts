import { UntrustedMetadataError } from '../../errors.js'
import type { ColumnModel, TableKind } from '../../schema/schema-model.js'
import type { ColumnRow, ComputedColumnRow, TableRow } from './catalog-queries.js'
import { type Cell, readFlag, readNumber, readText } from './catalog-values.js'
import { decodeColumn } from './decode-columns.js'

const kinds: Readonly<Record<string, TableKind>> = {
  r: 'table',
  v: 'view',
  e: 'external',
  cluster: 'cluster',
  m: 'materialized view',
}

/** The kind of object in a row of `mo_tables`. */
export function kindOf(row: TableRow): TableKind {
  return kinds[readText(row.relkind)] ?? 'table'
}

interface Collected {
  readonly kind: TableKind
  readonly computed: Map<string, ComputedColumnRow>
  clusterBy: string | null
  readonly columns: { readonly position: number; readonly column: ColumnModel }[]
}

/** Decodes columns as their rows arrive, and sorts them by table. */
export class ColumnCollector {
  readonly #tables = new Map<string, Collected>()

  constructor(tables: readonly TableRow[], computed: readonly ComputedColumnRow[]) {
    for (const row of tables) {
      this.#tables.set(readText(row.rel_id), {
        kind: kindOf(row),
        computed: new Map(),
        clusterBy: null,
        columns: [],
      })
    }
    for (const row of computed) {
      const table = this.#tableOf(row)
      if (table === undefined) continue
      table.computed.set(readText(row.attname), row)
      if (readFlag(row.attr_is_clusterby)) table.clusterBy = readText(row.attname)
    }
  }

  /** Rows of hidden index tables and of partitions are left out: no table that was listed has them. */
  add(row: ColumnRow): void {
    const table = this.#tableOf(row)
    if (table === undefined) return
    const { columns, computed, kind } = table
    columns.push({
      position: readNumber(row.attnum),
      column: decodeColumn(row, kind, computed.get(readText(row.attname))),
    })
  }

  /** The columns of a table in their order. */
  columnsOf(tableId: string): readonly ColumnModel[] {
    const columns = this.#tables.get(tableId)?.columns ?? []
    // Each has a place of its own, so none has to be compared with the others.
    const placed: ColumnModel[] = []
    for (const { position, column } of columns) placed[position] = column
    // A filter passes over the places that hidden columns have.
    const inOrder = placed.filter(() => true)
    if (inOrder.length === columns.length) return inOrder
    throw new UntrustedMetadataError(
      'The catalog gives two columns of a table one position. Nothing was read; try again, ' +
        'and if it happens again look at the server.',
    )
  }

  /** The name of the column that CLUSTER BY marks; null without CLUSTER BY. */
  clusterKeyOf(tableId: string): string | null {
    return this.#tables.get(tableId)?.clusterBy ?? null
  }

  #tableOf(row: { readonly att_relname_id: Cell }): Collected | undefined {
    return this.#tables.get(readText(row.att_relname_id))
  }
}
