/** Records as rows of a table, and back. */
import type { SelectExpression } from 'kysely'
import { ValueError } from '../../errors.js'
import { isObject } from '../../options/option-rules.js'
import type { AnyRow, AnyTables } from '../any-query.js'
import { columnOf } from '../hits-table.js'
import type { KeyPart } from '../vector/row-of.js'
import { columnField, type FilterField, jsonField } from './filter-fields.js'
import type { AnyMetadata, NewRecord, VectorRecord } from './vector-index-types.js'

/** The columns of a table that are parts of a record, as the program names them. */
export interface RecordColumns {
  readonly table: string
  readonly id: string
  readonly vector: string
  /** Metadata in columns of their own. */
  readonly metadata: readonly string[]
  /** The JSON column of all other metadata. */
  readonly json: string | undefined
}

/** Lower case without signs: they come back under these names whatever plugin maps names. */
const ID = 'recordid'
const VALUES = 'recordvalues'

type Selected = SelectExpression<AnyTables, string>

/** The selections of a record, its vector only where it is asked for. */
export function selectRecord(
  { table, id, vector, metadata, json }: RecordColumns,
  withValues: boolean,
): readonly Selected[] {
  return [
    columnOf(table, id).as(ID),
    ...metadata,
    ...(json === undefined ? [] : [json]),
    ...(withValues ? [columnOf(table, vector).as(VALUES)] : []),
  ]
}

/** A row of `selectRecord` as a record. */
export function readRecord(
  { metadata, json }: RecordColumns,
  row: AnyRow,
): VectorRecord<AnyMetadata> {
  const members = json === undefined ? undefined : row[json]
  const columns = Object.fromEntries(metadata.map((name) => [name, row[name]]))
  return {
    id: row[ID] as KeyPart,
    values: row[VALUES] as readonly number[],
    metadata: { ...(isObject(members) ? members : {}), ...columns },
  }
}

/**
 * A record as a row to write.
 *
 * @throws {ValueError} for metadata that names a column of the record itself
 */
export function writeRow(
  { id, vector, metadata, json }: RecordColumns,
  { id: key, values, metadata: given = {} }: NewRecord<AnyMetadata>,
): AnyRow {
  const own: AnyRow = { [id]: key, [vector]: values }
  if (json === undefined) {
    const taken = Object.keys(given).find((name) => Object.hasOwn(own, name))
    if (taken === undefined) return { ...own, ...given }
    throw new ValueError(
      `The metadata of a record of vectorIndex has ${taken}, which is its ${taken === id ? 'id' : 'values'}.`,
    )
  }
  const entries = Object.entries(given)
  const isColumn = ([name]: readonly [string, unknown]): boolean => metadata.includes(name)
  const members = Object.fromEntries(entries.filter((entry) => !isColumn(entry)))
  return { ...own, ...Object.fromEntries(entries.filter(isColumn)), [json]: members }
}

/** Where a name of a filter lives: in a column, or in the JSON column where there is one. */
export function fieldOf({ table, metadata, json }: RecordColumns, name: string): FilterField {
  return json === undefined || metadata.includes(name)
    ? columnField(table, name)
    : jsonField(table, json, name)
}
