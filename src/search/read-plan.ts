import type { AnyQuery } from './any-query.js'
import type { IndexFunction } from './search.js'

const INDEX_FUNCTIONS: readonly IndexFunction[] = [
  'ivf_search',
  'hnsw_search',
  'fulltext_index_scan',
]

/** The server's plan of a statement, and the indexes that it reads: EXPLAIN's one column has many names. */
export async function readPlan(
  query: AnyQuery,
): Promise<{ readonly plan: readonly string[]; readonly indexes: readonly IndexFunction[] }> {
  const rows = await query.explain<Record<string, unknown>>()
  const plan = rows.map((row) => String(Object.values(row)[0]))
  const indexes = INDEX_FUNCTIONS.filter((name) =>
    plan.some((line) => line.includes(`Table Function on ${name}`)),
  )
  return { plan, indexes }
}
