import type { LoadColumn } from '../../bulk/encode-rows.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'

/** Columns and keys of the table that is loaded. */
export interface LoadTarget {
  /** Without generated columns, in declared order. */
  readonly columns: readonly LoadColumn[]
  readonly hasKeys: boolean
}

/**
 * Reads columns and keys; SHOW sees a table that the same transaction has made.
 *
 * @param table quoted
 *
 * ```sql
 * show columns from `articles`
 * show index from `articles`
 * ```
 */
export async function readLoadTarget(db: SqlExecutor, table: string): Promise<LoadTarget> {
  const columns = await executeSql<Record<string, unknown>>(db, `show columns from ${table}`)
  const keys = await executeSql<Record<string, unknown>>(db, `show index from ${table}`)
  return Object.freeze({
    columns: columns.filter(({ Extra }) => !/generated/i.test(String(Extra))).map(toColumn),
    hasKeys: keys.some(({ Non_unique }) => Number(Non_unique) === 0),
  })
}

function toColumn({ Field, Type, Extra }: Record<string, unknown>): LoadColumn {
  const [, type = '', size = '0'] = /^(\w+)(?:[^(]*\((\d+))?/.exec(String(Type)) ?? []
  return {
    name: String(Field),
    type: type.toLowerCase(),
    size: Number(size),
    autoIncrement: /auto_increment/i.test(String(Extra)),
  }
}
