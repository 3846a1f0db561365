/** The SQL of a vector search: exact, or in the one shape that uses the index. */
import { type Expression, type RawBuilder, sql, type SqlBool } from 'kysely'
import type { AnyQuery } from '../any-query.js'
import { metricFunctions } from '../../managers/vector-ops/metric-functions.js'
import { cutGroups, GROUP, windowOf } from '../groups.js'
import { columnOf, hitsTable, keep, rankBy, selectKey } from '../hits-table.js'
import { selectedNames } from '../selected-columns.js'
import type { PathChoice } from './choose-path.js'
import { isSourceRow, type SourceRow, type VectorState } from './vector-state.js'

type Path = PathChoice['path']

/** Names of the row that a search starts from, lower case for a CamelCasePlugin. */
const SOURCE = 'likeness'
const SOURCE_VECTOR = 'likeness_vector'

/**
 * Writes a search as it is run: one SELECT of its selections and `distance`, nearest first. Cutting off
 * the range, and rows without a vector at the end of an exact one, are left to its caller.
 *
 * ```sql
 * select `id`, l2_distance(`embedding`, '[…]') as `distance` from `articles` order by `distance` asc limit 10
 * ```
 *
 * Exact, with the rows that have no vector at the end:
 *
 * ```sql
 * select `id`, l2_distance(`embedding`, '[…]') as `distance` from `articles` where `lang` = 'en'
 * order by `embedding` is null, `distance` asc, `id` limit 10 by rank with option 'mode=force'
 * ```
 */
export function writeSearch(state: VectorState, path: Path): AnyQuery {
  const whole = { ...state, within: undefined }
  // Alone in the list the distance makes the index panic, and the row itself is left out from outside.
  const isPlain = selectedNames(state.query).length > 0 && !leavesOutRow(state)
  if (state.groups !== undefined) return writeWhole(whole, path)
  return path === 'exact' || isPlain ? writeInner(whole, path) : writeWhole(whole, path)
}

/** Writes a search as one SELECT of its hits and no other rows, nearest first. */
export function writeWhole(state: VectorState, path: Path): AnyQuery {
  return state.db
    .selectFrom(writeHits(state, path).as('hit'))
    .select([...selectedNames(state.query), 'distance'].map((name) => keep('hit', name)))
    .orderBy(columnOf('hit', 'rank')) as unknown as AnyQuery
}

/** Writes a search as a table with `rank` that keeps the index under any query around it. */
export function writeHits(state: VectorState, path: Path): AnyQuery {
  const { db, groups, limit } = state
  if (groups === undefined) return writeNearest(state, path)
  const names = selectedNames(state.query)
  const { query, keyNames } = selectKey(state.query, [groups.by], GROUP)
  const rows = { ...state, query, groups: undefined, limit: windowOf(groups, limit) }
  return cutGroups(db, {
    hits: writeNearest(rows, path),
    kept: [...names, 'distance'],
    by: keyNames[0] as string,
    each: groups.each,
    limit,
  })
}

function writeNearest(state: VectorState, path: Path): AnyQuery {
  const { db, target, limit } = state
  const names = selectedNames(state.query)
  const { query, keyNames } = selectKey(state.query, target.key)
  const keyed = { ...state, query }
  if (path === 'exact') {
    const inner = writeInner(keyed, path)
    const having = (distance: Expression<unknown>): RawBuilder<SqlBool> =>
      state.within === undefined
        ? sql<SqlBool>`${distance} is not null`
        : sql<SqlBool>`${distance} < ${state.within}`
    return hitsTable(db, { inner, keyNames, names, measure: 'distance', having })
  }
  const oneMore = leavesOutRow(state) ? { ...keyed, limit: limit + 1 } : keyed
  const inner = writeInner(oneMore, path)
  const showsKey = leavesOutRow(state)
  const hits = hitsTable(db, { inner, keyNames, names, measure: 'distance', showsKey })
  if (!showsKey && state.within === undefined) return hits
  return cutHits(state, hits, keyNames, names)
}

/** Conditions on the distance or the key lose the index, or rows, unless they stand outside of the window. */
function cutHits(
  { db, source, within, limit }: VectorState,
  hits: AnyQuery,
  keyNames: readonly string[],
  names: readonly string[],
): AnyQuery {
  let cut = db.selectFrom(hits.as('c')) as unknown as AnyQuery
  if (within !== undefined) cut = cut.where(sql<SqlBool>`${columnOf('c', 'distance')} < ${within}`)
  const columns = [...names, 'distance'].map((name) => keep('c', name))
  if (!isSourceRow(source) || !source.isSearched) {
    return cut.select([...columns, keep('c', 'rank')]) as AnyQuery
  }
  const rank = rankBy([columnOf('c', 'rank')])
  return cut
    .where(isOtherRow(source, (index) => columnOf('c', keyNames[index] as string)))
    .select([...columns, rank.as('rank')])
    .limit(limit) as AnyQuery
}

/**
 * The SELECT that searches. A range stands outside of it, and an exact search sorts the rows without a
 * vector to its end: a condition on the vector makes MatrixOne read all of them, even of rows that another
 * condition rules out (31 ms instead of 11 where 5 % of 200,000 rows match, 4.2.0).
 */
export function writeInner(state: VectorState, path: Path): AnyQuery {
  const { source, query, target, limit } = state
  let search = query
  if (isSourceRow(source)) {
    search = search.crossJoin(sourceTable(state, source).as(SOURCE)) as unknown as AnyQuery
  }
  const distance = measure(state)
  search = search.select(distance.as('distance')) as AnyQuery
  if (state.from !== undefined) search = search.where(sql<SqlBool>`${distance} >= ${state.from}`)
  if (path === 'index') return search.orderBy('distance', 'asc').limit(limit)
  if (isSourceRow(source) && source.isSearched) {
    search = search.where(
      isOtherRow(source, (index) => columnOf(state.table, target.key[index] as string)),
    )
  }
  const isMissing = sql`${columnOf(state.table, state.column)} is null`
  search = search.orderBy(isMissing).orderBy('distance', 'asc')
  for (const column of target.key) search = search.orderBy(columnOf(state.table, column))
  return search.limit(limit).modifyEnd(sql`by rank with option 'mode=force'`)
}

function measure({ target, table, column, source }: VectorState): RawBuilder<number> {
  const name = sql.raw(metricFunctions[target.metric])
  const other = isSourceRow(source) ? columnOf(SOURCE, SOURCE_VECTOR) : sql.val(source)
  return sql<number>`${name}(${columnOf(table, column)}, ${other})`
}

/** One row, or none: then there are no hits. */
function sourceTable({ db, column }: VectorState, { table, key }: SourceRow): AnyQuery {
  let row = db
    .selectFrom(table)
    .select(columnOf(undefined, column).as(SOURCE_VECTOR))
    .where(sql<SqlBool>`${columnOf(undefined, column)} is not null`)
  for (const [name, value] of key) {
    row = row.where(sql<SqlBool>`${columnOf(undefined, name)} = ${value}`)
  }
  return row as unknown as AnyQuery
}

function isOtherRow(
  { key }: SourceRow,
  columnAt: (index: number) => Expression<unknown>,
): RawBuilder<SqlBool> {
  const equal = key.map(([, value], index) => sql`${columnAt(index)} = ${value}`)
  return sql<SqlBool>`not (${sql.join(equal, sql` and `)})`
}

/** Whether a search starts from a row of its own table, which is not to be found. */
export function leavesOutRow({ source }: VectorState): boolean {
  return isSourceRow(source) && source.isSearched
}
