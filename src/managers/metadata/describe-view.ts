/** Whether a view still answers as it did when it was made. */
import type { ColumnModel, TableModel } from '../../schema/schema-model.js'
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

/** Describes a view by what it answered, beside the columns that the catalog has. */
export function describeAnswer(
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
