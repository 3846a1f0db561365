import type { ResultField } from '../../sql/statement-options.js'
import { unknownType } from './decode-type.js'
import { correctType } from './correct-type.js'
import type { ColumnModel, TableModel } from '../../schema/schema-model.js'
import { typeText } from '../../schema/type-text.js'
import type { ViewDefinition } from './view-definition.js'

/** Finds a table of the view's own database by its lower-case name. */
export type FindTable = (name: string) => TableModel | undefined

/** A column of a view as its result shows it. */
export interface ViewColumn {
  readonly name: string
  /** The catalog's column; null for one that it does not have. */
  readonly column: ColumnModel | null
  /** Its definition on the wire; null when the view was not asked, or through another dialect. */
  readonly field: ResultField | null
}

/** A view's columns with what its definition proves about them. */
export interface RefinedColumns {
  readonly columns: readonly ColumnModel[]
  /** The columns whose type in the catalog is no longer true, with both types, for people. */
  readonly retyped: readonly string[]
}

/**
 * Gives plain references the type and the nullability of their table's column: the members of an
 * enum or set, which the view itself has lost, and a type that was changed after the view was made.
 * Other columns get the type of their result where it contradicts the catalog.
 */
export function refineColumns(
  viewColumns: readonly ViewColumn[],
  definition: ViewDefinition,
  findTable: FindTable,
): RefinedColumns {
  const { references } = definition
  // After a change of the base table `*` has another number of columns, an explicit list has not.
  const isAligned = Array.isArray(references) && references.length === viewColumns.length
  const retyped: string[] = []
  const columns = viewColumns.map(({ name, column, field }, index): ColumnModel => {
    const reference = isAligned ? (references[index] ?? null) : references === 'star' ? name : null
    const base = reference === null ? null : findBaseColumn(reference, definition, findTable)
    const known = column ?? addedColumn
    const refined = base === null ? correctColumn(known, field) : followBase(known, base)
    if (column !== null && isRetyped(column, refined)) {
      retyped.push(`${name} from ${typeText(column.type)} to ${typeText(refined.type)}`)
    }
    return Object.freeze({ ...refined, name })
  })
  return { columns: Object.freeze(columns), retyped }
}

function followBase(column: ColumnModel, base: ColumnModel): ColumnModel {
  // The outer side of a join is nullable in the view only, a loosened column in its table only.
  const { nullabilityUntrusted: _untrusted, ...trusted } = column
  const nullable = column.nullable ?? base.nullable
  return { ...trusted, type: base.type, ...(nullable && { nullable }) }
}

function correctColumn(column: ColumnModel, field: ResultField | null): ColumnModel {
  return field === null ? column : { ...column, type: correctType(column.type, field) }
}

function isRetyped(column: ColumnModel, refined: ColumnModel): boolean {
  const losesMembers = refined.type.members !== undefined && column.type.name === 'varchar'
  return !losesMembers && typeText(column.type) !== typeText(refined.type)
}

/** The column of that name, if every table of the view that has one agrees about it. */
function findBaseColumn(
  name: string,
  { relations }: ViewDefinition,
  findTable: FindTable,
): ColumnModel | null {
  const tables = (relations ?? []).map((relation) => findTable(relation))
  const found: ColumnModel[] = []
  for (const table of tables) {
    if (table === undefined || table.kind === 'view') return null
    const column = table.columns.find((each) => each.name.toLowerCase() === name.toLowerCase())
    if (column !== undefined) found.push(column)
  }
  const [first] = found
  const agrees = found.every(
    ({ type, nullable }) =>
      first !== undefined && typeText(type) === typeText(first.type) && nullable === first.nullable,
  )
  return agrees ? (first ?? null) : null
}

/** A column that the view got after its creation: nullable for all we know. */
const addedColumn: ColumnModel = Object.freeze({ name: '', type: unknownType, nullable: true })
