/**
 * Whether a search goes through the index. On 4.2.0 the index gives few rows or none beside a filter
 * that leaves few (5 %: 2.6 of 10 rows), panics beside a condition on the key or on an INCLUDE column,
 * and answers with the present under a time hint. An exact search is right every time, and the
 * faster one up to thousands of matching rows (`row-budget.ts`).
 */
import { UnsupportedError } from '../../errors.js'
import { timeTravelOf } from '../../time-travel/time-travel-plugin.js'
import { readFilter } from './read-filter.js'
import { isSourceRow, type VectorState } from './vector-state.js'

/** The path of a search and the reason for it. */
export interface PathChoice {
  readonly path: 'exact' | 'index'
  readonly reason: string
}

/** Rows beyond which one statement is exact: an ivfflat index returns only rows of the lists it probes. */
const MOST_COMPOSED = 100

/**
 * The path where it does not depend on the number of rows.
 *
 * @throws {UnsupportedError} for `using('index')` where the index would give wrong rows or none
 */
export function chooseFixedPath(state: VectorState): PathChoice | undefined {
  const reason = findExactReason(state)
  if (state.using === 'index') {
    if (reason === undefined) return { path: 'index', reason: "using('index') was asked for" }
    throw new UnsupportedError(
      `The search of ${state.target.place} cannot go through the index: ${reason}. Leave out using('index').`,
    )
  }
  if (state.using === 'exact') return { path: 'exact', reason: "using('exact') was asked for" }
  return reason === undefined ? undefined : { path: 'exact', reason }
}

/** The path of a search that has to be one statement. */
export function chooseComposedPath(state: VectorState): PathChoice {
  const fixed = chooseFixedPath(state)
  if (fixed !== undefined) return fixed
  if (state.groups !== undefined) {
    return { path: 'exact', reason: 'groups in one statement are cut from all rows' }
  }
  if (isFiltered(state)) {
    return { path: 'exact', reason: 'a filtered search in one statement is exact' }
  }
  if (state.limit > MOST_COMPOSED) {
    return {
      path: 'exact',
      reason: `a search for more than ${MOST_COMPOSED} rows in one statement is exact`,
    }
  }
  return { path: 'index', reason: 'nothing is filtered' }
}

/** Whether anything is filtered, apart from the distance. */
export function isFiltered({ query }: VectorState): boolean {
  return query.toOperationNode().where !== undefined
}

function findExactReason(state: VectorState): string | undefined {
  const { db, target, query, source } = state
  if (target.indexes.length === 0) return 'exact was asked for'
  if (timeTravelOf(db) !== undefined) return 'an index answers with present rows'
  if (target.key.length === 0) return 'the table has no primary key'
  // MatrixOne uses no index then, and sorts the rows without a vector first (4.2.0).
  if (isSourceRow(source)) {
    const { key, element } = source
    if (key.length > 1) return 'the row that it starts from has a key of several columns'
    if (element !== target.column?.element)
      return 'the row that it starts from has vectors of another type'
  }
  const { where, selections } = query.toOperationNode()
  if (selections?.some(({ selection }) => readFilter(selection).hasSubquery)) {
    return 'a selection is a subquery'
  }
  return where === undefined ? undefined : findFilterReason(state, readFilter(where.where))
}

function findFilterReason(
  { target: { indexes, key } }: VectorState,
  { columns, hasSubquery }: ReturnType<typeof readFilter>,
): string | undefined {
  const names = (list: readonly string[]): boolean =>
    list.some((name) => columns.has(name.toLowerCase()))
  if (indexes.some(({ algo }) => algo === 'hnsw')) return 'an HNSW index cannot filter'
  if (names(key)) return 'the filter names the primary key'
  if (indexes.some(({ include = [] }) => names(include)))
    return 'the filter names an INCLUDE column'
  return hasSubquery ? 'the filter is a subquery' : undefined
}
