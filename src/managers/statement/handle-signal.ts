import { CompiledQuery, type Kysely } from 'kysely'
import { statementOptionsOf } from '../../sql/statement-options.js'

/** The signal of a handle made by `withDeadline`. Its plugin gives it to each query that it is shown. */
export function signalOf(db: Kysely<unknown>): AbortSignal | undefined {
  const shown = CompiledQuery.raw('select 1')
  db.withoutPlugins().getExecutor().transformQuery(shown.query, shown.queryId)
  return statementOptionsOf(shown).signal
}
