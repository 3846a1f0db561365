import { ValueError } from '../errors.js'
import { isWellFormed } from './characters.js'

/**
 * Quotes a name for use in SQL; backticks in it are doubled.
 *
 * There is no length limit, because the server has none (1,000 characters work on 4.2.0). A NUL is
 * refused: the server creates such a table and then panics on every attempt to drop, rename or
 * restore it, so that its database cannot be dropped either (4.2.0).
 *
 * @throws {ValueError} for an empty name, a NUL or a lone surrogate
 *
 * @example
 * quoteIdentifier('a`b')  // '`a``b`'
 */
export function quoteIdentifier(name: string): string {
  if (name === '') throw new ValueError('A name must not be empty.')
  if (name.includes('\0')) {
    throw new ValueError(
      `The name ${JSON.stringify(name)} holds a NUL character: MatrixOne can create such an object but never drop it.`,
    )
  }
  if (!isWellFormed(name)) {
    throw new ValueError(
      `The name ${JSON.stringify(name)} holds a lone surrogate, which UTF-8 cannot carry.`,
    )
  }
  return `\`${name.replaceAll('`', '``')}\``
}

/**
 * Characters that Go's `%q` writes as an escape SQL does not have: control, format, private and
 * unassigned characters, and all blanks but the ordinary one. (Characters newer than the server's
 * Unicode 15 belong here too, but JavaScript cannot tell how old a character is.)
 */
const undroppable = /[^\P{C}\b\t\n\r]|[^\P{Z} ]/u

/**
 * Checks the name of a table, view or database that is about to be created.
 *
 * The server accepts any name. But DROP TABLE looks the name up with SQL of its own, into which it is
 * written by Go's rules, and for a name with a no-break space, an emoji with a joiner, or a control
 * character it panics (20101 `panic delete table failed`, 4.2.0): such a table can be read, but never
 * dropped, altered, renamed or truncated, and its database and account cannot be dropped either.
 *
 * @throws {ValueError} for such a name
 */
export function checkNewName(name: string): void {
  const found = undroppable.exec(name)
  if (found === null) return
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  throw new ValueError(
    `The name ${JSON.stringify(name)} holds the invisible character U+${code}: MatrixOne can create such an object ` +
      'but never drop it, nor its database and account. Use another name.',
  )
}

/**
 * Checks the name of a database that is about to be created. One that ends with a backslash cannot be
 * dropped (1105), and the server's own statistics fail at it again and again (4.2.0).
 *
 * @throws {ValueError} for such a name, and as `checkNewName` does
 */
export function checkNewDatabaseName(name: string): void {
  checkNewName(name)
  if (!name.endsWith('\\')) return
  throw new ValueError(
    `The database name ${JSON.stringify(name)} ends with a backslash: MatrixOne can create such a database but ` +
      'never drop it. Use another name.',
  )
}

/**
 * Quotes the name of a table, view or database that is about to be created.
 *
 * @throws {ValueError} as `quoteIdentifier` and `checkNewName` do
 */
export function quoteNewName(name: string): string {
  const quoted = quoteIdentifier(name)
  checkNewName(name)
  return quoted
}

/**
 * Quotes the parts of a qualified name and joins them with dots; undefined parts are left out.
 *
 * @throws {ValueError} as `quoteIdentifier` does
 *
 * @example
 * quoteQualified('shop', 'orders')  // '`shop`.`orders`'
 */
export function quoteQualified(...parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined)
    .map(quoteIdentifier)
    .join('.')
}
