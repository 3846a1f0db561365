/**
 * Which table a statement inserts into, when the id in its answer can be a row's: for IGNORE and ON
 * DUPLICATE KEY the server answers with an id that no row has (3.0.14 to 4.2.0).
 */
import type { CompiledQuery } from 'kysely'
import { SqlScanner, TokenKind } from '../sql/tokens.js'
import { insertClause } from './insert-clause.js'

/** A table as the statement names it. */
export interface InsertTarget {
  readonly schema: string | undefined
  readonly table: string
}

/** Longer texts insert many rows, whose ids are not reported. */
const MAX_LENGTH = 65_536

/** The table of a plain INSERT, built or written; undefined for everything else. */
export function insertTarget({ query: node, sql }: CompiledQuery): InsertTarget | undefined {
  if (node.kind === 'RawNode') return sql.length > MAX_LENGTH ? undefined : readTarget(sql)
  if (node.kind !== 'InsertQueryNode' || node.into === undefined) return undefined
  if (insertClause(node) !== undefined) return undefined
  const { schema, identifier } = node.into.table
  return { schema: schema?.name, table: identifier.name }
}

/** Reads `insert [into] [schema.]table …` of one statement. */
function readTarget(sql: string): InsertTarget | undefined {
  const scanner = new SqlScanner(sql)
  let kind = scanner.next()
  const text = (): string => sql.slice(scanner.start, scanner.end)
  const isWord = (word: string): boolean => kind === TokenKind.word && text().toUpperCase() === word
  const readName = (): string | undefined => {
    const token = text()
    const isName = kind === TokenKind.word || kind === TokenKind.quotedName
    const isQuoted = kind === TokenKind.quotedName
    if (isName) kind = scanner.next()
    if (isQuoted) return token.slice(1, -1).replaceAll('``', '`')
    return isName ? token : undefined
  }
  if (!isWord('INSERT')) return undefined
  kind = scanner.next()
  if (isWord('IGNORE')) return undefined
  if (isWord('INTO')) kind = scanner.next()
  const first = readName()
  let second: string | undefined
  if (text() === '.') {
    kind = scanner.next()
    second = readName()
    if (second === undefined) return undefined
  }
  // The rest has to be looked through, for what comes after the values.
  for (; kind !== TokenKind.end; kind = scanner.next()) {
    if (isWord('DUPLICATE') || kind === TokenKind.semicolon) return undefined
  }
  if (first === undefined) return undefined
  return second === undefined
    ? { schema: undefined, table: first }
    : { schema: first, table: second }
}
