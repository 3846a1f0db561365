/**
 * Finds the tables in raw SQL, where kysely knows only text: `sql.table('orders')` in it gets its
 * hint, a bare name must carry it, because nobody else would notice that it reads the present.
 */
import { type OperationNode, RawNode } from 'kysely'
import { SqlScanner, TokenKind } from '../sql/tokens.js'

/** What raw SQL holds that matters to a read of the past. */
export interface RawTables {
  /** For each parameter that is no raw SQL itself, in order: whether it stands for a table without hint. */
  readonly isTable: readonly boolean[]
  /** The tables that are named in the text and carry no hint. */
  readonly bareNames: readonly string[]
  /** The hints in the text, as written. */
  readonly hints: readonly string[]
  /** All words outside quotes, in upper case. */
  readonly words: readonly string[]
  /** Whether the statement itself writes: `WITH … UPDATE`, `INSERT …`. */
  readonly writes: boolean
}

interface Token {
  readonly kind: TokenKind
  readonly text: string
  /** The upper-case word, `''` for every other kind. */
  readonly word: string
  readonly start: number
  readonly end: number
  /** The parameter that stands here. */
  readonly parameter: number | undefined
}

/** The text of raw SQL with `?` for each parameter that is no raw SQL itself. */
export function flattenRaw(node: RawNode): {
  readonly text: string
  readonly parameters: readonly { readonly node: OperationNode; readonly offset: number }[]
} {
  const parameters: { readonly node: OperationNode; readonly offset: number }[] = []
  let text = ''
  const append = (raw: RawNode): void => {
    raw.sqlFragments.forEach((fragment, index) => {
      text += fragment
      const parameter = raw.parameters[index]
      if (parameter === undefined) return
      if (RawNode.is(parameter)) return append(parameter)
      parameters.push({ node: parameter, offset: text.length })
      text += '?'
    })
  }
  append(node)
  return { text, parameters }
}

/** Words that end a list of tables. */
const endsTables = new Set(
  'WHERE GROUP ORDER HAVING LIMIT UNION INTERSECT EXCEPT MINUS WINDOW FOR SET BY'.split(' '),
)
const beginsQuery = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE'])
const writingVerbs = new Set('INSERT UPDATE DELETE REPLACE MERGE'.split(' '))
const names: readonly TokenKind[] = [TokenKind.word, TokenKind.quotedName]

/**
 * @param inTables whether the text stands where tables are listed, behind FROM or JOIN
 * @param ctes names that are no tables, in lower case
 */
export function findRawTables(
  node: RawNode,
  inTables: boolean,
  ctes: ReadonlySet<string>,
): RawTables {
  const { text, parameters } = flattenRaw(node)
  const tokens = readTokens(text, new Map(parameters.map(({ offset }, index) => [offset, index])))
  const known = new Set([...ctes, ...rawCtes(tokens), 'dual'])
  const isTable = parameters.map(() => false)
  const bareNames: string[] = []
  let frames = [{ select: false, tables: inTables }]
  let expectsTable = inTables
  let writes = false
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] as Token
    const frame = frames.at(-1) ?? { select: false, tables: false }
    const { word } = token
    if (token.text === '(') {
      const opensQuery = beginsQuery.has(tokens[index + 1]?.word ?? '')
      frames.push({ select: false, tables: expectsTable && !opensQuery })
      if (opensQuery) expectsTable = false
    } else if (token.text === ')') {
      frames = frames.slice(0, -1)
      expectsTable = false
    } else if (token.text === ',') {
      expectsTable = frame.tables
    } else if (word === 'SELECT') {
      frame.select = true
      frame.tables = false
    } else if (word === 'JOIN' || word === 'STRAIGHT_JOIN' || (word === 'FROM' && frame.select)) {
      frame.tables = true
      expectsTable = true
    } else if (endsTables.has(word)) {
      frame.tables = false
      expectsTable = false
    } else if (token.parameter !== undefined && expectsTable) {
      expectsTable = false
      const { kind } = (parameters[token.parameter] as { node: OperationNode }).node
      if (tokens[index + 1]?.text === '{') continue
      if (kind === 'TableNode') isTable[token.parameter] = true
      if (kind === 'IdentifierNode' || kind === 'ReferenceNode') bareNames.push('sql.id or sql.ref')
    } else if (expectsTable && names.includes(token.kind) && word !== 'LATERAL') {
      expectsTable = false
      const end = endOfName(tokens, index)
      const name = text.slice(token.start, (tokens[end] as Token).end)
      const next = tokens[end + 1]?.text
      const isCte = end === index && known.has(unquoted(token).toLowerCase())
      // A function in the place of a table has no past: unnest(…), generate_series(…).
      if (next !== '{' && next !== '(' && !isCte) bareNames.push(name)
      index = end
    }
    if (frames.length <= 1 && writingVerbs.has(word) && tokens[index + 1]?.text !== '(') {
      writes ||= tokens[index - 1]?.word !== 'FOR'
    }
  }
  return {
    isTable,
    bareNames,
    hints: hintsOf(text, tokens),
    words: tokens.map(({ word }) => word).filter((word) => word !== ''),
    writes,
  }
}

function readTokens(text: string, parameters: ReadonlyMap<number, number>): readonly Token[] {
  const scanner = new SqlScanner(text)
  const tokens: Token[] = []
  for (let kind = scanner.next(); kind !== TokenKind.end; kind = scanner.next()) {
    const { start, end } = scanner
    const token = text.slice(start, end)
    const word = kind === TokenKind.word ? token.toUpperCase() : ''
    tokens.push({ kind, text: token, word, start, end, parameter: parameters.get(start) })
  }
  return tokens
}

function unquoted({ kind, text }: Token): string {
  return kind === TokenKind.quotedName ? text.slice(1, -1).replaceAll('``', '`') : text
}

/** The index of the last token of `shop . orders`. */
function endOfName(tokens: readonly Token[], index: number): number {
  let end = index
  while (tokens[end + 1]?.text === '.' && names.includes(tokens[end + 2]?.kind ?? TokenKind.end)) {
    end += 2
  }
  return end
}

/** Names before `AS (`, with or without a list of columns between. */
function rawCtes(tokens: readonly Token[]): readonly string[] {
  const found: string[] = []
  tokens.forEach(({ word }, index) => {
    if (word !== 'AS' || tokens[index + 1]?.text !== '(') return
    let name = index - 1
    if (tokens[name]?.text === ')') {
      while (name > 0 && tokens[name]?.text !== '(') name--
      name--
    }
    const token = tokens[name]
    if (token !== undefined && names.includes(token.kind)) found.push(unquoted(token).toLowerCase())
  })
  return found
}

const hintWords = new Set(['SNAPSHOT', 'TIMESTAMP', 'MO_TS', 'AS'])

function hintsOf(text: string, tokens: readonly Token[]): readonly string[] {
  const found: string[] = []
  tokens.forEach((token, index) => {
    if (token.text !== '{' || !hintWords.has(tokens[index + 1]?.word ?? '')) return
    const closing = tokens.findIndex((other, at) => at > index && other.text === '}')
    found.push(text.slice(token.start, closing < 0 ? undefined : tokens[closing]?.end))
  })
  return found
}
