import { ValueError } from '../../errors.js'

/** A value of a key column. */
export type KeyValue = string | number | bigint | Date

/** A row whose vector a search starts from, made by `rowOf`. */
export class RowOf<Table extends string> {
  readonly table: Table
  /** One value for a key of one column, or the values by column. */
  readonly key: KeyValue | Readonly<Record<string, KeyValue>>

  constructor(table: Table, key: KeyValue | Readonly<Record<string, KeyValue>>) {
    this.table = table
    this.key = key
  }
}

/**
 * The vector of a row, for `vectorSearch`: more like this one. The vector stays on the server, in one
 * statement, and the row itself is not among the hits. A row that does not exist has no hits.
 *
 * @param key the value of the primary key, or `{ column: value }` for a key of several columns
 *
 * @example
 * const similar = await db.vectorSearch('articles', 'embedding', rowOf('articles', 77)).select('id').execute()
 *
 * ```sql
 * select `id`, l2_distance(`embedding`, `likeness`.`vector`) as `distance` from `articles`
 * cross join (select `embedding` as `vector` from `articles` where `id` = 77 and `embedding` is not null) as `likeness`
 * order by `distance` asc limit 11
 * ```
 */
export function rowOf<const Table extends string>(
  table: Table,
  key: KeyValue | Readonly<Record<string, KeyValue>>,
): RowOf<Table> {
  return new RowOf(table, key)
}

/**
 * The values of a key by its columns.
 *
 * @throws {ValueError} when the value does not name each column of the key
 */
export function keyValues(
  { table, key: given }: RowOf<string>,
  columns: readonly string[],
): readonly (readonly [column: string, value: KeyValue])[] {
  const isOne = typeof given !== 'object' || given instanceof Date || given === null
  const values: Readonly<Record<string, KeyValue>> =
    isOne && columns.length === 1 ? { [columns[0] as string]: given } : isOne ? {} : given
  const found = columns.flatMap((column) => {
    const value = Object.hasOwn(values, column) ? values[column] : undefined
    return value === undefined || value === null ? [] : [[column, value] as const]
  })
  if (found.length === columns.length && Object.keys(values).length === columns.length) return found
  throw new ValueError(
    `rowOf('${table}', …) needs the value of the primary key (${columns.join(', ')})` +
      (columns.length === 1 ? '.' : `, as { ${columns.map((name) => `${name}: …`).join(', ')} }.`),
  )
}
