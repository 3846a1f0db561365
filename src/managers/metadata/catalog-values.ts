/** Reading catalog cells whatever the driver's options make of numbers, bools and bytes. */

/** A cell before it is read: `supportBigNumbers`, a `typeCast` or another dialect decide its JS type. */
export type Cell = string | number | bigint | boolean | null | Uint8Array

const utf8 = new TextDecoder()

/** The cell as text; `''` for NULL. */
export function readText(cell: Cell | undefined): string {
  return typeof cell === 'string' ? cell : (readNullableText(cell) ?? '')
}

/** The cell as text; null for NULL. */
export function readNullableText(cell: Cell | undefined): string | null {
  if (cell === null || cell === undefined) return null
  // 3.0.x sends some text with charset 63, which mysql2 hands over as bytes.
  return cell instanceof Uint8Array ? utf8.decode(cell) : String(cell)
}

/** The cell as a number; 0 for NULL. */
export function readNumber(cell: Cell | undefined): number {
  return typeof cell === 'number' ? cell : Number(readNullableText(cell) ?? 0)
}

/** Whether a 0/1 cell is 1. */
export function readFlag(cell: Cell | undefined): boolean {
  return cell === 1 || cell === true || (cell !== 0 && readText(cell) === '1')
}

/** Comments come with `'` doubled (`it''s` for `it's`), however they were written (3.0.14, 4.2.0). */
export function readComment(cell: Cell | undefined): string {
  const text = readText(cell)
  return text === '' ? text : text.replaceAll("''", "'")
}

/** The rows by a cell's text, in their order. */
export function groupRows<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => Cell,
): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = readText(keyOf(row))
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return groups
}

/**
 * Finds the columns that `mo_indexes` and `mo_foreign_keys` mean, as `mo_columns` names them. The
 * server lower-cases the columns of foreign keys, and writes these rows with SQL of its own that does
 * not escape names: a backslash in a name is read as an escape there (`back\\slash` becomes
 * `backslash`, 4.2.0).
 */
export function createColumnResolver(names: readonly string[]): (name: string) => string {
  const odd = names.filter((name) => name.includes('\\') || name !== name.toLowerCase())
  if (odd.length === 0) return (name) => name
  const known = new Set(names)
  const damaged = new Map(
    odd.flatMap((name): readonly [string, string][] => {
      const unescaped = unescapeName(name)
      return [
        [name.toLowerCase(), name],
        [unescaped.toLowerCase(), name],
        [unescaped, name],
      ]
    }),
  )
  return (name) => (known.has(name) ? name : (damaged.get(name) ?? name))
}

const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\u001A',
  '%': '\\%',
  _: '\\_',
}

function unescapeName(name: string): string {
  return name.replaceAll(/\\([^])/gu, (_, character: string) => escapes[character] ?? character)
}
