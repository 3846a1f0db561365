/** Runs a vector search: chooses the path by the number of matching rows, and repeats exactly where rows are missing. */
import type { AnyRow } from '../any-query.js'
import { ALL_ROWS, windowOf } from '../groups.js'
import type { Reported } from '../searcher.js'
import { chooseFixedPath, type PathChoice } from './choose-path.js'
import { measureFilter } from './measure-filter.js'
import type { VectorState } from './vector-state.js'
import { writeSearch } from './vector-statement.js'

/** A path with what was found out for it. */
export interface CountedPath extends PathChoice {
  readonly candidates: number | undefined
  readonly statements: number
}

/** Chooses the path; measures the filter where that decides. */
export async function choosePath(state: VectorState): Promise<CountedPath> {
  const fixed = chooseFixedPath(state)
  if (fixed !== undefined) return { ...fixed, candidates: undefined, statements: 0 }
  const { isFew, share, candidates, statements } = await measureFilter(state)
  const budget = state.rowBudget.toLocaleString('en-US')
  const rows = candidates === undefined ? 'rows in the table' : 'matching rows'
  const counted = { candidates, statements }
  if (isFew) return { path: 'exact', reason: `at most ${budget} ${rows}`, ...counted }
  if (share !== undefined && share < leastShare(state.limit)) {
    const reason = `the index would give too few rows: ${(share * 100).toFixed(1)} % match`
    return { path: 'exact', reason, ...counted }
  }
  return { path: 'index', reason: `more than ${budget} matching rows`, ...counted }
}

/**
 * The share of a table that has to match. Beside a filter an index finds so many times the limit and
 * filters afterwards (4.2.0); half as many again make it likely that enough are left.
 */
function leastShare(limit: number): number {
  const times = limit < 50 ? 5 : limit < 100 ? 2 : limit < 200 ? 1.5 : 1.3
  return 1.5 / times
}

/** Runs the search. */
export async function runSearch(state: VectorState): Promise<Reported> {
  const { path, reason, candidates, statements } = await choosePath(state)
  const rows = await findRows(state, path)
  const mayMiss = state.groups === undefined ? path === 'index' : !isWhole(state)
  const isShort = mayMiss && state.using !== 'index' && isMissingRows(state, rows)
  if (!isShort) {
    const report = {
      path,
      candidates,
      statements: statements + 1,
      reason: withStaleness(state, path, reason),
    }
    return { rows: cutRows(state, rows), report }
  }
  const found = state.groups === undefined ? 'the index' : foundIn(state, path)
  return {
    rows: cutRows(state, await findRows(wholeGroups(state), 'exact')),
    report: {
      path: path === 'index' ? 'index, then exact' : 'exact',
      candidates,
      statements: statements + 2,
      reason: `${reason}, and ${found} gave ${rows.length} of ${state.limit}`,
    },
  }
}

/**
 * The same search with its groups cut from all rows. Where the nearest rows give as many hits as the limit,
 * these are the same hits: whether a row is one depends on the nearer rows only.
 */
export function wholeGroups(state: VectorState): VectorState {
  const { groups } = state
  return groups === undefined ? state : { ...state, groups: { ...groups, window: ALL_ROWS } }
}

function isWhole({ groups }: VectorState): boolean {
  return groups?.window === ALL_ROWS
}

function foundIn({ groups, limit }: VectorState, path: string): string {
  const window = groups === undefined ? limit : windowOf(groups, limit)
  return `the ${window.toLocaleString('en-US')} nearest rows${path === 'index' ? ' of the index' : ''}`
}

async function findRows(state: VectorState, path: PathChoice['path']): Promise<AnyRow[]> {
  return writeSearch(state, path).execute()
}

/**
 * Leaves out rows without a vector, the last of an exact search, and cuts the range off: on the index's
 * path, fewer rows than asked for mean missing ones.
 */
function cutRows({ within }: VectorState, rows: AnyRow[]): AnyRow[] {
  return rows.filter(
    ({ distance }) => distance !== null && (within === undefined || Number(distance) < within),
  )
}

/** A row without a distance shows that the server did not use the index, and sorted it first. */
function isMissingRows({ limit }: VectorState, rows: readonly AnyRow[]): boolean {
  return rows.length < limit || rows.some((row) => row['distance'] === null)
}

function withStaleness({ db, target }: VectorState, path: string, reason: string): string {
  const isHnsw = path === 'index' && target.indexes.some(({ algo }) => algo === 'hnsw')
  if (!isHnsw) return reason
  const own = db.isTransaction ? ' and has no rows of this transaction' : ''
  return `${reason}; an HNSW index follows writes after about 10 s${own}`
}
