import { toLiteral } from '../../sql/literals.js'

/**
 * Writes a text as a literal for a place where the server pastes the *decoded* text, without any
 * escaping, between quotes of an SQL statement of its own: a stage's fields between `'`, an account's
 * comment and administrator between `"` (4.2.0; `COMMENT 'a","zz") -- '` of an account was executed).
 * So it is escaped for that statement first, and then for this one.
 *
 * @example
 * innerLiteral("it's", "'")  // the text 'it''''s'
 */
export function innerLiteral(text: string, quote: "'" | '"'): string {
  return toLiteral(escapeInner(text, quote))
}

/** Escapes a text for the inner statement only; for a value that is sent as a parameter. */
export function escapeInner(text: string, quote: "'" | '"'): string {
  const escaped = text.replaceAll('\\', '\\\\')
  return quote === "'" ? escaped.replaceAll("'", "''") : escaped.replaceAll('"', '\\"')
}
