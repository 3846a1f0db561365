import { ValueError } from '../../errors.js'

/** A value of a key column. */
export type KeyValue = string | number | bigint | Date

/** The same, or the bytes of a binary key. */
export type KeyPart = KeyValue | Uint8Array

/** A row whose vector a search starts from, made by `rowOf`. */
export class RowOf<Table extends string> {
  readonly table: Table
  /** One value for a key of one column, or the values by column. */
  readonly key: KeyPart | Readonly<Record<string, KeyPart>>

  constructor(table: Table, key: KeyPart | Readonly<Record<string, KeyPart>>) {
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
  key: KeyPart | Readonly<Record<string, KeyPart>>,
): RowOf<Table> {
  return new RowOf(table, key)
}

/**
 * The values of a key by its columns.
 *
 * @param columns as the server names them
 * @param nameOnServer what a column that the program names is called there
 * @throws {ValueError} when the value does not name each column of the key
 */
export function keyValues(
  { table, key: given }: RowOf<string>,
  columns: readonly string[],
  nameOnServer: (column: string) => string,
): readonly (readonly [column: string, value: KeyPart])[] {
  const values = isOneValue(given)
    ? columns.length === 1
      ? { [columns[0] as string]: given }
      : {}
    : Object.fromEntries(Object.entries(given).map(([name, value]) => [nameOnServer(name), value]))
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

function isOneValue(key: RowOf<string>['key']): key is KeyPart {
  return typeof key !== 'object' || key === null || key instanceof Date || key instanceof Uint8Array
}
