/**
 * CLUSTER BY marks its column, or for several columns a hidden one whose name has theirs in lower
 * case, each after its length in bytes: `__mo_cbkey_001a003b b` (4.2.0).
 */
const compositePrefix = '__mo_cbkey_'

const utf8 = new TextDecoder()

/**
 * The columns of CLUSTER BY.
 *
 * @param marked the name of the column that has the mark
 * @param columns the names of the table's columns
 */
export function decodeClusterBy(marked: string, columns: readonly string[]): readonly string[] {
  if (!marked.startsWith(compositePrefix)) return Object.freeze([marked])
  const byLowerCase = new Map(columns.map((column) => [column.toLowerCase(), column]))
  const bytes = new TextEncoder().encode(marked.slice(compositePrefix.length))
  const found: string[] = []
  for (let at = 0; at + 3 <= bytes.length;) {
    const end = at + 3 + Number(utf8.decode(bytes.subarray(at, at + 3)))
    if (!(end > at + 3)) break
    const name = utf8.decode(bytes.subarray(at + 3, end))
    found.push(byLowerCase.get(name) ?? name)
    at = end
  }
  return Object.freeze(found)
}
