import type { VectorElement } from '../../types/vector-elements.js'
import { quoteIdentifier, quoteQualified } from '../../sql/identifiers.js'
import type { SqlExecutor } from '../../managers/statement/execute.js'
import type { FoundTable } from '../../managers/names/find-table.js'
import type { IndexFinding, IndexFindingCode } from './index-report.js'

/** The subject of an examination, with names quoted for SQL. */
export interface Examined {
  readonly db: SqlExecutor
  readonly found: FoundTable
  /** `database`.`table` */
  readonly from: string
  readonly column: string
  readonly dimension: number
  readonly vector: string
  /** The SQL of a vector's length. */
  readonly norm: (vector: string) => string
  /** The key as the hidden tables hold it. */
  readonly rowKey: string
  /** The only column of the key; undefined when there are several, or none. */
  readonly keyColumn: string | undefined
  /** Rows that are looked at one by one at most. */
  readonly sample: number
}

/** Collects what an examination finds. */
export class Findings {
  readonly found: IndexFinding[] = []
  readonly notes: string[] = []

  add(
    code: IndexFindingCode,
    index: string | undefined,
    message: string,
    advice: string,
    more: Partial<Pick<IndexFinding, 'count' | 'examples'>> = {},
  ): void {
    const { count, examples = [] } = more
    this.found.push(
      Object.freeze({ code, index, message, advice, count, examples: Object.freeze(examples) }),
    )
  }

  note(sentence: string): void {
    if (!this.notes.includes(sentence)) this.notes.push(sentence)
  }
}

/** MatrixOne keeps the key of several columns, and of none, in a hidden column. */
export function examine(
  db: SqlExecutor,
  found: FoundTable,
  column: {
    readonly name: string
    readonly dimension: number
    readonly element: VectorElement
  },
  sample: number,
): Examined {
  const key = found.table.primaryKey ?? []
  const [only] = key
  const keyColumn = key.length === 1 && only !== undefined ? quoteIdentifier(only) : undefined
  return {
    db,
    found,
    from: quoteQualified(found.database, found.table.name),
    column: column.name,
    dimension: column.dimension,
    vector: quoteIdentifier(column.name),
    norm: normOf(column.element, column.dimension),
    rowKey: keyColumn ?? (key.length === 0 ? '__mo_fake_pk_col' : '__mo_cpkey_col'),
    keyColumn,
    sample,
  }
}

/** `l2_norm` takes vecf32 and vecf64 only (20203, 4.2.0). */
function normOf(element: VectorElement, dimension: number): (vector: string) => string {
  return element === 'f32' || element === 'f64'
    ? (vector) => `l2_norm(${vector})`
    : (vector) => `l2_norm(cast(${vector} as vecf32(${dimension})))`
}

/** `1,204 rows`, `1 row`. */
export function count(number: number, word: string): string {
  const plural = word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`
  return `${number.toLocaleString('en-US')} ${number === 1 ? word : plural}`
}

/** ` (for example 5, 6, 7)`, or nothing. */
export function showKeys(keys: readonly unknown[]): string {
  return keys.length === 0 ? '' : ` (for example ${keys.slice(0, 3).map(String).join(', ')})`
}
