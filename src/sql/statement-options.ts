/**
 * Options of a statement beside its text and its values. kysely has no room for them on its queries,
 * so they are kept by the query's id: it survives a plugin or an interceptor that copies the query with
 * `{ ...query, sql }`, and no layer in between has to know about them.
 */

/** How much of a statement is written to the log. */
export type LogMode = 'off' | 'auto' | 'simple' | 'full'

/** A column of a result as the wire defines it. */
export interface ResultField {
  readonly name: string
  /** MySQL's type code. */
  readonly columnType: number
  readonly characterSet: number
  readonly columnLength: number
  readonly decimals: number
  readonly flags: number
}

/** Options of one statement. */
export interface StatementOptions {
  /** The bytes of `LOAD DATA LOCAL`: the server asks for them while it runs the statement. */
  readonly localStream?: AsyncIterable<Uint8Array>
  /** How this statement is logged, instead of the mode of the log. */
  readonly logMode?: LogMode
  /** Milliseconds for the statement, instead of the option `statementTimeout`. */
  readonly timeout?: number | undefined
  /** Ends the statement when it is aborted. */
  readonly signal?: AbortSignal | undefined
  /** Told each column of the result; other dialects ignore it. */
  readonly onField?: (field: ResultField) => void
  /** Whether a stream's values are the bytes that the server sent, as Buffers; other dialects ignore it. */
  readonly asSent?: boolean
  /** Whether its changes to the session are undone afterwards, so that the connection can be kept. */
  readonly isSetBack?: boolean
  /** Whether a manager wrote it, which has looked at what guards would ask the catalog about. */
  readonly isOwn?: boolean
}

const NONE: StatementOptions = Object.freeze({})

/** Created with the first options: most programs never give a statement any. */
let byQueryId: WeakMap<object, StatementOptions> | undefined

/** Gives options to the query of this id; they replace what it has of the same name. */
export function bindStatementOptions(queryId: object, options: StatementOptions): void {
  byQueryId ??= new WeakMap()
  byQueryId.set(queryId, { ...byQueryId.get(queryId), ...options })
}

/** Reads the options of a query. */
export function statementOptionsOf(query: { readonly queryId: object }): StatementOptions {
  return byQueryId?.get(query.queryId) ?? NONE
}
