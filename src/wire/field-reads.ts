/** The columns of a result that are read differently from the connection's `types`. */
import type { Base64Column } from '../sql/column-vector.js'
import {
  type ColumnRead,
  type ColumnTypeOptions,
  columnTypeChoices,
  type ResolvedColumnTypes,
} from '../types/column-type-options.js'

/** Decides how single columns of one result are read. */
export interface FieldReads {
  /**
   * @param table the column's table on the wire: its alias, or `''` for columns of derived
   *   tables, common table expressions, views and unions (4.2.0)
   * @param column the column's name in the result
   */
  readOf(table: string, column: string): ColumnRead | undefined
  /** The vector column that this one of the result holds as base64. */
  vectorOf?(column: string): Base64Column | undefined
  /** Whether every value is read as the bytes that the server sent. */
  readonly asSent?: boolean
}

/** Reads nothing: every value is the bytes that the server sent. */
export const readsAsSent: FieldReads = Object.freeze({ readOf: () => undefined, asSent: true })

const made = new WeakMap<ResolvedColumnTypes, Map<ColumnRead, ResolvedColumnTypes>>()

/** The types with every option that has this choice set to it; the wire says which option counts. */
export function withRead(types: ResolvedColumnTypes, read: ColumnRead): ResolvedColumnTypes {
  let byRead = made.get(types)
  if (byRead === undefined) made.set(types, (byRead = new Map()))
  let changed = byRead.get(read)
  if (changed === undefined) byRead.set(read, (changed = { ...types, ...optionsWith(read) }))
  return changed
}

function optionsWith(read: ColumnRead): ColumnTypeOptions {
  return Object.fromEntries(
    Object.entries(columnTypeChoices)
      .filter(([, choices]) => (choices as readonly ColumnRead[]).includes(read))
      .map(([option]) => [option, read]),
  )
}
