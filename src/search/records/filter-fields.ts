/** The names in a filter: columns of the table, or members of a JSON column. */
import { type Expression, sql, type SqlBool } from 'kysely'
import { ValueError } from '../../errors.js'
import { columnOf } from '../hits-table.js'

/** A name that a filter compares. */
export interface FilterField {
  readonly exists: Expression<SqlBool>
  compare(sign: '=' | '>' | '>=' | '<' | '<=', value: unknown): Expression<SqlBool>
}

/** Looks up a name of a filter. */
export type FieldOf = (name: string) => FilterField

/** A column. */
export function columnField(table: string, name: string): FilterField {
  const column = columnOf(table, name)
  return {
    exists: sql<SqlBool>`${column} is not null`,
    compare: (sign, value) => sql<SqlBool>`${column} ${sql.raw(sign)} ${value}`,
  }
}

/**
 * A member of a JSON column; `a.b` is the member `b` of `a`. Values are compared with values of their own
 * type only, as JSON has them: 5 and '5' differ.
 */
export function jsonField(table: string, json: string, name: string): FilterField {
  if (/["\\]/.test(name)) {
    throw new ValueError(
      `A filter cannot name ${JSON.stringify(name)}: quotes and backslashes end a path of JSON.`,
    )
  }
  const column = columnOf(table, json)
  const path = `$${name
    .split('.')
    .map((part) => `."${part}"`)
    .join('')}`
  return {
    // JSON's null counts as missing, like SQL's null in a column.
    exists: sql<SqlBool>`json_type(json_extract(${column}, ${path})) <> 'NULL'`,
    compare: (sign, value) => {
      const operator = sql.raw(sign)
      if (typeof value === 'string') {
        return sql<SqlBool>`json_extract_string(${column}, ${path}) ${operator} ${value}`
      }
      if (typeof value === 'number') {
        return sql<SqlBool>`json_extract_float64(${column}, ${path}) ${operator} ${value}`
      }
      if (typeof value === 'boolean' && sign === '=') {
        const member = sql`json_extract(${column}, ${path})`
        return sql<SqlBool>`(json_type(${member}) = 'BOOLEAN' and cast(${member} as char) = ${String(value)})`
      }
      throw new ValueError(
        `${name} is compared with a ${value instanceof Date ? 'Date' : typeof value} by ${sign}, and JSON has text, numbers, ` +
          'and booleans, which are equal or not.',
      )
    },
  }
}
