import {
  type ColumnRead,
  type ColumnTypeOptions,
  defaultColumnTypes,
  type ResolvedColumnTypes,
} from '../../types/column-type-options.js'

/**
 * How the compared columns are read: a column that becomes `bigint` reads as before, or as a
 * JavaScript `bigint`.
 */
export interface CompareOptions {
  /** As in `mo-codegen.config`; an absent one is the default. */
  readonly types?: ColumnTypeOptions
  /** Single columns, by `table.column`, or by `database.table.column` when there are several databases. */
  readonly columnTypes?: Readonly<Record<string, ColumnRead>>
}

/** The choice made for every option. */
export interface ResolvedCompareOptions {
  readonly types: ResolvedColumnTypes
  /** Without a prototype: a table may be called `constructor`. */
  readonly columnTypes: Readonly<Record<string, ColumnRead>>
}

/** Fills in what the options leave open. */
export function resolveCompareOptions(options: CompareOptions): ResolvedCompareOptions {
  const chosen = Object.entries(options.types ?? {}).filter(([, choice]) => choice !== undefined)
  return {
    types: { ...defaultColumnTypes, ...(Object.fromEntries(chosen) as ColumnTypeOptions) },
    columnTypes: Object.assign(Object.create(null) as object, options.columnTypes),
  }
}
