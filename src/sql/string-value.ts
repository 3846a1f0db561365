/** Escapes that stand for another character; behind any other backslash the character stands for itself. */
const escaped: Readonly<Record<string, string>> = {
  '0': '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\u001A',
}

/**
 * The text that a string literal stands for, also of one that the statement leaves open.
 *
 * @param token of the kind `string`, quotes and introducer included
 *
 * @example
 * readStringValue("'it''s'")  // "it's"
 */
export function readStringValue(token: string): string {
  const literal = token.replace(/^_utf8mb4\s*/, '')
  const quote = literal.charAt(0)
  if (quote === '$') return readDollarQuoted(literal)
  const isClosed = literal.length > 1 && literal.endsWith(quote)
  return literal
    .slice(1, isClosed ? -1 : undefined)
    .replace(/\\([^])|''|""/g, (match, character: string | undefined) => {
      if (character !== undefined) return escaped[character] ?? character
      return match.charAt(0) === quote ? quote : match
    })
}

function readDollarQuoted(literal: string): string {
  const tag = literal.slice(0, literal.indexOf('$', 1) + 1)
  const inner = literal.slice(tag.length)
  return inner.endsWith(tag) ? inner.slice(0, -tag.length) : inner
}
