/** Random relations over the library, as a query and as a join in memory. */
import fc from 'fast-check'
import type { Expression, RawBuilder, SelectQueryBuilder } from 'kysely'
import type { MatrixOne } from 'kysely-matrixone'
import { jsonArrayFrom, jsonObjectFrom } from 'kysely-matrixone/helpers'
import type { Library } from './library.js'

type Table = keyof Library
type Row = Readonly<Record<string, unknown>>
export type Rows = { readonly [Name in Table]: readonly Row[] }

/** One level of a query. */
export interface Level {
  readonly columns: readonly string[]
  readonly order: readonly { readonly column: string; readonly down: boolean }[]
  readonly limit: number | undefined
  readonly offset: number
  readonly least: number | undefined
  readonly kind: 'array' | 'object'
  readonly inner: Level | undefined
}

const TABLES = ['authors', 'books', 'reviews'] as const
const KEYS: Readonly<Record<Table, string>> = { authors: 'id', books: 'author', reviews: 'book' }

const columns: Readonly<Record<Table, readonly string[]>> = {
  authors: ['name', 'born', 'kind'],
  books: [
    'author',
    'title',
    'price',
    'sold',
    'published',
    'embedding',
    'tags',
    'doc',
    'cover',
    'ratio',
  ].concat(['in_print', 'flags', 'printed', 'guid', 'at_time']),
  reviews: ['book', 'stars', 'body'],
}

const sortable: Readonly<Record<Table, readonly string[]>> = {
  authors: ['name', 'born'],
  books: ['title', 'price', 'sold', 'published', 'in_print'],
  reviews: ['stars', 'body'],
}

/** A level and the ones in it; the id ends every order, so that there is one right answer. */
export function levelOf(depth: number): fc.Arbitrary<Level> {
  const table = TABLES[depth] as Table
  const last = depth === TABLES.length - 1
  return fc.record({
    columns: fc.subarray([...columns[table]]),
    order: fc
      .option(
        fc.record({
          column: fc.constantFrom(...sortable[table]),
          down: fc.boolean(),
          idDown: fc.boolean(),
        }),
        { nil: undefined },
      )
      .map((chosen) =>
        chosen === undefined
          ? []
          : [
              { column: chosen.column, down: chosen.down },
              { column: 'id', down: chosen.idDown },
            ],
      ),
    limit: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined, freq: 1 }),
    offset: fc.constantFrom(0, 0, 1),
    least: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    kind: fc.constantFrom<'array' | 'object'>('array', 'array', 'object'),
    inner: last
      ? fc.constant(undefined)
      : fc.option(levelOf(depth + 1), { nil: undefined, freq: 5 }),
  })
}

/** Any builder: the columns of a random shape are known at run time only. */
type AnyBuilder = SelectQueryBuilder<Record<string, Row>, string, object>

/** The query of a shape. */
export function queryOf(db: MatrixOne<Library>, level: Level): AnyBuilder {
  return build(db as unknown as AnyDatabase, level, 0)
}

interface AnyDatabase {
  selectFrom(table: string): AnyBuilder
}

function build(db: AnyDatabase, level: Level, depth: number): AnyBuilder {
  const table = TABLES[depth] as Table
  let query = db
    .selectFrom(table)
    .select(['id', ...level.columns].map((name) => `${table}.${name}`))
  const { inner } = level
  if (inner !== undefined) {
    query = query.select((eb) => {
      const outer = build(eb as unknown as AnyDatabase, inner, depth + 1)
      const key = `${TABLES[depth + 1]}.${KEYS[TABLES[depth + 1] as Table]}`
      const tied = outer.whereRef(key, '=', `${table}.id`)
      return nest(inner, tied).as('inner')
    })
  }
  if (level.least !== undefined) query = query.where(`${table}.id`, '>=', level.least as never)
  const { order, limit, offset } = orderOf(level, depth)
  for (const { column, down } of order)
    query = query.orderBy(`${table}.${column}`, down ? 'desc' : 'asc')
  if (limit !== undefined) query = query.limit(limit)
  return limit !== undefined && offset > 0 ? query.offset(offset) : query
}

function nest(level: Level, query: AnyBuilder): RawBuilder<unknown> & Expression<unknown> {
  return level.kind === 'array' ? jsonArrayFrom(query) : jsonObjectFrom(query)
}

/** An object is the first row, so it needs an order; a limit without an order has many right answers. */
function orderOf(level: Level, depth: number): Pick<Level, 'order' | 'limit' | 'offset'> {
  const isObject = depth > 0 && level.kind === 'object'
  const order = level.order.length === 0 && isObject ? [{ column: 'id', down: false }] : level.order
  return order.length === 0 ? { order, limit: undefined, offset: 0 } : { ...level, order }
}

/** The same in memory; rows without an order by id. */
export function joinOf(rows: Rows, level: Level, depth = 0, outer?: Row): readonly Row[] {
  const table = TABLES[depth] as Table
  const { order, limit, offset } = orderOf(level, depth)
  const found = rows[table]
    .filter((row) => outer === undefined || row[KEYS[table]] === outer['id'])
    .filter((row) => level.least === undefined || Number(row['id']) >= level.least)
    .toSorted((a, b) => compareBy(order, a, b))
  const from = limit === undefined ? 0 : offset
  const kept = found.slice(from, limit === undefined ? undefined : from + limit)
  return kept.map((row) => {
    const picked = Object.fromEntries(['id', ...level.columns].map((name) => [name, row[name]]))
    if (level.inner === undefined) return picked
    const inner = joinOf(rows, level.inner, depth + 1, row)
    return { ...picked, inner: level.inner.kind === 'array' ? inner : (inner[0] ?? null) }
  })
}

function compareBy(order: Level['order'], a: Row, b: Row): number {
  for (const { column, down } of order) {
    const compared = compare(column, a[column], b[column])
    if (compared !== 0) return down ? -compared : compared
  }
  return Number(a['id']) - Number(b['id'])
}

/** As MatrixOne sorts: null first, text by its bytes. */
function compare(column: string, a: unknown, b: unknown): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1
  if (column === 'price') return Number(a) - Number(b)
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string))
  return Number(a) < Number(b) ? -1 : Number(a) > Number(b) ? 1 : 0
}

/** Rows without an order come in any: sorts them by id, at every level. */
export function inOrder(result: unknown, level: Level, depth = 0): unknown {
  const rows = (Array.isArray(result) ? result : result === null ? [] : [result]) as Row[]
  const { order } = orderOf(level, depth)
  const sorted =
    order.length > 0 ? rows : rows.toSorted((a, b) => Number(a['id']) - Number(b['id']))
  const { inner } = level
  const done =
    inner === undefined
      ? sorted
      : sorted.map((row) => ({ ...row, inner: inOrder(row['inner'], inner, depth + 1) }))
  return depth > 0 && level.kind === 'object' ? (done[0] ?? null) : done
}
