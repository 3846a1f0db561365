/**
 * The server makes a clone, a branch or a restored table from the *printed* definition of its source, and
 * loses what the printing escapes wrongly: members of a SET turn to lower case, backslashes in members
 * and comments disappear, a quote in a default is doubled (4.2.0). It answers OK. So both definitions are
 * read and what differs is reported.
 */
import { MatrixOneError } from '../../errors.js'
import { publish } from '../../observe/events.js'
import type { SqlExecutor } from '../statement/execute.js'
import { type DefinitionPlace, type PartRow, readAccountParts, readParts } from './read-parts.js'

export type { DefinitionPlace } from './read-parts.js'

/** One property of a table, or of a column or index of it, that differs from its source. */
export interface DefinitionChange {
  /** With its database where tables of several were compared. */
  readonly table: string
  /** Absent for the comment of the table and for an index. */
  readonly column?: string
  readonly index?: string
  readonly property:
    | 'column'
    | 'type'
    | 'default'
    | 'nullable'
    | 'autoIncrement'
    | 'comment'
    | 'visible'
  /** As the server writes it; null where there is none. */
  readonly from: string | null
  readonly to: string | null
}

/** Differences that the server made; absent when there are none. */
export interface DefinitionReport {
  readonly changed?: readonly DefinitionChange[]
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
  return unlessUnreadable(async () => {
    if ((source.hint ?? '') !== (made.hint ?? '')) {
      // Of two hints in a statement one silently serves both.
      return compare(await readParts(db, [source]), await readParts(db, [made]), made)
    }
    const rows = await readParts(db, [source, made])
    const sideOf = (side: number): readonly PartRow[] =>
      rows.filter((row) => Number(row.side) === side)
    return compare(sideOf(0), sideOf(1), made)
  })
}

/**
 * Compares the tables of the account with what they were.
 *
 * @param hint the time before: ` {snapshot = 'friday'}`
 * @returns as `readChanges` does
 */
export async function readAccountChanges(
  db: SqlExecutor,
  hint: string,
): Promise<readonly DefinitionChange[] | undefined> {
  return unlessUnreadable(async () => {
    const [source, made] = await readAccountParts(db, hint)
    return compare(source, made, { database: null })
  })
}

async function unlessUnreadable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
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
export function showChange({ table, column, index, property, from, to }: DefinitionChange): string {
  const part = column === undefined ? (index === undefined ? '' : ` index ${index}`) : `.${column}`
  return `${table}${part} (${property}: ${from ?? 'none'} → ${to ?? 'none'})`
}

function compare(
  source: readonly PartRow[],
  made: readonly PartRow[],
  place: DefinitionPlace,
): readonly DefinitionChange[] {
  const nameOf = ({ owner, table }: PartRow): string =>
    place.table?.toLowerCase() ?? (place.database === null ? `${owner}.${table}` : table)
  const keyOf = (row: PartRow): string => `${row.part}\0${nameOf(row)}\0${row.name}`
  const found = new Map(made.map((row) => [keyOf(row), row]))
  // A table that is missing is not a change of one: it may be a view, or have come later.
  const tables = new Set(made.map(nameOf))
  // An index has a row per column.
  const parts = new Map(source.map((row) => [keyOf(row), row]))
  return [...parts.values()]
    .filter((row) => tables.has(nameOf(row)))
    .flatMap((row) => comparePart(row, found.get(keyOf(row)), nameOf(row)))
}

type Properties = readonly (readonly [
  DefinitionChange['property'],
  (row: PartRow) => string | null,
])[]

const COLUMN: Properties = [
  ['type', ({ type }) => type],
  // `null` is written where nothing was declared.
  ['default', (row) => (row.default === 'null' ? null : row.default)],
  ['nullable', ({ notNull }) => (Number(notNull) === 0 ? 'yes' : 'no')],
  ['autoIncrement', ({ autoIncrement }) => (Number(autoIncrement) === 0 ? 'no' : 'yes')],
  ['comment', ({ comment }) => (comment === '' ? null : comment)],
]

function comparePart(
  from: PartRow,
  to: PartRow | undefined,
  table: string,
): readonly DefinitionChange[] {
  // Only invisible indexes and comments of tables are read.
  if (from.part === 'index') {
    const change = { table, index: from.name, property: 'visible', from: 'no', to: 'yes' } as const
    return to === undefined ? [change] : []
  }
  if (from.part === 'table') {
    const comment = to?.comment ?? null
    if (comment === from.comment) return []
    return [{ table, property: 'comment', from: from.comment, to: comment }]
  }
  const place = { table, column: from.name }
  if (to === undefined) return [{ ...place, property: 'column', from: from.type, to: null }]
  return COLUMN.map(([property, read]) => ({
    ...place,
    property,
    from: read(from),
    to: read(to),
  })).filter((change) => change.from !== change.to)
}
