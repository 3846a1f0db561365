/** Private fields of mysql2's column definition that locate the name's bytes. */
export interface NamedColumn {
  name: string
  readonly _buf?: unknown
  readonly _orgTableStart?: unknown
  readonly _orgTableLength?: unknown
}

/** The names that mysql2 refuses to set on a row: it throws, and the connection is lost. */
const REFUSED_NAMES: ReadonlySet<string> = new Set([
  '__proto__',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
])

/** End of the name of such a column while mysql2 reads the rows; no column's own name ends so. */
const STAND_IN = '\0'

/** The name under which mysql2 reads a column that it would refuse. */
export function standInFor(name: string): string {
  return name + STAND_IN
}

/** Whether a column of this name makes mysql2 lose the connection. */
export function isRefusedName(name: string): boolean {
  return name.startsWith('__') && REFUSED_NAMES.has(name)
}

/**
 * Decodes a column's name again when mysql2 has garbled it: MatrixOne labels names of text columns
 * with charset 33 (4.2.0), mysql2 decodes that as CESU-8 and turns each byte of a 4-byte character
 * into U+FFFD, before the client can correct it.
 *
 * The bytes are still in the definition. The other remedy, mysql2's public `CharsetToEncoding[33] =
 * 'utf8'`, would change every other connection of the process too.
 */
export function repairName(column: NamedColumn): void {
  if (!column.name.includes('\ufffd')) return
  const { _buf: bytes, _orgTableStart: start, _orgTableLength: length } = column
  if (!Buffer.isBuffer(bytes) || typeof start !== 'number' || typeof length !== 'number') return
  // The name follows the original table's name, with its length in front.
  const at = start + length
  const first = bytes[at] ?? 0
  if (first < 0xfb) column.name = bytes.toString('utf8', at + 1, at + 1 + first)
  else if (first === 0xfc) {
    column.name = bytes.toString('utf8', at + 3, at + 3 + bytes.readUInt16LE(at + 1))
  }
}
