/** The key of a row as a text, by which the program tells rows apart: two with the same text are the same row. */
import { sql } from 'kysely'
import type { AnyQuery } from './any-query.js'
import { columnOf, hiddenName, type KeyedSearch } from './hits-table.js'

/** The text of a value of a key: of bytes their hexadecimal digits, of a Date the ISO form. */
export function keyText(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return value instanceof Date ? value.toISOString() : String(value)
}

/**
 * Adds the key as texts of the server under hidden names: a Date has no microseconds, and an integer beyond
 * 2^53 is not read as a number, so two rows could look like one.
 */
export function selectKeyTexts(
  query: AnyQuery,
  key: readonly string[],
  hidden: string,
): KeyedSearch {
  const keyNames = key.map((_, index) => hiddenName(hidden, index))
  // In hexadecimal digits, because not all bytes are text.
  const texts = key.map((column, index) =>
    sql<string>`hex(cast(${columnOf(undefined, column)} as char))`.as(keyNames[index] as string),
  )
  return { query: query.select(texts) as AnyQuery, keyNames }
}
