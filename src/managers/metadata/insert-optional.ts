/**
 * Whether an INSERT may leave a column out. `atthasdef` says so, and is set for defaults too that
 * cannot be used (4.2.0): NULL of a column that became part of a key, a zero date under the default
 * `sql_mode`, a member that an enum or set does not have, a year that is stored as NULL.
 */
import type { ColumnModel, ColumnTypeModel } from '../../schema/schema-model.js'

/**
 * @param column all but `insertOptional`
 * @param hasDefault what the catalog says: also for a nullable column without a default
 */
export function isInsertOptional(column: ColumnModel, hasDefault: boolean): boolean {
  if (column.autoIncrement || column.generated !== undefined) return true
  if (!hasDefault) return false
  if (column.default === undefined) return column.nullable === true
  return isUsable(column.default, column.type, column.nullable === true)
}

function isUsable(text: string, type: ColumnTypeModel, nullable: boolean): boolean {
  // Expressions are computed when a row is written: nothing can be said of them.
  const value = /^(?:'([^]*)'|(-?\d+))$/.exec(text)
  if (value === null) return true
  const [, quoted, number] = value
  const plain = quoted?.replaceAll("''", "'") ?? number ?? ''
  switch (type.name) {
    case 'date':
    case 'datetime':
    case 'timestamp':
      return !/^0*$/.test(plain.replaceAll(/[-:. ]/g, ''))
    case 'year':
      // Anything else is stored as NULL.
      return nullable || isYear(Number(plain))
    case 'enum':
      return isMember(plain, number, type.members ?? [])
    case 'set':
      return isSubset(plain, number, type.members ?? [])
    case 'datalink':
      return /^(file|stage):\/\//i.test(plain)
    default:
      return true
  }
}

function isYear(year: number): boolean {
  return (year >= 0 && year <= 99) || (year > 1900 && year < 2156)
}

/** A member in any case, or its number. */
function isMember(text: string, number: string | undefined, members: readonly string[]): boolean {
  if (number === undefined && includes(members, text)) return true
  return /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= members.length
}

/** Members in any case and order, none of them, or the number of their bit mask. */
function isSubset(text: string, number: string | undefined, members: readonly string[]): boolean {
  if (number !== undefined)
    return BigInt(number) >= 0n && BigInt(number) < 1n << BigInt(members.length)
  return text === '' || text.split(',').every((member) => includes(members, member))
}

function includes(members: readonly string[], text: string): boolean {
  return members.some((member) => member.toLowerCase() === text.toLowerCase())
}
