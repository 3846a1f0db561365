import { ValueError } from '../errors.js'
import { SqlScanner, TokenKind } from './tokens.js'

/**
 * Makes a text safe to write more SQL behind: a line comment at its end would swallow that, and the
 * server would run the rest as if it were all.
 *
 * @throws {ValueError} for a comment that is never closed
 *
 * @example
 * closeComment('select 1 -- all')  // 'select 1 -- all\n'
 */
export function closeComment(sql: string): string {
  const scanner = new SqlScanner(sql)
  let end = 0
  while (scanner.next() !== TokenKind.end) end = scanner.end
  let rest = sql.slice(end).trim()
  if (scanner.inExecutableComment) throw unclosed('/*!')
  if (rest === '') return sql
  while (rest !== '') {
    const isBlock = rest.startsWith('/*')
    const close = rest.indexOf(isBlock ? '*/' : '\n')
    if (close < 0) {
      if (isBlock) throw unclosed('/*')
      break
    }
    rest = rest.slice(close + (isBlock ? 2 : 1)).trim()
  }
  return `${sql}\n`
}

function unclosed(opening: string): ValueError {
  return new ValueError(
    `The SQL text has a comment ${opening} without an end, which would swallow what follows it. Close it with */.`,
  )
}
