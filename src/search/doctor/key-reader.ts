import type { AnyRow } from '../any-query.js'
import { keyText } from '../key-text.js'

/** Reads the key of a hit as one text: two hits with the same are the same row. */
export function keyReader(keyNames: readonly string[]): (row: AnyRow) => string {
  return (row) => JSON.stringify(keyNames.map((name) => keyText(row[name])))
}
