import { ValueError } from '../../errors.js'
import { checkVector } from '../../dialect/vector-checks.js'
import type { VectorInput } from '../../types/column-types.js'
import type { AnyHandle } from '../any-query.js'
import { HandleNames } from '../../managers/names/handle-names.js'
import { parseTableReference } from '../../managers/names/names.js'
import { schemaOf } from '../../managers/statement/runtime-of.js'
import { ownMember } from '../../schema/schema-index.js'
import type { TableValue } from '../../schema/value.js'
import { keyValues, RowOf } from './row-of.js'
import type { SourceRow } from './vector-state.js'
import type { VectorTarget } from './vector-target.js'

/**
 * Checks a vector to search for against its column, and finds the key of a row to start from.
 *
 * @throws {VectorDimensionError} for a vector of another length, naming `table.column`
 * @throws {ValueError} for NaN, an infinity, and anything that is not a vector
 */
export function readSource(
  db: AnyHandle,
  column: string,
  target: VectorTarget,
  query: VectorInput | RowOf<string>,
): VectorInput | SourceRow {
  if (query instanceof RowOf) return sourceRow(db, column, target, query)
  const isVector =
    Array.isArray(query) || query instanceof Float32Array || query instanceof Float64Array
  if (!isVector) {
    throw new ValueError(
      `vectorSearch needs a vector for ${target.place}: number[], Float32Array, Float64Array, or rowOf(table, key).`,
    )
  }
  if (target.column !== undefined) checkVector(target.place, target.column, query)
  const wrong = query.findIndex((value) => !Number.isFinite(value))
  if (wrong < 0) return query
  throw new ValueError(
    `Element ${wrong} of the vector for ${target.place} is ${String(query[wrong])}. Every element must be a finite number.`,
  )
}

function sourceRow(
  db: AnyHandle,
  column: string,
  target: VectorTarget,
  row: RowOf<string>,
): SourceRow {
  const names = new HandleNames(db)
  const server = names.table(row.table)
  const isSearched = server === target.table
  const value = isSearched && target.key.length === 0 ? undefined : findTable(db, server)
  const key = isSearched ? target.key : (value?.key ?? [])
  if (key.length === 0) {
    throw new ValueError(
      `rowOf('${row.table}', …) needs a primary key, and the schema value has none for ${row.table}.`,
    )
  }
  const { element } = ownMember(value?.vectors, names.column(column)) ?? {}
  const values = keyValues(row, key, (name) => names.column(name))
  return { table: row.table, key: values, isSearched, element }
}

function findTable(db: AnyHandle, reference: string): TableValue | undefined {
  const { database, table } = parseTableReference(reference)
  return schemaOf(db, 'rowOf').find(database, table)
}
