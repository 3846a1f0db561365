/** The SQL of a text search. */
import { sql, type SqlBool } from 'kysely'
import type { AnyHandle, AnyQuery } from '../any-query.js'
import { ALL_ROWS, cutGroups, GROUP, type Groups } from '../groups.js'
import { columnOf, hitsTable, keep, selectKey } from '../hits-table.js'
import type { SearchState } from '../searcher.js'
import { selectedNames } from '../selected-columns.js'
import { readFilter } from '../vector/read-filter.js'
import type { Match } from './match.js'

/** A text search as it was said so far. */
export interface TextState extends SearchState {
  readonly db: AnyHandle
  readonly table: string
  /** The columns of the primary key; empty when unknown. */
  readonly key: readonly string[]
  readonly match: Match
  readonly columns: readonly string[]
  /** The text as it is sent. */
  readonly pattern: string
  readonly groups?: Groups | undefined
}

/**
 * Writes a search as one SELECT, the best hits first.
 *
 * ```sql
 * select `id`, match(`title`, `body`) against('cheap flights' in boolean mode) as `score` from `articles`
 * where match(`title`, `body`) against('cheap flights' in boolean mode) order by `score` desc, `id` limit 10
 * ```
 */
export function writeTextSearch(search: SearchedText): AnyQuery {
  const { table, key, query, limit } = search
  const measured =
    key.length > 0 && asksSubquery(query) ? besideSubquery(search) : besideMatch(search)
  return sortBest(measured, table, key, 'score').limit(limit)
}

function sortBest(query: AnyQuery, table: string, key: readonly string[], score: string): AnyQuery {
  let sorted = query.orderBy(score, 'desc')
  for (const column of key) sorted = sorted.orderBy(columnOf(table, column))
  return sorted
}

/** The parts of a search that its SELECT is made of. */
type SearchedText = Pick<TextState, 'db' | 'table' | 'key' | 'match' | 'query' | 'limit'>

function besideMatch({ match, query }: SearchedText): AnyQuery {
  return (query.select(match.score.as('score')) as AnyQuery).where(match)
}

/** Names of the table of matches, lower case without digits for a CamelCasePlugin. */
const MATCHES = 'matches'
const MATCH_KEY = 'match_key_'
const MATCH_SCORE = 'match_score'

/**
 * A score and a subquery in one SELECT are 20105 (4.2.0), in its filters as in its selections. So the rows that
 * match are a table of their own, whose LIMIT keeps it apart.
 *
 * ```sql
 * select `title`, `matches`.`match_score` as `score` from `articles` inner join (
 *   select `id` as `match_key_a`, match(`title`, `body`) against('cheap flights' in boolean mode) as `match_score`
 *   from `articles` where match(`title`, `body`) against('cheap flights' in boolean mode)
 *   order by `match_score` desc, `articles`.`id` limit 4294967295
 * ) as `matches` on `matches`.`match_key_a` = `articles`.`id`
 * where `author_id` in (select `id` from `authors`) order by `score` desc, `articles`.`id` limit 10
 * ```
 */
function besideSubquery({ db, table, key, match, query }: SearchedText): AnyQuery {
  const all = db.selectFrom(table).where(match) as unknown as AnyQuery
  const { query: keyed, keyNames } = selectKey(all, key, MATCH_KEY)
  const scored = keyed.select(match.score.as(MATCH_SCORE)) as AnyQuery
  // 4.1.4 reserves memory for the LIMIT of an unsorted search, and ends at 64 GB.
  const matches = sortBest(scored, table, key, MATCH_SCORE).limit(ALL_ROWS)
  const joined = query.innerJoin(matches.as(MATCHES), (join) =>
    keyNames.reduce((on, name, at) => {
      const own = columnOf(table, key[at] as string)
      return on.on(sql<SqlBool>`${columnOf(MATCHES, name)} = ${own}`)
    }, join),
  ) as unknown as AnyQuery
  return joined.select(columnOf(MATCHES, MATCH_SCORE).as('score')) as AnyQuery
}

function asksSubquery(query: AnyQuery): boolean {
  const { where, selections = [] } = query.toOperationNode()
  const parts = where === undefined ? selections : [where, ...selections]
  return parts.some((part) => readFilter(part).hasSubquery)
}

/** Writes a search as a table with `rank`, to stand in another query. */
export function writeTextHits(state: TextState): AnyQuery {
  const { db, groups, limit } = state
  if (groups === undefined) return writeBest(state)
  const names = selectedNames(state.query)
  const { query, keyNames } = selectKey(state.query, [groups.by], GROUP)
  return cutGroups(db, {
    hits: writeBest({ ...state, query, limit: ALL_ROWS }),
    kept: [...names, 'score'],
    by: keyNames[0] as string,
    each: groups.each,
    limit,
  })
}

/** Writes a search that is run as it is. */
export function writeTextAlone(state: TextState): AnyQuery {
  if (state.groups === undefined) return writeTextSearch(state)
  return state.db
    .selectFrom(writeTextHits(state).as('hit'))
    .select([...selectedNames(state.query), 'score'].map((name) => keep('hit', name)))
    .orderBy(columnOf('hit', 'rank')) as unknown as AnyQuery
}

function writeBest(state: TextState): AnyQuery {
  const names = selectedNames(state.query)
  const { query, keyNames } = selectKey(state.query, state.key)
  const inner = writeTextSearch({ ...state, query })
  return hitsTable(state.db, { inner, keyNames, names, measure: 'score' })
}
