/**
 * Finds the tables in raw SQL, where kysely knows only text: `sql.table('orders')` gets its hint here,
 * but a bare name must carry one already, because it would silently read the present.
 */
import { type OperationNode, RawNode } from 'kysely'
import { findCtes } from '../sql/find-ctes.js'
import { endOfName, findTablePlaces } from '../sql/table-places.js'
import { hintWords } from '../sql/time-hint.js'
import { readName, type SqlToken, tokenize } from '../sql/tokenize.js'
import { TokenKind } from '../sql/tokens.js'
import { writingVerbs } from '../sql/verbs.js'

/** The parts of raw SQL that matter to a read of the past. */
export interface RawTables {
  /** For each parameter that is not raw SQL, in order: whether it is a table without a hint. */
  readonly isTable: readonly boolean[]
  /** Tables named in the text without a hint. */
  readonly bareNames: readonly string[]
  /** The hints in the text, as written. */
  readonly hints: readonly string[]
  /** All words outside quotes, in upper case. */
  readonly words: readonly string[]
  /** Whether the statement itself writes: `WITH … UPDATE`, `INSERT …`. */
  readonly writes: boolean
  /** Whether another statement follows. */
  readonly isStacked: boolean
}

/** The text of raw SQL with `?` for each parameter that is not raw SQL. */
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

/**
 * @param inTables whether the text stands where tables are listed, behind FROM or JOIN
 * @param ctes names of common table expressions, in lower case
 */
export function findRawTables(
  node: RawNode,
  inTables: boolean,
  ctes: ReadonlySet<string>,
): RawTables {
  const { text, parameters } = flattenRaw(node)
  const tokens = tokenize(text)
  const known = new Set([...ctes, ...findCtes(tokens), 'dual'])
  const isTable = parameters.map(() => false)
  const bareNames: string[] = []
  for (const place of findTablePlaces(tokens, inTables)) {
    const token = tokens[place] as SqlToken
    const end = endOfName(tokens, place)
    const next = tokens[end + 1]?.text
    if (next === '{') continue
    if (token.kind === TokenKind.placeholder) {
      const index = parameters.findIndex(({ offset }) => offset === token.start)
      const kind = parameters[index]?.node.kind
      if (kind === 'TableNode') isTable[index] = true
      // kysely quotes such a name; only a table can be given a hint.
      if (kind === 'IdentifierNode' || kind === 'ReferenceNode') bareNames.push('sql.id or sql.ref')
    } else {
      const isCte = end === place && known.has(readName(token).toLowerCase())
      // A function in the place of a table has no past: unnest(…), generate_series(…).
      if (!isCte && next !== '(') bareNames.push(text.slice(token.start, tokens[end]?.end))
    }
  }
  return {
    isTable,
    bareNames,
    hints: hintsOf(text, tokens),
    words: tokens.map(({ word }) => word).filter((word) => word !== ''),
    writes: writesRows(tokens),
    isStacked: tokens.slice(0, -1).some(({ kind }) => kind === TokenKind.semicolon),
  }
}

/** Whether the statement itself writes; `replace(…)` and `for update` do not. */
function writesRows(tokens: readonly SqlToken[]): boolean {
  let depth = 0
  return tokens.some(({ text, word }, index) => {
    if (text === '(') depth += 1
    if (text === ')') depth -= 1
    if (depth > 0 || !writingVerbs.has(word) || tokens[index + 1]?.text === '(') return false
    const before = tokens[index - 1]
    return before?.word !== 'FOR' && before?.text !== '.'
  })
}

function hintsOf(text: string, tokens: readonly SqlToken[]): readonly string[] {
  const found: string[] = []
  tokens.forEach((token, index) => {
    if (token.text !== '{' || !hintWords.has(tokens[index + 1]?.word ?? '')) return
    const closing = tokens.findIndex((other, at) => at > index && other.text === '}')
    found.push(text.slice(token.start, closing < 0 ? undefined : tokens[closing]?.end))
  })
  return found
}
