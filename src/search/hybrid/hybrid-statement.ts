/** The SQL of a hybrid search: every leg, its ranks, their fusion and the columns of the rows, in one statement. */
import { type RawBuilder, sql, type SqlBool } from 'kysely'
import type { AnyHandle, AnyQuery } from '../any-query.js'
import { columnOf, computed, keep, rankBy, selectKey } from '../hits-table.js'
import type { SearchState } from '../searcher.js'
import { writeTextSearch } from '../text/text-statement.js'
import { chooseComposedPath, type PathChoice } from '../vector/choose-path.js'
import type { SearchUsing, VectorState } from '../vector/vector-state.js'
import { leavesOutRow, writeHits, writeInner } from '../vector/vector-statement.js'
import type { Fusion } from './fusion.js'
import { isLive, type LegSearch, type NamedLeg, VectorLeg } from './legs.js'

/** A hybrid search as it was said so far. */
export interface HybridState extends SearchState {
  readonly db: AnyHandle
  readonly table: string
  readonly key: readonly string[]
  readonly legs: readonly NamedLeg[]
  readonly fusion: Fusion
  readonly using: SearchUsing
}

// Names inside of the statement, in lower case without digits for a CamelCasePlugin; the program's
// columns stand beside those of `FUSED`.
const LEG = 'hit_leg'
const VALUE = 'hit_value'
const PLACE = 'hit_place'
const BEST = 'hit_best'
const LAST = 'hit_last'
const SCORE = 'hit_score'
const FUSED = 'fused_hits'
const ROWS = 'rows_of_leg'

/** The names of the columns that a leg adds to a hit. */
export function legColumns({ name, leg }: NamedLeg): {
  readonly rank: string
  readonly value: string
} {
  return { rank: `${name}Rank`, value: `${name}${leg instanceof VectorLeg ? 'Distance' : 'Score'}` }
}

/** The path of a vector leg; a filtered leg is exact, because one statement cannot be repeated. */
export function choosePathOfLeg(state: HybridState, search: LegSearch): PathChoice {
  return chooseComposedPath(stateOfLeg(state, search))
}

/**
 * Writes a hybrid search.
 *
 * ```sql
 * select `title`, `f`.`hit_score` as `score`, …
 * from `articles` inner join (
 *   select `hit_key_a`, coalesce(max(case when `hit_leg` = 0 then 1e0 / (60 + `hit_place`) end), 0e0) + … as `hit_score`, …
 *   from (select …, rank() over (partition by `hit_leg` order by `hit_value`) as `hit_place`
 *         from ((…) union all (…)) as `legs`) as `ranks`
 *   group by `hit_key_a` order by `hit_score` desc, `hit_key_a` limit 10
 * ) as `f` on `f`.`hit_key_a` = `articles`.`id` order by `f`.`hit_score` desc, `f`.`hit_key_a`
 * ```
 *
 * @param asTable whether it has a `rank` and no order, to stand in another query
 */
export function writeHybrid(state: HybridState, asTable: boolean): AnyQuery {
  const { query: keyed, keyNames } = selectKey(state.query.clearSelect() as AnyQuery, state.key)
  const fused = writeFusion(state, keyed, keyNames)
  const joined = (state.query.clearWhere() as AnyQuery).innerJoin(fused.as(FUSED), (join) => {
    let on = join
    keyNames.forEach((name, at) => {
      const own = columnOf(state.table, state.key[at] as string)
      on = on.on(sql<SqlBool>`${columnOf(FUSED, name)} = ${own}`)
    })
    return on
  }) as unknown as AnyQuery
  const order = [
    sql`${columnOf(FUSED, SCORE)} desc`,
    ...keyNames.map((name) => columnOf(FUSED, name)),
  ]
  const columns = state.legs.flatMap((named, at) => {
    const { rank, value } = legColumns(named)
    return [
      columnOf(FUSED, legName(PLACE, at)).as(rank),
      columnOf(FUSED, legName(VALUE, at)).as(value),
    ]
  })
  const hits = joined.select([columnOf(FUSED, SCORE).as('score'), ...columns]) as AnyQuery
  if (asTable) return hits.select(rankBy(order).as('rank')) as AnyQuery
  let sorted = hits.orderBy(columnOf(FUSED, SCORE), 'desc')
  for (const name of keyNames) sorted = sorted.orderBy(columnOf(FUSED, name))
  return sorted
}

