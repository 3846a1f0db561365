import { sortedBy } from '../../schema/code-points.js'
import type { ForeignKeyModel, ForeignKeyRule } from '../../schema/schema-model.js'
import { identityOf, sortPairs } from '../../schema/sort-model.js'
import type { ForeignKeyRow } from './catalog-queries.js'
import { createColumnResolver, groupRows, readText } from './catalog-values.js'

const inventedName = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const rules: ReadonlySet<string> = new Set<ForeignKeyRule>([
  'restrict',
  'cascade',
  'set null',
  'no action',
  'set default',
])

/**
 * Turns the rows of one table into foreign keys. `mo_foreign_keys` has no order, so the pairs of a key
 * are sorted.
 *
 * @param database the table's own: a parent in it is written without its database
 */
export function decodeForeignKeys(
  rows: readonly ForeignKeyRow[],
  database: string,
  columns: readonly string[],
): readonly ForeignKeyModel[] {
  if (rows.length === 0) return []
  const resolve = createColumnResolver(columns)
  const keys = [...groupRows(rows, (row) => row.constraint_name)].map(([name, group]) =>
    decodeForeignKey(name, database, group, resolve),
  )
  return Object.freeze(sortedBy(keys, identityOf))
}

function decodeForeignKey(
  name: string,
  database: string,
  rows: readonly ForeignKeyRow[],
  resolve: (column: string) => string,
): ForeignKeyModel {
  const [first] = rows
  const parent = readText(first?.refer_db_name)
  const onDelete = decodeRule(readText(first?.on_delete))
  const onUpdate = decodeRule(readText(first?.on_update))
  const { columns, references } = sortPairs({
    columns: rows.map((row) => resolve(readText(row.column_name))),
    references: {
      table: readText(first?.refer_table_name),
      columns: rows.map((row) => readText(row.refer_column_name)),
    },
  })
  return Object.freeze({
    // A key without a name gets a random UUID that differs in every database.
    ...(!inventedName.test(name) && { name }),
    columns: Object.freeze(columns),
    references: Object.freeze({
      ...(parent !== database && { database: parent }),
      table: references.table,
      columns: Object.freeze(references.columns),
    }),
    ...(onDelete !== 'restrict' && { onDelete }),
    ...(onUpdate !== 'restrict' && { onUpdate }),
  })
}

function decodeRule(text: string): ForeignKeyRule {
  const rule = text.toLowerCase().replaceAll('_', ' ')
  return rules.has(rule) ? (rule as ForeignKeyRule) : 'restrict'
}
