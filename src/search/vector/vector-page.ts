/**
 * Pages of a vector search. An OFFSET through an ivfflat index repeats rows at equal distances, and `distance >
 * last` loses some (4.2.0). So a page begins a little before the last distance, and the hits that were given out
 * at that edge are left out here.
 */
import { ConfigurationError } from '../../errors.js'
import type { AnyRow } from '../any-query.js'
import type { PageEnd, SeenHit } from '../cursor.js'
import { selectKeyTexts } from '../key-text.js'
import { runSearch } from './run-search.js'
import type { VectorState } from './vector-state.js'

/** Lower case without signs: it comes back under this name whatever plugin maps names. */
const PAGE_KEY = 'pagekey'

/** A page with where it ended; no end when there is nothing behind it. */
export interface VectorPage {
  readonly rows: AnyRow[]
  readonly end: PageEnd | undefined
}

/** Reads the page behind an end. */
export async function readVectorPage(
  state: VectorState,
  size: number,
  { count, distance, seen = [] }: PageEnd,
): Promise<VectorPage> {
  if (state.target.key.length === 0) {
    throw new ConfigurationError(
      `page() of ${state.target.place} needs the primary key from the schema value. Run mo-codegen generate again.`,
    )
  }
  const { query, keyNames } = selectKeyTexts(state.query, state.target.key, PAGE_KEY)
  const limit = size + seen.length + 1
  const from = distance === undefined ? undefined : distance - edge(distance)
  const { rows } = await runSearch({ ...state, query, limit, from })
  const given = new Set(seen.map(([key]) => key))
  const fresh = rows.flatMap((row) => {
    const key = JSON.stringify(keyNames.map((name) => row[name]))
    return given.has(key) ? [] : [{ row, hit: [key, Number(row['distance'])] as SeenHit }]
  })
  const shown = fresh.slice(0, size)
  const last = shown.at(-1)?.hit[1]
  const page = shown.map(({ row }) => withoutKeys(row, keyNames))
  if (fresh.length <= size || last === undefined) return { rows: page, end: undefined }
  const near = [...seen, ...shown.map(({ hit }) => hit)].filter(
    ([, each]) => each >= last - 2 * edge(last),
  )
  return { rows: page, end: { count: count + size, distance: last, seen: near } }
}

/**
 * A page of groups, by position: the first rows of a group are needed for its later ones. It is exact
 * unless `using('index')`, because hits of two paths in turn could repeat rows.
 */
export async function readGroupPage(
  state: VectorState,
  size: number,
  { count }: PageEnd,
): Promise<VectorPage> {
  const using = state.using === 'auto' ? 'exact' : state.using
  const { rows } = await runSearch({ ...state, using, limit: count + size + 1 })
  const end = rows.length > count + size ? { count: count + size } : undefined
  return { rows: rows.slice(count, count + size), end }
}

/** The index computes with doubles and an exact search with floats, so one row has two distances. */
export function edge(distance: number): number {
  return 1e-6 * Math.max(1, Math.abs(distance))
}

function withoutKeys(row: AnyRow, keyNames: readonly string[]): AnyRow {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !keyNames.includes(name)))
}