/** One row a hit: its key, its score, and of each leg its rank and its distance or score. */
function writeFusion(given: HybridState, keyed: AnyQuery, keyNames: readonly string[]): AnyQuery {
  const state = { ...given, query: keyed }
  const { db, legs, fusion, limit } = state
  const live = legs.flatMap((named, at) => (isLive(named) ? [{ at, ...named }] : []))
  const rows = live.map(({ at, leg }) =>
    leg instanceof VectorLeg
      ? vectorRows(state, at, keyNames, leg)
      : legRows(
          db,
          at,
          keyNames,
          'score',
          writeTextSearch({ ...state, match: leg.match, limit: fusion.window }),
        ),
  )
  const [first = nothing(keyed, db, keyNames), ...others] = rows
  const union = others.reduce((all, each) => all.unionAll(each) as AnyQuery, first)
  const ranked = rankLegs(db, union, keyNames, fusion)
  const terms = live.map(({ at, leg }) => {
    const term = ofLeg(at, termOf(fusion, leg.weight), 'max')
    return sql`coalesce(${term}, 0e0)`
  })
  const score = terms.length === 0 ? sql`0e0` : sql.join(terms, sql` + `)
  let fused = db
    .selectFrom(ranked.as('ranks'))
    .select([
      ...keyNames.map((name) => keep('ranks', name)),
      score.as(SCORE),
      ...legs.flatMap(({ leg }, at) => [
        sql`cast(${ofLeg(at, columnOf('ranks', PLACE), 'min')} as int)`.as(legName(PLACE, at)),
        valueOf(leg, at).as(legName(VALUE, at)),
      ]),
    ])
    .groupBy(keyNames.map((name) => columnOf('ranks', name)))
    .orderBy(SCORE, 'desc')
  for (const name of keyNames) fused = fused.orderBy(columnOf('ranks', name))
  return fused.limit(limit) as unknown as AnyQuery
}

/** A leg's rows in the columns that all legs share; the smaller the value, the better. */
function legRows(
  db: AnyHandle,
  at: number,
  keyNames: readonly string[],
  measure: 'distance' | 'score',
  leg: AnyQuery,
): AnyQuery {
  const value =
    measure === 'score' ? sql`0e0 - ${columnOf(ROWS, measure)}` : computed(ROWS, measure, keyNames)
  return db
    .selectFrom(leg.as(ROWS))
    .select([
      ...keyNames.map((name) => keep(ROWS, name)),
      sql.raw(String(at)).as(LEG),
      value.as(VALUE),
    ]) as unknown as AnyQuery
}

/** No legs that could find anything: a leg without rows. */
function nothing(keyed: AnyQuery, db: AnyHandle, keyNames: readonly string[]): AnyQuery {
  const none = keyed.select(sql`0e0`.as('score')).where(sql<SqlBool>`false`) as AnyQuery
  return legRows(db, 0, keyNames, 'score', none)
}

/** Hits with the same value share a rank: for a common word all scores are the same (4.2.0). */
function rankLegs(
  db: AnyHandle,
  union: AnyQuery,
  keyNames: readonly string[],
  { k }: Fusion,
): AnyQuery {
  const leg = columnOf('legs', LEG)
  const value = columnOf('legs', VALUE)
  const ranked = db
    .selectFrom(union.as('legs'))
    .select([
      ...keyNames.map((name) => keep('legs', name)),
      keep('legs', LEG),
      keep('legs', VALUE),
      sql`rank() over (partition by ${leg} order by ${value})`.as(PLACE),
    ])
  if (k !== undefined) return ranked as unknown as AnyQuery
  return ranked.select([
    sql`min(${value}) over (partition by ${leg})`.as(BEST),
    sql`max(${value}) over (partition by ${leg})`.as(LAST),
  ]) as unknown as AnyQuery
}

/** The part of a hit's score that a row of a leg adds. As double: a decimal would keep 7 digits of it. */
function termOf({ k }: Fusion, weight: number): RawBuilder<unknown> {
  const factor = sql.raw(weight.toExponential())
  const [value, best, last] = [VALUE, BEST, LAST].map((name) => columnOf('ranks', name))
  if (k !== undefined) return sql`${factor} / (${sql.raw(String(k))} + ${columnOf('ranks', PLACE)})`
  return sql`case when ${last} = ${best} then ${factor} else ${factor} * (${last} - ${value}) / (${last} - ${best}) end`
}

/** Something of one leg's row of a hit, null where the leg has not found it. */
function ofLeg(at: number, what: unknown, aggregate: 'min' | 'max'): RawBuilder<unknown> {
  const leg = columnOf('ranks', LEG)
  return sql`${sql.raw(aggregate)}(case when ${leg} = ${sql.raw(String(at))} then ${what} end)`
}

function valueOf(leg: NamedLeg['leg'], at: number): RawBuilder<unknown> {
  const value = ofLeg(at, columnOf('ranks', VALUE), 'min')
  return leg instanceof VectorLeg ? value : sql`0e0 - ${value}`
}

/** An exact leg ends with the rows that have no vector; beside an index the condition would lose it. */
function vectorRows(
  state: HybridState,
  at: number,
  keyNames: readonly string[],
  { search }: VectorLeg,
): AnyQuery {
  // Only legs that can find anything come here.
  const leg = stateOfLeg(state, search as LegSearch)
  const { path } = chooseComposedPath(leg)
  // A condition on the key loses the index, unless it stands outside of the window of a table of hits.
  const found = path === 'index' && leavesOutRow(leg) ? writeHits(leg, path) : writeInner(leg, path)
  const rows = legRows(state.db, at, keyNames, 'distance', found)
  if (path === 'index') return rows
  return rows.where(sql<SqlBool>`${columnOf(ROWS, 'distance')} is not null`) as AnyQuery
}

function stateOfLeg(
  { db, table, query, using, fusion }: HybridState,
  search: LegSearch,
): VectorState {
  return { ...search, db, table, query, using, limit: fusion.window, within: undefined }
}

/** A column of one leg. */
function legName(name: string, at: number): string {
  return `${name}_${String.fromCodePoint(97 + at)}`
}
