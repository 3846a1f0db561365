/**
 * MatrixOne checks the dimension of a vector that is written as text and of no other: the answer of
 * `vecf32_from_base64`, or of a cast to another dimension, is stored in a `vecf32(4)` column whatever its
 * length, and every distance to that row fails later (4.2.0). Where such a value is a literal, its length can
 * be read here; what a column, a subquery or another function gives cannot.
 */
import { isName, readName, type SqlToken, tokenize } from '../sql/tokenize.js'
import { endOfName } from '../sql/table-places.js'
import { mayDecodeVector } from '../sql/distances.js'
import { readStringValue } from '../sql/string-value.js'
import { TokenKind } from '../sql/tokens.js'
import { type CatalogGuard, isColumnOf, readTableName, type TableName } from './catalog.js'
import { applyGuard, type GuardAction } from './guards.js'

/** Bytes of an element of a vector. */
const BYTES: Readonly<Record<string, number>> = {
  VECF64: 8,
  VECF32: 4,
  VECF16: 2,
  VECBF16: 2,
  VECINT8: 1,
  VECUINT8: 1,
}

interface Written {
  /** Its name, or its place among the table's columns. */
  readonly column: string | number
  readonly dimension: number
}

/**
 * Refuses INSERT, REPLACE and UPDATE with a vector of another dimension than its column has.
 *
 * @param text as it is sent, with its values; of several statements only the first is read
 */
export function guardVectorDimension(text: string, action: GuardAction): CatalogGuard | undefined {
  if (action === 'off' || !mayDecodeVector.test(text)) return undefined
  const tokens = tokenize(text)
  const found = tokens[0]?.word === 'UPDATE' ? readUpdate(tokens) : readInsert(tokens)
  if (found === undefined || found.written.length === 0) return undefined
  const { table, written } = found
  return async (lookUp) => {
    const columns = await lookUp(
      'select attname as name, mo_show_visible_bin(atttyp, 3) as `type` from mo_catalog.mo_columns ' +
        `where ${isColumnOf(table)} order by attnum`,
    )
    for (const { column, dimension } of written) {
      const row =
        typeof column === 'number'
          ? columns[column]
          : columns.find(({ name }) => String(name).toLowerCase() === column.toLowerCase())
      const declared = Number(/^VEC\w+\((\d+)\)/i.exec(String(row?.['type']))?.[1])
      if (row === undefined || Number.isNaN(declared) || declared === dimension) continue
      applyGuard(
        'vectorDimension',
        action,
        () =>
          `${table.table}.${String(row['name'])} holds vectors of ${declared} dimensions, and MatrixOne would store ` +
          `this one of ${dimension} without an error. Pass vectors as arrays or Float32Array.`,
      )
    }
  }
}

/** `insert into t (a, b) values (…), (…)`. */
function readInsert(
  tokens: readonly SqlToken[],
): { readonly table: TableName; readonly written: readonly Written[] } | undefined {
  const values = tokens.findIndex(({ word }) => word === 'VALUES' || word === 'VALUE')
  const into = tokens.findIndex(({ word }) => word === 'INTO')
  const table = readTableName(tokens, into + 1)
  if (into < 0 || values < 0 || table === undefined) return undefined
  const next = endOfName(tokens, into + 1) + 1
  const names: string[] = []
  if (tokens[next]?.text === '(') {
    for (let at = next + 1; at < values && tokens[at]?.text !== ')'; at++) {
      const token = tokens[at]
      if (isName(token)) names.push(readName(token))
    }
  }
  const written: Written[] = []
  let depth = 0
  let place = 0
  for (let at = values + 1; at < tokens.length; at++) {
    const text = tokens[at]?.text
    // ON DUPLICATE KEY UPDATE and RETURNING.
    if (depth === 0 && tokens[at]?.kind === TokenKind.word) break
    const begins = depth === 1 && (tokens[at - 1]?.text === '(' || tokens[at - 1]?.text === ',')
    if (begins) {
      const dimension = readDimension(tokens, at)
      if (dimension !== undefined) written.push({ column: names[place] ?? place, dimension })
    }
    if (text === '(') {
      depth++
      if (depth === 1) place = 0
    } else if (text === ')') depth--
    else if (text === ',' && depth === 1) place++
  }
  return {
    table,
    written:
      names.length === 0 ? written : written.filter(({ column }) => typeof column === 'string'),
  }
}

/** `update t set a = …, b = …`. */
function readUpdate(
  tokens: readonly SqlToken[],
): { readonly table: TableName; readonly written: readonly Written[] } | undefined {
  const table = readTableName(tokens, 1)
  if (table === undefined || tokens[endOfName(tokens, 1) + 1]?.word !== 'SET') return undefined
  const written = tokens.flatMap((token, at) => {
    const name = tokens[at - 1]
    if (token.text !== '=' || !isName(name)) return []
    const before = tokens[at - 2]
    if (before?.word !== 'SET' && before?.text !== ',') return []
    const dimension = readDimension(tokens, at + 1)
    return dimension === undefined ? [] : [{ column: readName(name), dimension }]
  })
  return { table, written }
}

/** The dimension of a value that is nothing but a decoded literal, or a cast. */
function readDimension(tokens: readonly SqlToken[], at: number): number | undefined {
  const [name, open, first, close, after] = tokens.slice(at, at + 5)
  if (name === undefined || open?.text !== '(' || first?.kind !== TokenKind.string) return undefined
  const endsHere = (token: SqlToken | undefined): boolean =>
    token === undefined || [',', ')'].includes(token.text) || token.kind === TokenKind.word
  const [, type = ''] = /^(\w+)_FROM_BASE64$/.exec(name.word) ?? []
  const bytes = BYTES[type]
  if (bytes !== undefined && close?.text === ')' && endsHere(after)) {
    const length = Buffer.from(readStringValue(first.text), 'base64').length
    return length % bytes === 0 ? length / bytes : undefined
  }
  if (name.word !== 'CAST' || close?.word !== 'AS') return undefined
  const [, paren, size, end, last, behind] = tokens.slice(at + 4, at + 10)
  const isCast = paren?.text === '(' && end?.text === ')' && last?.text === ')' && endsHere(behind)
  const dimension = Number(size?.text)
  return isCast && after?.word.startsWith('VEC') && Number.isSafeInteger(dimension)
    ? dimension
    : undefined
}
