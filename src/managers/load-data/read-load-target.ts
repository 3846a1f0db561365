import { ValueError } from '../../errors.js'
import type { LoadColumn } from '../../bulk/encode-rows.js'
import { readMembers } from '../../bulk/enum-members.js'
import { type ShownColumn, showColumns } from '../metadata/show-columns.js'
import { quoteTable } from '../names/names.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'

/** Columns and keys of the table that is loaded. */
export interface LoadTarget {
  /** Without generated columns, in declared order. */
  readonly columns: readonly LoadColumn[]
  readonly hasKeys: boolean
  /** The columns of primary and unique keys, as the table spells them. */
  readonly keyColumns: ReadonlySet<string>
  /** Kinds of its indexes: `ivfflat`, `fulltext`, or empty. */
  readonly indexKinds: ReadonlySet<string>
}

/**
 * Reads columns and keys; SHOW sees a table that the same transaction has made.
 *
 * @param table not quoted
 *
 * ```sql
 * show columns from `articles`
 * show index from `articles`
 * ```
 */
export async function readLoadTarget(db: SqlExecutor, table: string): Promise<LoadTarget> {
  const columns = await showColumns(db, table)
  const keys = await executeSql<Record<string, unknown>>(db, `show index from ${quoteTable(table)}`)
  return Object.freeze({
    columns: columns.filter(({ Extra }) => !/generated/i.test(Extra)).map(toColumn),
    hasKeys: keys.some(isUnique),
    keyColumns: new Set(keys.filter(isUnique).map(({ Column_name }) => String(Column_name))),
    indexKinds: new Set(keys.map(({ Index_type }) => String(Index_type).toLowerCase())),
  })
}

/**
 * Finds columns by their names, in the order of the names.
 *
 * @throws {ValueError} for a column that the table does not have, or computes itself
 */
export function pickColumns(
  table: string,
  target: LoadTarget,
  names: readonly string[],
): LoadTarget['columns'] {
  return names.map((name) => {
    const column = target.columns.find((each) => each.name.toLowerCase() === name.toLowerCase())
    if (column !== undefined) return { ...column, name }
    throw new ValueError(
      `${table} has no column ${JSON.stringify(name)} that can be loaded. It has ` +
        `${target.columns.map((each) => each.name).join(', ')}.`,
    )
  })
}

function isUnique({ Non_unique }: Record<string, unknown>): boolean {
  return Number(Non_unique) === 0
}

function toColumn({ Field, Type, Extra }: ShownColumn): LoadColumn {
  const [, type = '', size = '0'] = /^(\w+)(?:[^(]*\((\d+))?/.exec(Type) ?? []
  return {
    name: Field,
    type: type.toLowerCase(),
    size: Number(size),
    autoIncrement: /auto_increment/i.test(Extra),
    members: readMembers(Type),
  }
}
