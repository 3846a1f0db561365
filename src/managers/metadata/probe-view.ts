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
import type { TableModel } from '../../schema/schema-model.js'
import { quoteQualified } from '../../sql/identifiers.js'
import { SETTLING } from '../../sql/time-hint.js'
import type { ResultField } from '../../sql/statement-options.js'
import { executeStatement, type SqlExecutor } from '../statement/execute.js'
import { describeAnswer, type ProbedView } from './describe-view.js'
import type { FindTable, ViewColumn } from './refine-view.js'
import type { ViewDefinition } from './view-definition.js'

/** Where and when a view is asked. */
export interface ProbeScope {
  readonly database: string
  /** `{mo_ts=…}`, `{snapshot='…'}` or `''`. */
  readonly hint: string
  readonly findTable: FindTable
}

/**
 * Asks views for their columns in one text, and in two more for each that the server refuses.
 *
 * @returns the columns of each view that answered, by the view's name; none where the handle sends one statement at a time
 */
export async function probeTogether(
  db: SqlExecutor,
  scope: ProbeScope,
  views: readonly TableModel[],
): Promise<ReadonlyMap<string, readonly ResultField[]>> {
  const answers = new Map<string, readonly ResultField[]>()
  let waiting = views.filter(isAskable)
  while (db.describeResults !== undefined && waiting.length > 0) {
    const results = await db.describeResults(waiting.map((view) => probeSql(scope, view)))
    for (const [index, { name }] of waiting.entries()) {
      const fields = results[index]
      if (fields !== undefined) answers.set(name, fields)
    }
    // The next one was refused: it is asked by itself, for its error.
    waiting = waiting.slice(results.length + 1)
  }
  return answers
}

/** mysql2 refuses this result column and closes the connection (3.24.5). */
function isAskable({ columns }: TableModel): boolean {
  return columns.every(({ name }) => name !== '__proto__')
}

/**
 * Asks a view for its columns.
 *
 * @param fields its answer, when it has been asked with others
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
  fields?: readonly ResultField[],
): Promise<ProbedView> {
  const described: TableModel = { ...view, definition: definition.text }
  const unasked = view.columns.map((column) => ({ name: column.name, column, field: null }))
  if (!isAskable(view)) {
    return { ...describeAnswer(described, unasked, definition, scope.findTable), isChecked: false }
  }
  try {
    const answer =
      fields === undefined
        ? await askTwice(db, scope, view)
        : toViewColumns(
            view,
            fields.map(({ name }) => name),
            fields,
          )
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
  scope: ProbeScope,
  view: TableModel,
): Promise<readonly ViewColumn[]> {
  const fields: ResultField[] = []
  const { rows } = await executeStatement<Record<string, unknown>>(db, probeSql(scope, view), [], {
    onField: (field) => fields.push(field),
  })
  return toViewColumns(view, Object.keys(rows[0] ?? {}), fields)
}

function probeSql({ database, hint }: ProbeScope, { name }: TableModel): string {
  const from = `${quoteQualified(database, name)}${hint === '' ? '' : ` ${hint}`}`
  return `select v.* from (select 1 as one) o left join ${from} v on false`
}

/** @param fields as many as there are names, or none through another dialect */
function toViewColumns(
  { columns }: TableModel,
  names: readonly string[],
  fields: readonly ResultField[],
): readonly ViewColumn[] {
  const known = new Map(columns.map((column) => [column.name.toLowerCase(), column]))
  return names.map((name) => ({
    name,
    column: known.get(name.toLowerCase()) ?? null,
    field: fields.find((field) => field.name === name) ?? null,
  }))
}
