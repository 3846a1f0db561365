/**
 * How many rows there are to choose from. The size of a table is counted no further than needed. How many
 * of its rows match a filter is asked of the planner, in 1 ms whatever the table's size, where counting
 * reads all of it (3 to 4 ms of 200,000 rows, most of the time of a selective search). It is right for
 * comparisons and IN (4.2.0). Every answer is remembered for a minute: a wrong one costs time and no rows.
 */
import { CompiledQuery, sql } from 'kysely'
import { AnswersOfServers } from '../answers-of-servers.js'
import type { AnyQuery } from '../any-query.js'
import { isFiltered } from './choose-path.js'
import { keysOf } from './filter-key.js'
import type { VectorState } from './vector-state.js'

/** Rows that were counted up to a bound. */
interface Size {
  readonly rows: number
  readonly bound: number
}

/** By table. */
const sizes = new AnswersOfServers<Size>()
/** Rows that the planner expects of a filter, by `FilterKeys.expected`. */
const expectations = new AnswersOfServers<Expectation>()
/** Rows that match a filter, by `FilterKeys.counted`. */
const counts = new AnswersOfServers<Size>()

/** Rows of the table and of the filter, as the planner expects them. */
interface Expectation {
  readonly table: number
  readonly matching: number
}

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
  const whole = db.selectFrom(table) as unknown as AnyQuery
  const all = await rememberSize(sizes, state, target.table, whole)
  const { statements } = all
  const filtered = isFiltered(state)
  if (all.rows <= rowBudget || !filtered) {
    const candidates = filtered ? undefined : Math.min(all.rows, rowBudget + 1)
    return { isFew: all.rows <= rowBudget, share: undefined, candidates, statements }
  }
  const measured = await measureMatching(state)
  return { ...measured, statements: statements + measured.statements }
}

async function measureMatching(state: VectorState): Promise<FilterMeasure> {
  const { db, rowBudget } = state
  const matching = state.query.clearSelect() as AnyQuery
  const compiled = matching.select(sql<number>`1`.as('one')).compile()
  const keys = keysOf(compiled)
  let statements = 0
  let expected = expectations.find(db, keys.expected)
  if (expected === undefined && findSize(counts, state, keys.counted) === undefined) {
    expected = await expectRows(db, compiled)
    statements += 1
    if (expected !== undefined) expectations.remember(db, keys.expected, expected)
  }
  // Fewer rows than were counted: the statistics are from before a load.
  if (expected !== undefined && expected.table > rowBudget) {
    const candidates = Math.round(expected.matching)
    const share = expected.matching / expected.table
    return { isFew: candidates <= rowBudget, share, candidates, statements }
  }
  const counted = await rememberSize(counts, state, keys.counted, matching)
  return {
    isFew: counted.rows <= rowBudget,
    share: undefined,
    candidates: Math.min(counted.rows, rowBudget + 1),
    statements: statements + counted.statements,
  }
}

/** `->  Table Scan[0] on shop.articles (cost=200000.00 outcnt=1010.10 selectivity=0.0051 …)`. */
const SCAN = /Table Scan.*\(cost=([\d.]+) outcnt=([\d.]+)/

/**
 * ```sql
 * explain verbose select 1 as `one` from `articles` where `lang` = 'en'
 * ```
 */
async function expectRows(
  db: VectorState['db'],
  { sql: text, parameters }: CompiledQuery,
): Promise<Expectation | undefined> {
  const explain = CompiledQuery.raw(`explain verbose ${text}`, [...parameters])
  const { rows: plan } = await db.executeQuery<Record<string, unknown>>(explain)
  for (const line of plan) {
    const [, table, matching] = SCAN.exec(String(Object.values(line)[0])) ?? []
    if (table === undefined) continue
    // Without statistics of a table, or of what the filter computes, all of its rows are expected.
    const [rows, kept] = [Number(table), Number(matching)]
    return kept < rows ? { table: rows, matching: kept } : undefined
  }
  return undefined
}

/** Counts the rows of a query up to one more than the row budget, unless that is known. */
async function rememberSize(
  answers: AnswersOfServers<Size>,
  state: VectorState,
  key: string,
  query: AnyQuery,
): Promise<{ readonly rows: number; readonly statements: number }> {
  const known = findSize(answers, state, key)
  if (known !== undefined) return { rows: known.rows, statements: 0 }
  const bound = state.rowBudget + 1
  const rows = await countUpTo(state.db, query, bound)
  answers.remember(state.db, key, { rows, bound })
  return { rows, statements: 1 }
}

/** A size that was counted whole, or as far as this search needs it. */
function findSize(
  answers: AnswersOfServers<Size>,
  { db, rowBudget }: VectorState,
  key: string,
): Size | undefined {
  const size = answers.find(db, key)
  return size !== undefined && (size.rows < size.bound || size.bound > rowBudget) ? size : undefined
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
