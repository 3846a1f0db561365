/**
 * PREPARE takes its statement from a text or from a variable, and EXECUTE runs it unseen: guards read
 * the text, and nothing can read the variable.
 */
import { readStringValue } from '../sql/string-value.js'
import { type SqlToken, tokenize } from '../sql/tokenize.js'
import { TokenKind } from '../sql/tokens.js'
import { applyGuard, type GuardAction } from './guards.js'

/**
 * Refuses a PREPARE whose statement cannot be read.
 *
 * @param text as it is sent, with its values
 * @returns the statements that are prepared from a text in quotes
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
    return source?.kind === TokenKind.string ? [readStringValue(source.text)] : []
  })
}

function beginsStatement(tokens: readonly SqlToken[], index: number): boolean {
  const before = tokens[index - 1]
  return before === undefined || before.kind === TokenKind.semicolon
}

function explain(variable: string): string {
  return (
    `PREPARE from ${variable} cannot be read, so no guard can tell what EXECUTE would run. Write the ` +
    'statement itself, with ? for its values, or send it without PREPARE.'
  )
}
