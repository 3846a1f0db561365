/**
 * The statement that would give the database what the files expect, for a finding of a check. It is
 * text for the reader, and is never executed: it may lose rows.
 */
import {
  type ColumnModel,
  columnList,
  columnSql,
  createTableSql,
  type Finding,
  quoteIdentifier,
  quoteQualified,
  type SchemaModel,
  type TableModel,
  toLiteral,
} from 'kysely-matrixone/schema'
import { searchIndexStatements, suggestIndexStatement } from './suggest-index-statement.js'

/**
 * Suggests the statements for a finding, a line break after each `;`; null where there are none, or the model does not
 * hold all that they need.
 *
 * @param expected the schema of the files
 * @param all the findings of the comparison, in whose order the statements are run
 */
export function suggestStatement(
  finding: Finding,
  expected: SchemaModel,
  all: readonly Finding[] = [finding],
): string | null {
  const { database, table } = finding
  if (table === undefined) return null
  const old = expected.databases
    .find(({ name }) => name === database)
    ?.tables.find(({ name }) => name === table)
  const ofTable = all.filter((other) => other.table === table && other.database === database)
  try {
    return write(finding, quoteQualified(database, table), old, ofTable)
  } catch {
    // A name or type that no statement of ours can have.
    return null
  }
}

function write(
  finding: Finding,
  place: string,
  old: TableModel | undefined,
  all: readonly Finding[],
): string | null {
  const { ruleId, actual, database } = finding
  const kind = /^(view|external table|table)/.exec(actual ?? '')?.[0]
  const dropIt = `drop ${kind === 'view' ? 'view' : 'table'} ${place}`
  if (ruleId === 'table-added') return dropIt
  if (old === undefined) return null
  if (ruleId === 'table-removed') return createSql(old, place, database)
  if (all.some((other) => other.ruleId === 'table-kind-changed')) {
    const create = createSql(old, place, database)
    return ruleId === 'table-kind-changed' && create !== null ? `${dropIt};\n${create}` : null
  }
  if (ruleId === 'view-definition-changed') return viewSql(old, place)
  if (old.kind !== 'table') return null
  if (ruleId === 'table-comment-changed') {
    return `alter table ${place} comment = ${toLiteral(old.comment ?? '')}`
  }
  if (ruleId === 'primary-key-changed') {
    const changes = [
      ...(actual === null ? [] : ['drop primary key']),
      ...(old.primaryKey?.length ? [`add primary key (${columnList(old.primaryKey)})`] : []),
    ]
    return `alter table ${place} ${changes.join(', ')}`
  }
  return writeOfColumn(finding, place, old, all) ?? suggestIndexStatement(finding, place, old)
}

function createSql(old: TableModel, place: string, database: string | undefined): string | null {
  if (old.kind === 'view') return viewSql(old, place)
  return [createTableSql(old, database), ...searchIndexStatements(old, place)].join(';\n')
}

/** The query alone does not name the columns that `create view v (a, b)` has named. */
function viewSql({ definition, columns }: TableModel, place: string): string | null {
  if (definition === undefined) return null
  const names = columns.length === 0 ? '' : ` (${columnList(columns.map(({ name }) => name))})`
  return `create or replace view ${place}${names} as ${definition}`
}

function writeOfColumn(
  { ruleId, column }: Finding,
  place: string,
  old: TableModel,
  all: readonly Finding[],
): string | null {
  if (column === undefined) return null
  if (ruleId === 'column-added')
    return `alter table ${place} drop column ${quoteIdentifier(column)}`
  const at = old.columns.findIndex(({ name }) => name === column)
  const model = old.columns[at]
  if (model === undefined) return null
  if (ruleId !== 'column-removed') return `alter table ${place} modify column ${columnSql(model)}`
  if (!canBeAdded(model)) return null
  const position = at === old.columns.length - 1 ? '' : positionOf(at, old, all)
  return `alter table ${place} add column ${columnSql(model)}${position}`
}

/** ADD COLUMN takes the first member for a column's name, also on a table without rows (20301, 4.2.0). */
function canBeAdded({ type, nullable, default: value }: ColumnModel): boolean {
  return type.name !== 'enum' || nullable === true || value !== undefined
}

/** Behind the nearest column before it that is there, or was added again by an earlier statement. */
function positionOf(at: number, { columns }: TableModel, all: readonly Finding[]): string {
  const gone = all.flatMap(({ ruleId, column }) =>
    ruleId === 'column-removed' ? (column ?? []) : [],
  )
  const own = gone.indexOf(columns[at]?.name ?? '')
  const before = columns.slice(0, at).findLast((column) => {
    const found = gone.indexOf(column.name)
    return found < 0 || (found < own && canBeAdded(column))
  })
  return before === undefined ? ' first' : ` after ${quoteIdentifier(before.name)}`
}
