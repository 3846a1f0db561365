/**
 * Which columns of a view are plain references to a table's columns. Only those keep what the
 * catalog says: NOT NULL of an expression may be wrong (`json_extract`, `elt`, `id/0`), and the
 * members of an enum or set are lost in a view's own type (`varchar(65535)`, 4.2.0). A definition
 * that is not one plain SELECT (UNION, a subquery, WITH, ROLLUP) has no plain references for us.
 */
import { isName, readName, type SqlToken, tokenize } from '../../sql/tokenize.js'
import { normalizeQuery, withoutDatabase } from './normalize-query.js'

/** The parts of a definition that show without a full parse. */
export interface ViewDefinition {
  /** The query in normal form; see `TableModel.definition`. */
  readonly text: string
  /** The tables it reads, in lower case; null when one is qualified, computed or not to be found. */
  readonly relations: readonly string[] | null
  /**
   * For each column in order the lower-case name of the column that it repeats, or null for an
   * expression; `'star'` when the list is only `*` or `t.*`; null when nothing can be said.
   */
  readonly references: readonly (string | null)[] | 'star' | null
}

/** Words that make a column's origin or nullability more than a matter of its table. */
const beyondUs = new Set(
  'UNION INTERSECT EXCEPT MINUS WITH ROLLUP CUBE GROUPING FULL USING NATURAL'.split(' '),
)

/** The keywords that end the list of tables. */
const afterTables = new Set('WHERE GROUP HAVING ORDER LIMIT WINDOW'.split(' '))

/** Bare words that are values, not columns. */
const values = new Set(
  'NULL TRUE FALSE CURRENT_TIMESTAMP CURRENT_DATE CURRENT_TIME CURRENT_USER LOCALTIME DEFAULT'.split(
    ' ',
  ),
)

/**
 * Reads `mo_tables.viewdef`, a JSON object with the text of CREATE VIEW as `Stmt`, and the database
 * that was selected then as `DefaultDatabase`: unqualified names mean its tables (4.2.0).
 *
 * @param database the view's own
 */
export function readViewDefinition(viewdef: string, database: string): ViewDefinition {
  const { statement, selected = database } = readStatement(viewdef)
  const tokens = withoutDatabase(tokenize(statement), database)
  const query = normalizeQuery(tokens)
  const isElsewhere = selected !== database
  const text = isElsewhere ? `use ${selected}; ${query}` : query
  const selects = tokens.filter(({ word }) => word === 'SELECT')
  const isBeyondUs = isElsewhere || tokens.some(({ word }) => beyondUs.has(word))
  if (selects.length !== 1 || isBeyondUs) return { text, relations: null, references: null }
  const body = tokens.slice(tokens.findIndex(({ word }) => word === 'SELECT') + 1)
  return { text, relations: readRelations(body), references: readReferences(body) }
}

function readStatement(viewdef: string): {
  readonly statement: string
  readonly selected?: string
} {
  try {
    const { Stmt: statement, DefaultDatabase: selected } = JSON.parse(viewdef) as {
      readonly Stmt?: unknown
      readonly DefaultDatabase?: unknown
    }
    return {
      statement: typeof statement === 'string' ? statement : '',
      ...(typeof selected === 'string' && selected !== '' && { selected }),
    }
  } catch {
    return { statement: viewdef }
  }
}

function readReferences(body: readonly SqlToken[]): ViewDefinition['references'] {
  const items = readSelectList(body)
  if (items.every(isStar)) return 'star'
  return items.some(isStar) ? null : items.map(readReference)
}

/** The names after FROM, JOIN and the commas between tables. */
function readRelations(body: readonly SqlToken[]): readonly string[] | null {
  const from = body.findIndex(({ word }) => word === 'FROM')
  const end = body.findIndex(({ word }) => afterTables.has(word))
  const clause = body.slice(from, end < from ? body.length : end)
  const relations: string[] = []
  for (const [index, token] of clause.entries()) {
    if (token.word !== 'FROM' && token.word !== 'JOIN' && token.text !== ',') continue
    const name = clause[index + 1]
    const next = clause[index + 2]?.text
    if (name === undefined || !isName(name) || next === '.' || next === '(') return null
    relations.push(readName(name).toLowerCase())
  }
  return from < 0 || relations.length === 0 ? null : relations
}

/** The tokens between SELECT and FROM, cut at the commas outside brackets. */
function readSelectList(tokens: readonly SqlToken[]): readonly (readonly SqlToken[])[] {
  const items: SqlToken[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (token.text === '(') depth++
    if (token.text === ')') depth--
    if (depth === 0 && token.word === 'FROM') break
    if (depth === 0 && token.text === ',') items.push([])
    else if (token.word !== 'DISTINCT' && token.word !== 'ALL') items.at(-1)?.push(token)
  }
  return items
}

function isStar(item: readonly SqlToken[]): boolean {
  const last = item.at(-1)
  return last?.text === '*' && item.length % 2 === 1
}

/** `a`, `t.a`, `d.t.a`, each perhaps with an alias. */
function readReference(item: readonly SqlToken[]): string | null {
  let at = 0
  let name = nameAt(item, at)
  while (name !== null && item[at + 1]?.text === '.') {
    at += 2
    name = nameAt(item, at)
  }
  const rest = item.slice(at + 1)
  const alias = rest[0]?.word === 'AS' ? rest.slice(1) : rest
  const isPlain = alias.length === 0 || (alias.length === 1 && alias.every(isName))
  return isPlain ? name : null
}

function nameAt(item: readonly SqlToken[], at: number): string | null {
  const token = item[at]
  if (!isName(token) || values.has(token.word)) return null
  return readName(token).toLowerCase()
}
