/**
 * The catalog keeps a view's columns as they were when the view was made: after a change of its base
 * table they are stale, after its removal they are still listed, and column names are in lower case
 * while `select *` answers with the case of the definition (3.0.14, 4.2.0). So each view is asked
 * once, without reading a row. `select * from v limit 0` does not do: 4.2.0 answers it from the
 * catalog, with the stale columns and without noticing a missing table. A left join on false is
 * planned through the definition and brings back one row of nulls under the true names and types. A
 * time hint on the view holds for the tables behind it (4.2.0).
 */
import { setTimeout } from 'node:timers/promises'
import { PrivilegeError, ServerError } from '../../errors.js'
import { brokenViewOf } from '../../schema/broken-view.js'
import type { ColumnModel, TableModel } from '../../schema/schema-model.js'
import { quoteQualified } from '../../sql/identifiers.js'
import { SETTLING } from '../../sql/time-hint.js'
import type { ResultField } from '../../sql/statement-options.js'
import { executeStatement, type SqlExecutor } from '../statement/execute.js'
import { type FindTable, refineColumns, type ViewColumn } from './refine-view.js'
import type { ViewDefinition } from './view-definition.js'

/** A view as it answers now. */
export interface ProbedView {
  readonly view: TableModel
  /** A broken or stale view, for people. */
  readonly warning: string | null
  /** False when the view could not be asked, so that its columns are those of its creation. */
  readonly isChecked: boolean
}

/** Where and when a view is asked. */
export interface ProbeScope {
  readonly database: string
  /** `{mo_ts=…}`, `{snapshot='…'}` or `''`. */
  readonly hint: string
  readonly findTable: FindTable
}

/**
 * Asks a view for its columns.
 *
 * ```sql
 * select v.* from (select 1 as one) o left join `shop`.`v` {mo_ts = 1795257723431000000} v on false
 * ```
 */
export async function probeView(
  db: SqlExecutor,
  scope: ProbeScope,
  view: TableModel,
  definition: ViewDefinition,
): Promise<ProbedView> {
  const described: TableModel = { ...view, definition: definition.text }
  const unasked = view.columns.map((column) => ({ name: column.name, column, field: null }))
  // mysql2 refuses this result column and closes the connection (3.24.5).
  if (view.columns.some(({ name }) => name === '__proto__')) {
    return { ...describeAnswer(described, unasked, definition, scope.findTable), isChecked: false }
  }
  try {
    const answer = await askTwice(db, scope, view)
    return describeAnswer(described, answer, definition, scope.findTable)
  } catch (error) {
    if (!(error instanceof ServerError)) throw error
    if (error instanceof PrivilegeError) {
      return {
        ...describeAnswer(described, unasked, definition, scope.findTable),
        isChecked: false,
      }
    }
    const warning = `The view ${view.name} is broken: ${error.message}. Drop or re-create it.`
    return {
      view: Object.freeze({ ...described, broken: brokenViewOf(error.message) }),
      warning,
      isChecked: true,
    }
  }
}

/** A view is broken for what the schema is, not for what the server was doing: once, or at once, proves nothing. */
async function askTwice(
  db: SqlExecutor,
  scope: ProbeScope,
  view: TableModel,
): Promise<readonly ViewColumn[]> {
  try {
    return await ask(db, scope, view)
  } catch (error) {
    if (error instanceof PrivilegeError) throw error
    await setTimeout(SETTLING)
    return ask(db, scope, view)
  }
}

async function ask(
  db: SqlExecutor,
  { database, hint }: ProbeScope,
  { name: view, columns }: TableModel,
): Promise<readonly ViewColumn[]> {
  const from = `${quoteQualified(database, view)}${hint === '' ? '' : ` ${hint}`}`
  const fields: ResultField[] = []
  const { rows } = await executeStatement<Record<string, unknown>>(
    db,
    `select v.* from (select 1 as one) o left join ${from} v on false`,
    [],
    { onField: (field) => fields.push(field) },
  )
  const known = new Map(columns.map((column) => [column.name.toLowerCase(), column]))
  return Object.keys(rows[0] ?? {}).map((name) => ({
    name,
    column: known.get(name.toLowerCase()) ?? null,
    field: fields.find((field) => field.name === name) ?? null,
  }))
}

function describeAnswer(
  view: TableModel,
  answer: readonly ViewColumn[],
  definition: ViewDefinition,
  findTable: FindTable,
): ProbedView {
  const { columns, retyped } = refineColumns(answer, definition, findTable)
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
  return `its tables have changed the type of ${retyped.join(', of ')}`
}
