/**
 * By what the sizes of filters are remembered. The planner reckons with the values of `<`, `>` and BETWEEN
 * only: of `=` it takes one part in as many distinct values as the column has, of IN one for each of the
 * list, whatever they are (4.2.0). So a filter by another author, category or tenant is one it has answered
 * before.
 */
import type { CompiledQuery } from 'kysely'

/** The keys of a filter in the memories of its sizes. */
export interface FilterKeys {
  /** Of rows that were counted: the text and every value. */
  readonly counted: string
  /** Of rows that the planner expects: values of `=` and IN count by their type. */
  readonly expected: string
  /** Whether what the planner expects is the same for all values. */
  readonly isForAllValues: boolean
}

/** Makes the keys of a filter from the query of its rows. */
export function keysOf(compiled: CompiledQuery): FilterKeys {
  // Values of another type are another filter: `'1'` and `1` match different rows of some columns.
  const values = compiled.parameters.map((value) => [typeof value, String(value)])
  const isEqual = findEqual(compiled)
  return {
    counted: JSON.stringify([compiled.sql, values]),
    expected: JSON.stringify([
      compiled.sql,
      values.map((value, at) => (isEqual[at] ? value[0] : value)),
    ]),
    isForAllValues: values.every((_, at) => isEqual[at]),
  }
}

/** `=` and `!=`, but neither `<=` nor `>=`. */
const EQUAL = /(?:^|[^<>])=\s*$/
const LIST = /\bin\s*\(\s*$/i
const COMMA = /^\s*,\s*$/

/** Which values stand behind `=` or in a list of IN. A text with a `?` of its own compares all values. */
function findEqual({ sql: text, parameters }: CompiledQuery): boolean[] {
  const before = text.split('?').slice(0, -1)
  if (before.length !== parameters.length) return []
  let isInList = false
  return before.map((part) => {
    isInList = LIST.test(part) || (isInList && COMMA.test(part))
    return isInList || EQUAL.test(part)
  })
}
