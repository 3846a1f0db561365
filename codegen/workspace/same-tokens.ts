/**
 * Whether two TypeScript texts differ in layout only, so that a formatter (prettier, biome, oxfmt)
 * run over a generated file is not taken for an edit. A scanner of a few lines, because it serves
 * files that we wrote ourselves, not any program.
 */
export function sameTokens(left: string, right: string): boolean {
  return areEqual(layoutFreeTokens(left), layoutFreeTokens(right))
}

/** Whether two TypeScript texts differ in layout and comments only: neither changes a type. */
export function isSameCode(left: string, right: string): boolean {
  const withoutComments = (text: string): readonly string[] =>
    layoutFreeTokens(text).filter((piece) => !/^\/[*/]/.test(piece))
  return areEqual(withoutComments(left), withoutComments(right))
}

function areEqual(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((piece, at) => piece === right[at])
}

const token =
  /\/\*[^]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|[\p{ID_Continue}$\u200c\u200d]+|[^\s]/gu

/** The tokens that formatters neither add, remove nor replace; left out are `;`, `,`, parentheses, a leading `|`, quotes. */
function layoutFreeTokens(text: string): readonly string[] {
  const found = text.match(token) ?? []
  const tokens: string[] = []
  for (const [at, piece] of found.entries()) {
    if (/^[;,()]$/.test(piece)) continue
    if (piece === '|' && !endsOperand(tokens.at(-1))) continue
    tokens.push(normalizeToken(piece, found[at + 1], found[at + 2]))
  }
  return tokens
}

/** A `|` after the end of a type joins two types; any other only leads the first. */
function endsOperand(previous: string | undefined): boolean {
  return previous !== undefined && !/^[=:<|&[{]$/.test(previous)
}

function normalizeToken(
  piece: string,
  next: string | undefined,
  afterNext: string | undefined,
): string {
  if (piece.startsWith('/*') || piece.startsWith('//')) return normalizeComment(piece)
  if (!/^['"]/.test(piece)) return piece
  // In pairs: the backslash before a quote may be an escaped one.
  const inside = piece
    .slice(1, -1)
    .replaceAll(/\\([^])/g, (pair, escaped: string) => (/['"]/.test(escaped) ? escaped : pair))
  // Formatters remove the quotes of property names that need none.
  const isKey = next === ':' || next === '=' || (next === '?' && afterNext === ':')
  return isKey && /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(inside) ? inside : `'${inside}'`
}

function normalizeComment(comment: string): string {
  return comment.replace(/\s*\n\s*/g, '\n').trimEnd()
}
