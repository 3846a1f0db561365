/** The statements of a scan, as kysely queries of the handle. */
import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely'
import type { RangeReads } from './scan-ranges.js'

type AnyRow = Readonly<Record<string, unknown>>
type AnyTables = Record<string, Record<string, unknown>>
type Where = ExpressionBuilder<AnyTables, string>

/** The table that is scanned, and how. */
export interface ScanParts {
  readonly table: string
  /** The columns of the primary key. */
  readonly key: readonly string[]
  /** Default: all columns. */
  readonly selected: readonly string[] | undefined
  readonly batch: number
  /** The values of the key in a row. */
  readonly valuesOf: (row: AnyRow) => readonly unknown[]
}

/** A name that no column of a key has. */
const ROW = '__scan_row'

/** Reads parts of a table in the order of its key. */
export class ScanReads implements RangeReads {
  readonly #db: Kysely<AnyTables>
  readonly #parts: ScanParts

  constructor(db: Kysely<unknown>, parts: ScanParts) {
    this.#db = db as Kysely<AnyTables>
    this.#parts = parts
  }

  /** Reads the next rows behind one. */
  readBatch(behind: AnyRow | undefined): Promise<AnyRow[]> {
    const { selected, batch } = this.#parts
    return this.#read(selected, behind).limit(batch).execute()
  }

  readRange(behind: AnyRow | undefined, last: AnyRow | undefined): Promise<AnyRow[]> {
    const { key, selected, valuesOf } = this.#parts
    const above = this.#read(selected, behind)
    if (last === undefined) return above.execute()
    const values = valuesOf(last)
    return above.where((where) => compareKeys(where, key, values, 'up to')).execute()
  }

  /**
   * ```sql
   * select `id` from (
   *   select `id`, row_number() over(order by `id`) as `__scan_row` from (
   *     select `id` from `articles` {timestamp = '…'} where `id` > 5000 order by `id` limit 20000
   *   ) as `ahead`
   * ) as `numbered` where `__scan_row` % 5000 = 0 order by `id`
   * ```
   */
  readBounds(behind: AnyRow | undefined, ranges: number): Promise<AnyRow[]> {
    const { key, batch } = this.#parts
    const ahead = this.#read(key, behind).limit(ranges * batch)
    const numbered = this.#db
      .selectFrom(ahead.as('ahead'))
      .select([...key])
      .select(({ fn }) =>
        fn
          .agg<number>('row_number')
          .over((over) => key.reduce((sorted, column) => sorted.orderBy(column), over))
          .as(ROW),
      )
    const ends = this.#db
      .selectFrom(numbered.as('numbered'))
      .select([...key])
      .where((where) => where(where(ROW, '%', batch), '=', 0))
    return key.reduce((sorted, column) => sorted.orderBy(column), ends).execute()
  }

  #read(selected: readonly string[] | undefined, behind: AnyRow | undefined) {
    const { table, key, valuesOf } = this.#parts
    const from = this.#db.selectFrom(table)
    const whole = selected ? from.select([...selected]) : from.selectAll()
    const sorted = key.reduce((query, column) => query.orderBy(column), whole)
    if (behind === undefined) return sorted
    const values = valuesOf(behind)
    return sorted.where((where) => compareKeys(where, key, values, 'behind'))
  }
}

/**
 * `a > ? or (a = ? and b > ?)`, or `a < ? or (a = ? and b <= ?)`: the server makes the same plan for
 * `(a, b) > (?, ?)` (4.2.0).
 */
function compareKeys(
  where: Where,
  key: readonly string[],
  values: readonly unknown[],
  place: 'behind' | 'up to',
) {
  const compare = (at: number, last: number) => {
    const sign = at < last ? '=' : place === 'behind' ? '>' : at === key.length - 1 ? '<=' : '<'
    const value = values[at]
    const column = key[at] ?? ''
    return typeof value === 'boolean'
      ? compareBoolean(where, column, sign, value)
      : where(column, sign, value)
  }
  return where.or(
    key.map((_, last) => where.and(key.slice(0, last + 1).map((__, at) => compare(at, last)))),
  )
}

/**
 * Once its rows are in files, a key that begins with a `bool` finds none of them by `= true` and `> false`, which
 * loses rows (4.2.0). `is true` finds them.
 */
function compareBoolean(
  where: Where,
  column: string,
  sign: '=' | '>' | '<' | '<=',
  value: boolean,
): Expression<SqlBool> {
  if (sign === '=') return where(column, 'is', value)
  if (sign === '>') return value ? where.lit(false) : where(column, 'is', true)
  if (sign === '<=' && value) return where.lit(true)
  return value || sign === '<=' ? where(column, 'is', false) : where.lit(false)
}
