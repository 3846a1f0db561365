/**
 * The server makes a clone, a branch or a restored table from the *printed* definition of its source, and
 * loses what the printing escapes wrongly: members of a SET turn to lower case, backslashes in members
 * and comments disappear, a quote in a default is doubled (4.2.0). It answers OK. So both definitions are
 * read and what differs is reported.
 */
import { MatrixOneError } from '../../errors.js'
import { publish } from '../../observe/events.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'

/** One property of a column that differs between a table and its source. */
export interface DefinitionChange {
  readonly table: string
  readonly column: string
  readonly property: 'column' | 'type' | 'default' | 'nullable' | 'autoIncrement' | 'comment'
  /** As the server writes it; null where there is none. */
  readonly from: string | null
  readonly to: string | null
}

/** Differences that the server made; absent when there are none. */
export interface DefinitionReport {
  readonly changed?: readonly DefinitionChange[]
}

/** One table, or all tables of a database, at one time. */
export interface DefinitionPlace {
  /** The connection's own when absent. */
  readonly database?: string | undefined
  /** All tables when absent. */
  readonly table?: string | undefined
  /** ` {snapshot = 'friday'}`; empty for the present. */
  readonly hint?: string
}

interface ColumnRow {
  readonly side: number
  readonly table: string
  readonly name: string
  readonly type: string
  readonly default: string | null
  readonly notNull: number
  readonly autoIncrement: number
  readonly comment: string
}

/**
 * Compares tables with what was made of them.
 *
 * @returns undefined where the catalog cannot be read: by a role without the right, or on a version that
 * writes it otherwise
 */
export async function readChanges(
  db: SqlExecutor,
  source: DefinitionPlace,
  made: DefinitionPlace,
): Promise<readonly DefinitionChange[] | undefined> {
  try {
    const rows =
      (source.hint ?? '') === (made.hint ?? '')
        ? await readColumns(db, [source, made])
        : // Of two hints in a statement one silently serves both.
          [
            ...(await readColumns(db, [source])),
            ...(await readColumns(db, [made])).map((row) => ({ ...row, side: 1 })),
          ]
    return compare(rows, made)
  } catch (error) {
    if (error instanceof MatrixOneError) return undefined
    throw error
  }
}

/**
 * Reports what changed, as an event and a warning of the process.
 *
 * @param what the subject of the warning: `The clone shop.orders_copy`
 */
export function reportChanges(
  what: string,
  changes: readonly DefinitionChange[] | undefined,
): DefinitionReport {
  if (changes === undefined || changes.length === 0) return {}
  const changed = Object.freeze(changes.map((change) => Object.freeze(change)))
  const message =
    `${what} is not defined as its source: ${changed.map(showChange).join(', ')}. MatrixOne made it from ` +
    'the printed definition. Change it back by ALTER TABLE, or create the table first and copy the rows.'
  publish('kysely-matrixone:definition:changed', { what, changed, message })
  process.emitWarning(message, { type: 'MatrixOneWarning' })
  return { changed }
}

/** Shows a change in a message. */
export function showChange({ table, column, property, from, to }: DefinitionChange): string {
  return `${table}.${column} (${property}: ${from ?? 'none'} → ${to ?? 'none'})`
}

/**
 * ```sql
 * select 0 as side, att_relname as `table`, attname as name, … from mo_catalog.mo_columns
 * where account_id = current_account_id() and att_database = coalesce('shop', database()) and …
 * union all select 1 as side, …
 * ```
 */
async function readColumns(
  db: SqlExecutor,
  places: readonly DefinitionPlace[],
): Promise<readonly ColumnRow[]> {
  const parts = places.map(
    ({ table, hint = '' }, side) =>
      `select ${side} as side, att_relname as \`table\`, attname as name, ` +
      'case when length(attr_enum) > 0 then mo_show_visible_bin_enum(atttyp, attr_enum) ' +
      'else mo_show_visible_bin(atttyp, 3) end as `type`, mo_show_visible_bin(att_default, 1) as `default`, ' +
      'attnotnull as notNull, att_is_auto_increment as autoIncrement, att_comment as comment ' +
      `from mo_catalog.mo_columns${hint} where account_id = current_account_id() and att_is_hidden = 0 ` +
      `and att_database = coalesce(?, database()) and ${table === undefined ? "att_relname not like '\\\\_\\\\_mo\\\\_%'" : 'att_relname = ?'}`,
  )
  const values = places.flatMap(({ database, table }) => [
    database?.toLowerCase() ?? null,
    ...(table === undefined ? [] : [table.toLowerCase()]),
  ])
  return executeSql<ColumnRow>(db, parts.join(' union all '), values)
}

function compare(rows: readonly ColumnRow[], made: DefinitionPlace): readonly DefinitionChange[] {
  const single = made.table?.toLowerCase()
  const keyOf = (row: ColumnRow): string => `${single ?? row.table}\0${row.name}`
  const after = rows.filter(({ side }) => Number(side) === 1)
  const found = new Map(after.map((row) => [keyOf(row), row]))
  // A table that is missing is not a change of one: it may be a view, or have come later.
  const tables = new Set(after.map(({ table }) => table))
  return rows
    .filter((row) => Number(row.side) === 0 && tables.has(single ?? row.table))
    .flatMap((row) => compareColumn(row, found.get(keyOf(row)), single ?? row.table))
}

const PROPERTIES: readonly (readonly [
  DefinitionChange['property'],
  (row: ColumnRow) => string | null,
])[] = [
  ['type', ({ type }) => type],
  // `null` is written where nothing was declared.
  ['default', (row) => (row.default === 'null' ? null : row.default)],
  ['nullable', ({ notNull }) => (Number(notNull) === 0 ? 'yes' : 'no')],
  ['autoIncrement', ({ autoIncrement }) => (Number(autoIncrement) === 0 ? 'no' : 'yes')],
  ['comment', ({ comment }) => (comment === '' ? null : comment)],
]

function compareColumn(
  from: ColumnRow,
  to: ColumnRow | undefined,
  table: string,
): readonly DefinitionChange[] {
  const place = { table, column: from.name }
  if (to === undefined) return [{ ...place, property: 'column', from: from.type, to: null }]
  return PROPERTIES.map(([property, read]) => ({
    ...place,
    property,
    from: read(from),
    to: read(to),
  })).filter((change) => change.from !== change.to)
}
