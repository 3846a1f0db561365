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
 * The text that a string literal stands for.
 *
 * @param token of the kind `string`, quotes and introducer included
 *
 * @example
 * readStringValue("'it''s'")  // "it's"
 */
export function readStringValue(token: string): string {
  const literal = token.replace(/^_utf8mb4\s*/, '')
  const quote = literal.charAt(0)
  if (quote === '$') return literal.slice(literal.indexOf('$', 1) + 1, -tagLength(literal))
  return literal.slice(1, -1).replace(/\\([^])|''|""/g, (match, character: string | undefined) => {
    if (character !== undefined) return escaped[character] ?? character
    return match.charAt(0) === quote ? quote : match
  })
}

function tagLength(literal: string): number {
  return literal.indexOf('$', 1) + 1
}
