/**
 * What a statement carries beside its text and its values. It travels on kysely's compiled query,
 * under a symbol, so that it survives a plugin or an interceptor that copies the query with
 * `{ ...query, sql }`, and no layer in between has to know about it.
 */

/** How much of a statement is written to the log. */
export type LogMode = 'off' | 'auto' | 'simple' | 'full'

/** What one statement may carry. */
export interface StatementOptions {
  /** The bytes of `LOAD DATA LOCAL`: the server asks for them while it runs the statement. */
  readonly localStream?: AsyncIterable<Uint8Array>
  /** How this statement is logged, instead of the mode of the log. */
  readonly logMode?: LogMode
  /** Milliseconds for the statement, instead of the option `statementTimeout`. */
  readonly timeout?: number | undefined
  /** Ends the statement when it is aborted. */
  readonly signal?: AbortSignal | undefined
  /** Whether what it changes in its session is set back, so that the connection can be kept. */
  readonly isSetBack?: boolean
}

const OPTIONS = Symbol('kysely-matrixone.statement-options')
const NONE: StatementOptions = Object.freeze({})

/** Gives a copy of the query that carries the options. */
export function withStatementOptions<Query extends object>(
  query: Query,
  options: StatementOptions,
): Query {
  return Object.freeze({ ...query, [OPTIONS]: Object.freeze({ ...options }) })
}

/** Options of queries that a plugin saw before they were compiled, by kysely's query id. */
let byQueryId: WeakMap<object, StatementOptions> | undefined

/** Gives options to the query that will be compiled under this id. */
export function bindStatementOptions(queryId: object, options: StatementOptions): void {
  byQueryId ??= new WeakMap()
  byQueryId.set(queryId, { ...byQueryId.get(queryId), ...options })
}

/** What the query carries; empty for one that carries nothing. */
export function statementOptionsOf(query: object): StatementOptions {
  const own = (query as { readonly [OPTIONS]?: StatementOptions })[OPTIONS]
  if (byQueryId === undefined) return own ?? NONE
  const bound = byQueryId.get((query as { readonly queryId: object }).queryId)
  return bound === undefined ? (own ?? NONE) : { ...bound, ...own }
}
