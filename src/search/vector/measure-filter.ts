/**
 * How many rows there are to choose from. The size of a table is counted no further than needed. How many
 * of its rows match a filter is asked of the planner, in 1 ms whatever the table's size, where counting
 * reads all of it (3 to 4 ms of 200,000 rows, most of the time of a selective search). It is right for
 * comparisons and IN (4.2.0). Both answers are remembered for a minute, a filter's by its text and values:
 * a wrong one costs time and no rows.
 */
import { sql } from 'kysely'
import { AnswersOfServers } from '../answers-of-servers.js'
import type { AnyQuery } from '../any-query.js'
import { isFiltered } from './choose-path.js'
import type { VectorState } from './vector-state.js'

/** Rows that were counted up to a bound. */
interface Size {
  readonly rows: number
  readonly bound: number
}

/** By table. */
const sizes = new AnswersOfServers<Size>()
/** By the text and values of a filter. */
const filters = new AnswersOfServers<FilterMeasure>()

/** The rows to choose from. */
export interface FilterMeasure {
  /** Whether there are at most as many as the row budget. */
  readonly isFew: boolean
  /** The share of the table that matches, where the planner was asked. */
  readonly share: number | undefined
  /** The matching rows, as the planner expects or counted up to one more than the budget; undefined when only the table was counted. */
  readonly candidates: number | undefined
  /** Statements that were sent to find out. */
  readonly statements: number
}

/** Measures how many rows match the filters. */
export async function measureFilter(state: VectorState): Promise<FilterMeasure> {
  const { rowBudget, db, table, target } = state
  const bound = rowBudget + 1
  const all = await rememberSize(db, target.table, bound, () =>
    countUpTo(db, db.selectFrom(table) as unknown as AnyQuery, bound),
  )
  const { statements } = all
  const filtered = isFiltered(state)
  if (all.rows <= rowBudget || !filtered) {
    const candidates = filtered ? undefined : Math.min(all.rows, bound)
    return { isFew: all.rows <= rowBudget, share: undefined, candidates, statements }
  }
  const matching = state.query.clearSelect() as AnyQuery
  const key = keyOf(matching, rowBudget)
  const known = filters.find(db, key)
  if (known !== undefined) return { ...known, statements }
  const measured = await measureMatching(state, matching)
  filters.remember(db, key, measured)
  return { ...measured, statements: statements + measured.statements }
}

async function measureMatching(
  { db, rowBudget }: VectorState,
  matching: AnyQuery,
): Promise<FilterMeasure> {
  const expected = await expectRows(matching)
  // Fewer rows than were counted: the statistics are from before a load.
  if (expected !== undefined && expected.table > rowBudget) {
    const candidates = Math.round(expected.matching)
    const share = expected.matching / expected.table
    return { isFew: candidates <= rowBudget, share, candidates, statements: 1 }
  }
  const candidates = await countUpTo(db, matching, rowBudget + 1)
  return { isFew: candidates <= rowBudget, share: undefined, candidates, statements: 2 }
}

/** Values of another type are another filter: `'1'` and `1` match different rows of some columns. */
function keyOf(matching: AnyQuery, rowBudget: number): string {
  const { sql: text, parameters } = matching.select(sql<number>`1`.as('one')).compile()
  return JSON.stringify([rowBudget, text, parameters.map((value) => [typeof value, String(value)])])
}

/** `->  Table Scan[0] on shop.articles (cost=200000.00 outcnt=1010.10 selectivity=0.0051 …)`. */
const SCAN = /Table Scan.*\(cost=([\d.]+) outcnt=([\d.]+)/

/**
 * ```sql
 * explain verbose select 1 as `one` from `articles` where `lang` = 'en'
 * ```
 */
async function expectRows(
  query: AnyQuery,
): Promise<{ readonly table: number; readonly matching: number } | undefined> {
  const plan = await query
    .select(sql<number>`1`.as('one'))
    .explain<Record<string, unknown>>(undefined, sql`verbose`)
  for (const line of plan) {
    const [, table, matching] = SCAN.exec(String(Object.values(line)[0])) ?? []
    if (table === undefined) continue
    // Without statistics of a table, or of what the filter computes, all of its rows are expected.
    const [rows, kept] = [Number(table), Number(matching)]
    return kept < rows ? { table: rows, matching: kept } : undefined
  }
  return undefined
}

async function rememberSize(
  db: VectorState['db'],
  table: string,
  bound: number,
  count: () => Promise<number>,
): Promise<{ readonly rows: number; readonly statements: number }> {
  const size = sizes.find(db, table)
  if (size !== undefined && (size.rows < size.bound || size.bound >= bound)) {
    return { rows: size.rows, statements: 0 }
  }
  const rows = await count()
  sizes.remember(db, table, { rows, bound })
  return { rows, statements: 1 }
}

/**
 * ```sql
 * select count(*) as `n` from (select 1 as `one` from `articles` where `lang` = 'en' limit 20001) as `found`
 * ```
 */
async function countUpTo(db: VectorState['db'], query: AnyQuery, bound: number): Promise<number> {
  const found = query.select(sql<number>`1`.as('one')).limit(bound)
  const { n } = await db
    .selectFrom(found.as('found'))
    .select(sql<unknown>`count(*)`.as('n'))
    .executeTakeFirstOrThrow()
  return Number(n)
}
