import { SqlScanner, TokenKind } from './tokens.js'

/** A piece of SQL text. */
export interface SqlToken {
  readonly kind: TokenKind
  /** As written, quotes included. */
  readonly text: string
  /** A word outside quotes in upper case; `''` for every other kind. */
  readonly word: string
  readonly start: number
  readonly end: number
}

/** The tokens of a text without comments, for readers that look ahead and back. */
export function tokenize(sql: string): readonly SqlToken[] {
  const scanner = new SqlScanner(sql)
  const tokens: SqlToken[] = []
  for (let kind = scanner.next(); kind !== TokenKind.end; kind = scanner.next()) {
    const { start, end } = scanner
    const text = sql.slice(start, end)
    tokens.push({ kind, text, word: kind === TokenKind.word ? text.toUpperCase() : '', start, end })
  }
  return tokens
}

/** Whether a token can be the name of a table or column. */
export function isName(token: SqlToken | undefined): token is SqlToken {
  return token?.kind === TokenKind.word || token?.kind === TokenKind.quotedName
}

/** A name without its backticks. */
export function readName({ kind, text }: Pick<SqlToken, 'kind' | 'text'>): string {
  return kind === TokenKind.quotedName ? text.slice(1, -1).replaceAll('``', '`') : text
}

/** The tokens of each statement of a text, without the semicolons. */
export function splitStatements(tokens: readonly SqlToken[]): readonly (readonly SqlToken[])[] {
  const statements: SqlToken[][] = [[]]
  for (const token of tokens) {
    if (token.kind === TokenKind.semicolon) statements.push([])
    else statements.at(-1)?.push(token)
  }
  return statements
}
