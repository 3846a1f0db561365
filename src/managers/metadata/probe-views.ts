/**
 * The catalog keeps a view's columns as they were when the view was made: after a change of its base
 * table they are stale, after its removal they are still listed, and column names are in lower case
 * while `select *` answers with the case of the definition (3.0.14, 4.2.0). So each view is asked
 * once, without reading a row. `select * from v limit 0` does not do: 4.2.0 answers it from the
 * catalog, with the stale columns and without noticing a missing table. A left join on false is
 * planned through the definition and brings back one row of nulls under the true names.
 */
import { PrivilegeError, ServerError } from '../../errors.js'
import type { ColumnModel, TableModel } from '../../schema/schema-model.js'
import { type SqlExecutor, executeSql } from '../statement/execute.js'
import { type FindTable, refineColumns } from './refine-view.js'
import type { ViewDefinition } from './view-definition.js'
import { quoteIdentifier } from '../../sql/identifiers.js'

/** A view as it answers now, and what the reader should know about it. */
export interface ProbedView {
  readonly view: TableModel
  readonly warning: string | null
  /** False when the view could not be asked, so that its columns are those of its creation. */
  readonly isChecked: boolean
}

/**
 * Asks a view for its columns.
 *
 * ```sql
 * select v.* from (select 1 as one) o left join `shop`.`v` v on false
 * ```
 */
export async function probeView(
  db: SqlExecutor,
  database: string,
  view: TableModel,
  definition: ViewDefinition,
  findTable: FindTable,
): Promise<ProbedView> {
  // mysql2 refuses this result column and closes the connection (3.24.5).
  if (view.columns.some(({ name }) => name === '__proto__')) {
    return describeUnchecked(view, definition, findTable)
  }
  const from = `${quoteIdentifier(database)}.${quoteIdentifier(view.name)}`
  try {
    const [row] = await executeSql<Record<string, unknown>>(
      db,
      `select v.* from (select 1 as one) o left join ${from} v on false`,
    )
    return correctView(view, Object.keys(row ?? {}), definition, findTable)
  } catch (error) {
    if (!(error instanceof ServerError)) throw error
    if (error instanceof PrivilegeError) return describeUnchecked(view, definition, findTable)
    const warning = `The view ${view.name} is broken: ${error.message}. Drop or re-create it.`
    return {
      view: Object.freeze({ ...view, broken: error.message }),
      warning,
      isChecked: true,
    }
  }
}

function describeUnchecked(
  view: TableModel,
  definition: ViewDefinition,
  findTable: FindTable,
): ProbedView {
  const { columns } = refineColumns(
    view.columns.map((column) => ({ name: column.name, column })),
    definition,
    findTable,
  )
  return { view: Object.freeze({ ...view, columns }), warning: null, isChecked: false }
}

function correctView(
  view: TableModel,
  names: readonly string[],
  definition: ViewDefinition,
  findTable: FindTable,
): ProbedView {
  const known = new Map(view.columns.map((column) => [column.name.toLowerCase(), column]))
  const { columns, retyped } = refineColumns(
    names.map((name) => ({ name, column: known.get(name.toLowerCase()) ?? null })),
    definition,
    findTable,
  )
  const stale = describeStaleness(view.columns, columns, retyped)
  return {
    view: Object.freeze({ ...view, columns }),
    isChecked: true,
    warning:
      stale === null
        ? null
        : `The view ${view.name} is stale: ${stale}. ` +
          'Re-create it (CREATE OR REPLACE VIEW) to set the catalog right.',
  }
}

function describeStaleness(
  before: readonly ColumnModel[],
  now: readonly ColumnModel[],
  retyped: readonly string[],
): string | null {
  const list = (columns: readonly ColumnModel[]): string =>
    columns.map(({ name }) => name).join(', ')
  if (list(before).toLowerCase() !== list(now).toLowerCase()) {
    const untyped = now.filter((column) => column.type.name === 'unknown')
    const unknown = untyped.length > 0 ? `; the type of ${list(untyped)} is not known` : ''
    return `the catalog has (${list(before)}), it answers with (${list(now)})${unknown}`
  }
  if (retyped.length === 0) return null
  return `the type of ${retyped.join(', ')} was changed in its table`
}
