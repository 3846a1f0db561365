/**
 * How many rows there are to choose from. The size of a table is counted; how many of its rows match a filter is
 * asked of the planner, because counting reads all of it (3 to 4 ms of 200,000 rows, most of the time of a
 * selective search), and counted where the planner does not know. Every answer is remembered for a minute: a wrong
 * one costs time and no rows.
 */
import type { CompiledQuery } from 'kysely'
import type { AnyQuery } from '../any-query.js'
import { isFiltered } from './choose-path.js'
import { countRows, findCount } from './counted-rows.js'
import { expectRows, selectOnes } from './expected-rows.js'
import { type FilterKeys, keysOf } from './filter-key.js'
import type { VectorState } from './vector-state.js'

/** The rows to choose from. */
export interface FilterMeasure {
  /** Whether there are at most as many as the row budget. */
  readonly isFew: boolean
  /** The share of the table that matches, where the planner was asked. */
  readonly share?: number
  /** The matching rows, as the planner expects or counted up to one more than the budget; undefined when only the table was counted. */
  readonly candidates: number | undefined
  /** Statements that were sent to find out. */
  readonly statements: number
}

/** Measures how many rows match the filters. */
export async function measureFilter(state: VectorState): Promise<FilterMeasure> {
  const { rowBudget, db, table, target } = state
  const whole = db.selectFrom(table) as unknown as AnyQuery
  const filtered = isFiltered(state)
  const budget = filtered ? undefined : rowBudget
  const { rows, statements } = await countRows(db, target.table, whole, budget)
  const isFew = rows <= rowBudget
  if (!filtered) return { isFew, candidates: Math.min(rows, rowBudget + 1), statements }
  if (isFew) return { isFew, candidates: undefined, statements }
  const matching = state.query.clearSelect() as AnyQuery
  const compiled = selectOnes(matching).compile()
  const keys = keysOf(compiled)
  const expected = await expectMatching(state, { whole, rows }, compiled, keys)
  const measured = expected.measure ?? (await countMatching(state, matching, keys))
  return { ...measured, statements: statements + expected.statements + measured.statements }
}

/** The answer of the planner. */
interface Expected {
  /** Undefined where it does not know, or the rows were counted already. */
  readonly measure?: FilterMeasure
  readonly statements: number
}

async function expectMatching(
  { db, rowBudget, target }: VectorState,
  { whole, rows }: { readonly whole: AnyQuery; readonly rows: number },
  compiled: CompiledQuery,
  keys: FilterKeys,
): Promise<Expected> {
  if (findCount(db, keys.counted, rowBudget) !== undefined) return { statements: 0 }
  const table = await expectRows(db, target.table, () => selectOnes(whole).compile())
  if (!keys.isForAllValues && isStale(table.rows, rows)) return { statements: table.statements }
  const found = await expectRows(db, keys.expected, () => compiled)
  const statements = table.statements + found.statements
  // All are expected where there are no statistics of what the filter computes, and none of the newest rows, whose
  // values are beyond the statistics.
  if (found.rows >= table.rows || found.rows < 1) return { statements }
  const share = found.rows / table.rows
  const candidates = Math.round(share * rows)
  return {
    measure: { isFew: candidates <= rowBudget, share, candidates, statements: 0 },
    statements,
  }
}

/**
 * Statistics follow a load after minutes: of 200,000 rows they are those of 73,728 until then (4.2.0). How many
 * different values a column has is known by them, and not how far its values go.
 */
function isStale(expected: number, counted: number): boolean {
  return expected < counted * 0.8 || expected > counted * 1.25
}

async function countMatching(
  { db, rowBudget }: VectorState,
  matching: AnyQuery,
  { counted }: FilterKeys,
): Promise<FilterMeasure> {
  const { rows, statements } = await countRows(db, counted, matching, rowBudget)
  return { isFew: rows <= rowBudget, candidates: Math.min(rows, rowBudget + 1), statements }
}
