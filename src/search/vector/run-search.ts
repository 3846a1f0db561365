/** Runs a vector search: chooses the path by the number of matching rows, and repeats exactly where rows are missing. */
import type { AnyRow } from '../any-query.js'
import type { SearchReport } from '../search.js'
import { chooseFixedPath, type PathChoice } from './choose-path.js'
import { countRows } from './count-rows.js'
import type { VectorState } from './vector-state.js'
import { writeSearch } from './vector-statement.js'

/** A path with what was found out for it. */
export interface CountedPath extends PathChoice {
  readonly candidates: number | undefined
  readonly statements: number
}

/** Chooses the path; counts rows where that decides. */
export async function choosePath(state: VectorState): Promise<CountedPath> {
  const fixed = chooseFixedPath(state)
  if (fixed !== undefined) return { ...fixed, candidates: undefined, statements: 0 }
  const { isFew, candidates, statements } = await countRows(state)
  const budget = state.rowBudget.toLocaleString('en-US')
  const rows = candidates === undefined ? 'rows in the table' : 'matching rows'
  const reason = isFew ? `at most ${budget} ${rows}` : `more than ${budget} matching rows`
  return { path: isFew ? 'exact' : 'index', reason, candidates, statements }
}

/** Runs the search. */
export async function runSearch(
  state: VectorState,
): Promise<{ readonly rows: AnyRow[]; readonly report: SearchReport }> {
  const { path, reason, candidates, statements } = await choosePath(state)
  const rows = await findRows(state, path)
  const isShort = path === 'index' && state.using === 'auto' && isMissingRows(state, rows)
  if (!isShort) {
    const report = {
      path,
      candidates,
      statements: statements + 1,
      reason: withStaleness(state, path, reason),
    }
    return { rows: within(state, rows), report }
  }
  return {
    rows: within(state, await findRows(state, 'exact')),
    report: {
      path: 'index, then exact',
      candidates,
      statements: statements + 2,
      reason: `${reason}, and the index gave ${rows.length} of ${state.limit}`,
    },
  }
}

/** The range is cut off here on the index's path, where fewer rows than asked for mean missing ones. */
async function findRows(state: VectorState, path: PathChoice['path']): Promise<AnyRow[]> {
  const sent = path === 'index' ? { ...state, within: undefined } : state
  return writeSearch(sent, path).execute()
}

function within({ within: limit }: VectorState, rows: AnyRow[]): AnyRow[] {
  return limit === undefined ? rows : rows.filter((row) => Number(row['distance']) < limit)
}

/** A row without a distance shows that the server did not use the index, and sorted it first. */
function isMissingRows({ limit }: VectorState, rows: readonly AnyRow[]): boolean {
  return rows.length < limit || rows.some((row) => row['distance'] === null)
}

function withStaleness({ target }: VectorState, path: string, reason: string): string {
  const isHnsw = path === 'index' && target.indexes.some(({ algo }) => algo === 'hnsw')
  return isHnsw ? `${reason}; an HNSW index follows writes after about 10 s` : reason
}
