/** The SQL of a text search. */
import type { AnyHandle, AnyQuery } from '../any-query.js'
import { ALL_ROWS, cutGroups, GROUP, type Groups } from '../groups.js'
import { columnOf, hitsTable, keep, selectKey } from '../hits-table.js'
import type { SearchState } from '../searcher.js'
import { selectedNames } from '../selected-columns.js'
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
export function writeTextSearch({
  table,
  key,
  match,
  query,
  limit,
}: Pick<TextState, 'table' | 'key' | 'match' | 'query' | 'limit'>): AnyQuery {
  let search = (query.select(match.score.as('score')) as AnyQuery)
    .where(match)
    .orderBy('score', 'desc')
  for (const column of key) search = search.orderBy(columnOf(table, column))
  return search.limit(limit)
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
