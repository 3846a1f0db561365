import { CompiledQuery, type Kysely } from 'kysely'
import { statementOptionsOf } from '../../sql/statement-options.js'

/** The signal of a handle made by `withDeadline`. Its plugin gives it to each query that it is shown. */
export function signalOf(db: Kysely<unknown>): AbortSignal | undefined {
  const shown = CompiledQuery.raw('select 1')
  db.withoutPlugins().getExecutor().transformQuery(shown.query, shown.queryId)
  return statementOptionsOf(shown).signal
}

/** A handle that can be limited, unless it is one of kysely alone. */
export type LimitedDb = Kysely<unknown> & {
  withDeadline?(deadline: { readonly signal: AbortSignal }): Kysely<unknown>
}

/** The handle, whose statements end with this signal as well as with its own. */
export function withSignal(db: LimitedDb, signal: AbortSignal): Kysely<unknown> {
  return db.withDeadline?.({ signal: firstOf(signal, signalOf(db)) }) ?? db
}

/** A signal that is aborted by either of two, which may be absent. */
export function firstOf(one: AbortSignal, other: AbortSignal | undefined): AbortSignal
export function firstOf(
  one: AbortSignal | undefined,
  other: AbortSignal | undefined,
): AbortSignal | undefined
export function firstOf(
  one: AbortSignal | undefined,
  other: AbortSignal | undefined,
): AbortSignal | undefined {
  return one === undefined || other === undefined ? (one ?? other) : AbortSignal.any([one, other])
}
