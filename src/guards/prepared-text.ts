/**
 * PREPARE takes its statement as it is, from a text or from a variable, and EXECUTE runs it unseen: guards
 * read the statement and the text, and nothing can read the variable.
 */
import { readStringValue } from '../sql/string-value.js'
import { type SqlToken, tokenize } from '../sql/tokenize.js'
import { TokenKind } from '../sql/tokens.js'
import { applyGuard, type GuardAction } from './guards.js'

/**
 * Refuses a PREPARE whose statement cannot be read.
 *
 * @param text as it is sent, with its values
 * @returns the statements that are prepared, without quotes
 */
export function guardPreparedText(text: string, action: GuardAction): readonly string[] {
  const tokens = tokenize(text)
  return tokens.flatMap(({ word }, index) => {
    if (word !== 'PREPARE' || !beginsStatement(tokens, index)) return []
    const from = tokens.findIndex((token, at) => at > index && token.word === 'FROM')
    const source = tokens[from + 1]
    if (source?.kind === TokenKind.variable) {
      applyGuard('preparedText', action, () => explain(source.text))
    }
    if (from < 0 || source === undefined) return []
    if (source.kind === TokenKind.string) return [readStringValue(source.text)]
    return [text.slice(source.start, endOfStatement(tokens, from))]
  })
}

function beginsStatement(tokens: readonly SqlToken[], index: number): boolean {
  const before = tokens[index - 1]
  return before === undefined || before.kind === TokenKind.semicolon
}

/** Where the last token of the statement ends that a token belongs to. */
function endOfStatement(tokens: readonly SqlToken[], index: number): number | undefined {
  const next = tokens.findIndex(({ kind }, at) => at > index && kind === TokenKind.semicolon)
  return tokens.at(next < 0 ? -1 : next - 1)?.end
}

function explain(variable: string): string {
  return (
    `PREPARE from ${variable} cannot be read, so no guard can tell what EXECUTE would run. Write the ` +
    'statement itself, with ? for its values, or send it without PREPARE.'
  )
}
