/**
 * The catalog keeps a view's columns as they were when the view was made: after a change of its base
 * table they are stale, after its removal they are still listed, and column names are in lower case
 * while `select *` answers with the case of the definition (3.0.14, 4.2.0). So each view is asked
 * once, without reading a row. `select * from v limit 0` does not do: 4.2.0 answers it from the
 * catalog, with the stale columns and without noticing a missing table. A left join on false is
 * planned through the definition and brings back one row of nulls under the true names.
 */
import { PrivilegeError, ServerError } from '../../errors.js'
import { type SqlExecutor, executeSql } from '../execute.js'
import { unknownType } from './decode-type.js'
import type { ColumnMetadata, TableMetadata } from './metadata-types.js'
import { quoteIdentifier } from '../../sql/identifiers.js'

/** A view as it answers now, and what the reader should know about it. */
export interface ProbedView {
  readonly view: TableMetadata
  readonly warning: string | null
}

/**
 * Asks a view for its columns.
 *
 * @param findBaseColumn a column of the tables that the view's definition names, for a column that
 *   the catalog does not have
 *
 * ```sql
 * select v.* from (select 1 as one) o left join `shop`.`v` v on false
 * ```
 */
export async function probeView(
  db: SqlExecutor,
  database: string,
  view: TableMetadata,
  findBaseColumn: (name: string) => ColumnMetadata | null,
): Promise<ProbedView> {
  const from = `${quoteIdentifier(database)}.${quoteIdentifier(view.name)}`
  try {
    const [row] = await executeSql<Record<string, unknown>>(
      db,
      `select v.* from (select 1 as one) o left join ${from} v on false`,
    )
    return correctView(view, Object.keys(row ?? {}), findBaseColumn)
  } catch (error) {
    if (!(error instanceof ServerError)) throw error
    if (error instanceof PrivilegeError) {
      const warning =
        `The view ${view.name} could not be checked: this role may not select from it. ` +
        'Its columns are those of its creation, which a change of its tables does not update.'
      return { view, warning }
    }
    const warning = `The view ${view.name} is broken: ${error.message}. Drop or re-create it.`
    return { view: Object.freeze({ ...view, brokenReason: error.message }), warning }
  }
}

function correctView(
  view: TableMetadata,
  names: readonly string[],
  findBaseColumn: (name: string) => ColumnMetadata | null,
): ProbedView {
  const known = new Map(view.columns.map((column) => [column.name.toLowerCase(), column]))
  const columns = names.map((name, index): ColumnMetadata => {
    const column = known.get(name.toLowerCase()) ?? addedColumn(findBaseColumn(name))
    return Object.freeze({ ...column, name, position: index + 1 })
  })
  const corrected = Object.freeze({ ...view, columns: Object.freeze(columns) })
  if (isSameNames(view.columns, names)) return { view: corrected, warning: null }
  const untyped = columns.filter((column) => column.type.name === 'unknown')
  const warning =
    `The view ${view.name} is stale: the catalog has (${view.columns.map(({ name }) => name).join(', ')}), ` +
    `it answers with (${names.join(', ')}). ` +
    (untyped.length > 0
      ? `The type of ${untyped.map(({ name }) => name).join(', ')} is not known. `
      : '') +
    'Re-create it (CREATE OR REPLACE VIEW) to set the catalog right.'
  return { view: corrected, warning }
}

function isSameNames(columns: readonly ColumnMetadata[], names: readonly string[]): boolean {
  return (
    columns.length === names.length &&
    columns.every((column, index) => column.name.toLowerCase() === names[index]?.toLowerCase())
  )
}

/** A column that the view got after its creation: typed as in its table, nullable for all we know. */
function addedColumn(base: ColumnMetadata | null): ColumnMetadata {
  return {
    name: '',
    position: 0,
    type: base?.type ?? unknownType,
    nullable: true,
    nullabilityTrusted: true,
    autoIncrement: false,
    defaultValue: null,
    onUpdate: null,
    generated: null,
    insertOptional: false,
    comment: base?.comment ?? '',
  }
}
