/** Filters as objects, in the manner of Pinecone and MongoDB, as conditions of a query. */
import { type Expression, sql, type SqlBool } from 'kysely'
import { ValueError } from '../../errors.js'
import { closestName } from '../../options/closest-name.js'
import { isObject } from '../../options/option-rules.js'
import type { FieldOf } from './filter-fields.js'

/** Comparisons of a column, all of which have to hold. */
export interface FilterConditions<Value> {
  readonly $eq?: Value | null
  /** Another value, or none. */
  readonly $ne?: Value | null
  readonly $gt?: Value
  readonly $gte?: Value
  readonly $lt?: Value
  readonly $lte?: Value
  readonly $in?: readonly (Value | null)[]
  /** None of these values, or no value. */
  readonly $nin?: readonly (Value | null)[]
  /** Whether there is a value. */
  readonly $exists?: boolean
}

/** A filter of records: a value or conditions for each column, all of which have to hold. */
export type RecordFilter<Row> = {
  readonly [Name in keyof Row]?:
    | NonNullable<Row[Name]>
    | null
    | FilterConditions<NonNullable<Row[Name]>>
} & {
  readonly $and?: readonly RecordFilter<Row>[]
  readonly $or?: readonly RecordFilter<Row>[]
}

const LOGIC = ['$and', '$or'] as const

/**
 * Writes a filter as one condition.
 *
 * @param call for messages: `vectorIndex`
 * @returns undefined for a filter without conditions
 * @throws {ValueError} for an operator that there is not, naming the closest one; for a value that cannot be
 *   compared, and for one that is undefined, which JSON would leave out silently
 */
export function writeFilter(
  call: string,
  filter: unknown,
  fieldOf: FieldOf,
): Expression<SqlBool> | undefined {
  if (!isObject(filter)) throw new ValueError(`A filter of ${call} must be an object.`)
  const conditions = Object.entries(filter).map(([name, value]) => {
    if (name === '$and' || name === '$or') return writeLogic(call, name, value, fieldOf)
    if (name.startsWith('$')) throw unknownOperator(call, name, LOGIC)
    return isConditions(value)
      ? writeConditions(call, name, value, fieldOf)
      : compare(call, name, '$eq', value, fieldOf)
  })
  return conditions.length === 0 ? undefined : join(conditions, 'and')
}

function writeLogic(
  call: string,
  name: (typeof LOGIC)[number],
  filters: unknown,
  fieldOf: FieldOf,
): Expression<SqlBool> {
  if (!Array.isArray(filters) || filters.length === 0) {
    throw new ValueError(`${name} of a filter of ${call} takes an array of at least one filter.`)
  }
  const written = filters.map(
    (each: unknown) => writeFilter(call, each, fieldOf) ?? sql<SqlBool>`true`,
  )
  return join(written, name === '$and' ? 'and' : 'or')
}

/** Operators with their values, and not a value itself. */
function isConditions(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && !(value instanceof Date) && !ArrayBuffer.isView(value)
}

function writeConditions(
  call: string,
  name: string,
  conditions: Readonly<Record<string, unknown>>,
  fieldOf: FieldOf,
): Expression<SqlBool> {
  const entries = Object.entries(conditions)
  if (entries.length === 0) {
    throw new ValueError(
      `The filter of ${call} has no operator for ${name}: { ${name}: { $eq: … } }.`,
    )
  }
  return join(
    entries.map(([operator, value]) => compare(call, name, operator, value, fieldOf)),
    'and',
  )
}

const COMPARISONS: Readonly<Record<string, '=' | '>' | '>=' | '<' | '<='>> = {
  $eq: '=',
  $gt: '>',
  $gte: '>=',
  $lt: '<',
  $lte: '<=',
}
const OPERATORS = [...Object.keys(COMPARISONS), '$ne', '$in', '$nin', '$exists']

function compare(
  call: string,
  name: string,
  operator: string,
  value: unknown,
  fieldOf: FieldOf,
): Expression<SqlBool> {
  const field = fieldOf(name)
  const refuse = (expected: string): ValueError =>
    new ValueError(`${operator} for ${name} in a filter of ${call} takes ${expected}.`)
  if (operator === '$ne') return not(compare(call, name, '$eq', value, fieldOf))
  if (operator === '$nin') return not(compare(call, name, '$in', value, fieldOf))
  if (operator === '$exists') {
    if (typeof value !== 'boolean') throw refuse('true or false')
    return value ? field.exists : not(field.exists)
  }
  if (operator === '$in') {
    if (!Array.isArray(value)) throw refuse('an array of values')
    const each = value.map((one: unknown) => compare(call, name, '$eq', one, fieldOf))
    return each.length === 0 ? sql<SqlBool>`false` : join(each, 'or')
  }
  const sign = COMPARISONS[operator]
  if (sign === undefined) throw unknownOperator(call, operator, OPERATORS)
  if (value === null && operator === '$eq') return not(field.exists)
  const isValue =
    ['string', 'number', 'bigint', 'boolean'].includes(typeof value) ||
    value instanceof Date ||
    ArrayBuffer.isView(value)
  if (!isValue || Number.isNaN(value)) throw refuse('one value that can be compared')
  return field.compare(sign, value)
}

/** True also where a row has no value: NULL is not false. */
function not(condition: Expression<SqlBool>): Expression<SqlBool> {
  return sql<SqlBool>`(not coalesce(${condition}, false))`
}

function join(conditions: readonly Expression<SqlBool>[], word: 'and' | 'or'): Expression<SqlBool> {
  return sql<SqlBool>`(${sql.join(conditions, sql.raw(` ${word} `))})`
}

function unknownOperator(call: string, name: string, known: readonly string[]): ValueError {
  const closest = closestName(name, known)
  return new ValueError(
    `A filter of ${call} has no operator ${name} here${closest === undefined ? '.' : `; did you mean ${closest}?`}` +
      ` There are ${known.join(', ')}.`,
  )
}
