import { ValueError } from '../errors.js'
import { isWellFormed } from './well-formed.js'

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
