/**
 * Which columns of a view are plain references to a table's columns. Only those keep what the
 * catalog says: NOT NULL of an expression may be wrong (`json_extract`, `elt`, `id/0`), and the
 * members of an enum or set are lost in a view's own type (`varchar(65535)`, 4.2.0). A definition
 * that is not one plain SELECT (UNION, a subquery, WITH, ROLLUP) has no plain references for us.
 */
import { SqlScanner, TokenKind } from '../../sql/tokens.js'

/** What the definition shows without being understood in full. */
export interface ViewDefinition {
  /** The tables it reads, in lower case; null when one is qualified, computed or not to be found. */
  readonly relations: readonly string[] | null
  /**
   * For each column in order the lower-case name of the column that it repeats, or null for an
   * expression; `'star'` when the list is only `*` or `t.*`; null when nothing can be said.
   */
  readonly references: readonly (string | null)[] | 'star' | null
}

interface Token {
  readonly kind: TokenKind
  /** A name without quotes, anything else as written; lower case. */
  readonly text: string
}

/** Words that make a column's origin or nullability more than a matter of its table. */
const beyondUs = new Set(
  'union intersect except minus with rollup cube grouping full using natural'.split(' '),
)

/** What ends the list of tables. */
const afterTables = new Set('where group having order limit window'.split(' '))

/** Bare words that are values, not columns. */
const values = new Set(
  'null true false current_timestamp current_date current_time current_user localtime default'.split(
    ' ',
  ),
)

/** Reads `mo_tables.viewdef`, a JSON object whose `Stmt` is the text of CREATE VIEW. */
export function readViewDefinition(viewdef: string): ViewDefinition {
  const tokens = tokenize(readStatement(viewdef))
  const selects = tokens.filter((token) => isWord(token, 'select'))
  const isBeyondUs = tokens.some(({ kind, text }) => kind === TokenKind.word && beyondUs.has(text))
  if (selects.length !== 1 || isBeyondUs) return { relations: null, references: null }
  const body = tokens.slice(tokens.findIndex((token) => isWord(token, 'select')) + 1)
  return { relations: readRelations(body), references: readReferences(body) }
}

function readStatement(viewdef: string): string {
  try {
    const parsed: unknown = JSON.parse(viewdef)
    const isObject = typeof parsed === 'object' && parsed !== null && 'Stmt' in parsed
    return isObject && typeof parsed.Stmt === 'string' ? parsed.Stmt : ''
  } catch {
    return viewdef
  }
}

function tokenize(sql: string): readonly Token[] {
  const scanner = new SqlScanner(sql)
  const tokens: Token[] = []
  for (let kind = scanner.next(); kind !== TokenKind.end; kind = scanner.next()) {
    const text = sql.slice(scanner.start, scanner.end).toLowerCase()
    const isQuoted = kind === TokenKind.quotedName
    tokens.push({ kind, text: isQuoted ? text.slice(1, -1).replaceAll('``', '`') : text })
  }
  return tokens
}

function isName({ kind }: Token): boolean {
  return kind === TokenKind.word || kind === TokenKind.quotedName
}

function isWord({ kind, text }: Token, word: string): boolean {
  return kind === TokenKind.word && text === word
}

function readReferences(body: readonly Token[]): ViewDefinition['references'] {
  const items = readSelectList(body)
  if (items.every(isStar)) return 'star'
  return items.some(isStar) ? null : items.map(readReference)
}

/** The names after FROM, JOIN and the commas between tables. */
function readRelations(body: readonly Token[]): readonly string[] | null {
  const from = body.findIndex((token) => isWord(token, 'from'))
  const end = body.findIndex(({ kind, text }) => kind === TokenKind.word && afterTables.has(text))
  const clause = body.slice(from, end < from ? body.length : end)
  const relations: string[] = []
  for (const [index, token] of clause.entries()) {
    const isSymbolComma = token.kind === TokenKind.symbol && token.text === ','
    if (!isWord(token, 'from') && !isWord(token, 'join') && !isSymbolComma) continue
    const name = clause[index + 1]
    const next = clause[index + 2]?.text
    if (name === undefined || !isName(name) || next === '.' || next === '(') return null
    relations.push(name.text)
  }
  return from < 0 || relations.length === 0 ? null : relations
}

/** The tokens between SELECT and FROM, cut at the commas outside brackets. */
function readSelectList(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const items: Token[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (token.text === '(' && token.kind === TokenKind.symbol) depth++
    if (token.text === ')' && token.kind === TokenKind.symbol) depth--
    if (depth === 0 && isWord(token, 'from')) break
    if (depth === 0 && token.kind === TokenKind.symbol && token.text === ',') items.push([])
    else if (!isWord(token, 'distinct') && !isWord(token, 'all')) items.at(-1)?.push(token)
  }
  return items
}

function isStar(item: readonly Token[]): boolean {
  const last = item.at(-1)
  return last?.kind === TokenKind.symbol && last.text === '*' && item.length % 2 === 1
}

/** `a`, `t.a`, `d.t.a`, each perhaps with an alias. */
function readReference(item: readonly Token[]): string | null {
  let at = 0
  let name = nameAt(item, at)
  while (name !== null && item[at + 1]?.text === '.') {
    at += 2
    name = nameAt(item, at)
  }
  const rest = item.slice(at + 1)
  const alias = rest[0] !== undefined && isWord(rest[0], 'as') ? rest.slice(1) : rest
  const isPlain = alias.length === 0 || (alias.length === 1 && alias.every(isName))
  return isPlain ? name : null
}

function nameAt(item: readonly Token[], at: number): string | null {
  const token = item[at]
  if (token === undefined || !isName(token)) return null
  return token.kind === TokenKind.word && values.has(token.text) ? null : token.text
}
