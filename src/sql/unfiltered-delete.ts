import { SqlScanner, TokenKind } from './tokens.js'
import { writingVerbs } from './verbs.js'

/** First words of a statement whose rows a DELETE behind them may remove. */
const MAY_DELETE = new Set(['DELETE', 'WITH', 'EXPLAIN', 'PREPARE'])

/** Words that end the place where WHERE stands. */
const BEHIND_WHERE = new Set(['ORDER', 'LIMIT', 'RETURNING'])

/**
 * Finds the DELETE statements of a text that have no WHERE of their own.
 *
 * @returns for each, where ` where true` can be put
 *
 * @example
 * findUnfilteredDeletes('delete from t limit 3')  // [13]
 */
export function findUnfilteredDeletes(sql: string): readonly number[] {
  const scanner = new SqlScanner(sql)
  const found: number[] = []
  let first: string | undefined
  let verb: string | undefined
  let isFiltered = false
  let isBehind = false
  let depth = 0
  let end = 0
  for (;;) {
    const kind = scanner.next()
    if (kind === TokenKind.semicolon || kind === TokenKind.end) {
      if (verb === 'DELETE' && !isFiltered) found.push(end)
      if (kind === TokenKind.end) return found
      first = verb = undefined
      isFiltered = isBehind = false
      depth = 0
      continue
    }
    const c = sql[scanner.start]
    if (c === '(') depth++
    else if (c === ')') depth--
    else if (kind === TokenKind.word && depth <= 0) {
      const word = sql.slice(scanner.start, scanner.end).toUpperCase()
      first ??= word
      if (verb === undefined) {
        if (MAY_DELETE.has(first) && (writingVerbs.has(word) || word === 'SELECT')) verb = word
      } else if (word === 'WHERE') isFiltered = true
      else isBehind ||= BEHIND_WHERE.has(word)
    }
    if (!isBehind) end = scanner.end
  }
}
