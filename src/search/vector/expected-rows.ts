/** Rows that the planner expects: it is asked in 1 ms, whatever the size of the table, and right for comparisons and IN (4.2.0). */
import { CompiledQuery, sql } from 'kysely'
import { AnswersOfServers } from '../answers-of-servers.js'
import type { AnyHandle, AnyQuery } from '../any-query.js'

/** Rows, and the statements that were sent to learn about them. */
export interface FoundRows {
  readonly rows: number
  readonly statements: number
}

const answers = new AnswersOfServers<number>()

/**
 * `->  Table Scan[0] on shop.articles (cost=40000.00 outcnt=1010.10 selectivity=0.0051 …)`. The cost is what is read
 * of a table, without the blocks that have no such value.
 */
const SCAN = /Table Scan.* outcnt=([\d.]+)/

/** Selects nothing of the rows but that they are there. */
export function selectOnes(query: AnyQuery): AnyQuery {
  return query.select(sql<number>`1`.as('one')) as AnyQuery
}

/**
 * The rows that the planner expects of a query, unless it was asked within the last minute.
 *
 * ```sql
 * explain verbose select 1 as `one` from `articles` where `lang` = 'en'
 * ```
 */
export async function expectRows(
  db: AnyHandle,
  key: string,
  compile: () => CompiledQuery,
): Promise<FoundRows> {
  const known = answers.find(db, key)
  if (known !== undefined) return { rows: known, statements: 0 }
  const { sql: text, parameters } = compile()
  const explain = CompiledQuery.raw(`explain verbose ${text}`, [...parameters])
  const { rows: plan } = await db.executeQuery<Record<string, unknown>>(explain)
  const lines = plan.flatMap((line) => Object.values(line)).join('\n')
  const rows = Number(SCAN.exec(lines)?.[1] ?? 0)
  answers.remember(db, key, rows)
  return { rows, statements: 1 }
}
