/**
 * A log of statements, as a subscriber to the events. It hears every `MatrixOne` and `MatrixOneDialect`
 * of the process.
 */
import { MatrixOneError } from '../errors.js'
import { checkOptions } from '../options/check-options.js'
import {
  callable,
  integer,
  numberFrom,
  oneOf,
  type OptionRule,
  type OptionRules,
} from '../options/option-rules.js'
import { showValues } from '../sql/show-values.js'
import type { LogMode } from '../sql/statement-options.js'
import { summarizeSql } from '../sql/summarize-sql.js'
import { onEvent, type QueryEndEvent, type QueryErrorEvent } from './events.js'

/** Options of the log. */
export interface QueryLoggerOptions {
  /**
   * `auto` (default): the text up to `maxLength` characters, of longer ones a summary; `simple`: a
   * summary such as `SELECT articles`; `full`: the whole text; `off`: only statements that ask for it.
   */
  readonly mode?: LogMode
  /** Milliseconds from which a statement is marked slow and shown in more than a summary; default 1,000. */
  readonly slowAfter?: number
  /** Characters that `auto` shows; default 500. */
  readonly maxLength?: number
  /** `redacted` (default): a `?` for each value and literal; `shown`: values, long ones abbreviated. */
  readonly values?: 'redacted' | 'shown'
  /** Takes a line, and the event that it was made of; default stderr. */
  readonly write?: (line: string, event: QueryEndEvent | QueryErrorEvent) => void
}

/** The rule for a mode of the log. */
export const logMode: OptionRule = oneOf<LogMode>('off', 'auto', 'simple', 'full')

const RULES: OptionRules<QueryLoggerOptions> = {
  mode: logMode,
  slowAfter: numberFrom(0),
  maxLength: integer(0),
  values: oneOf('redacted', 'shown'),
  write: callable,
}

const SLOW_AFTER = 1_000
const MAX_LENGTH = 500

/**
 * Logs statements when they end; the returned function stops it. A handle made by `withLogMode`
 * decides for itself.
 *
 * @example
 * const stop = queryLogger({ mode: 'auto', slowAfter: 200, write: (line) => logger.info(line) })
 * // ok 3.1 ms, 1 row: select `id` from `articles` where `id` = ?
 */
export function queryLogger(options: QueryLoggerOptions = {}): () => void {
  checkOptions('queryLogger', RULES, options)
  const {
    mode = 'auto',
    slowAfter = SLOW_AFTER,
    maxLength = MAX_LENGTH,
    values = 'redacted',
  } = options
  const { write = (line) => process.stderr.write(`${line}\n`) } = options

  const log = (event: QueryEndEvent | QueryErrorEvent): void => {
    const chosen = event.query.logMode ?? mode
    if (chosen === 'off') return
    const failed = 'error' in event
    const slow = event.duration >= slowAfter
    const verdict = failed ? 'failed' : slow ? 'slow' : 'ok'
    const outcome = failed ? showError(event.error) : showRows(event.rows)
    const text = showStatement(event, chosen, failed || slow)
    write(`${verdict} ${event.duration.toFixed(1)} ms, ${outcome}: ${text}`, event)
  }

  const showStatement = (
    { query: { sql, text: sent, parameters } }: QueryEndEvent | QueryErrorEvent,
    chosen: LogMode,
    matters: boolean,
  ): string => {
    if (chosen === 'simple' && !matters) return showSummary(sql)
    const text = values === 'shown' ? showValues(sent, parameters) : sql
    if (chosen === 'full' || text.length <= maxLength) return text
    const start = matters ? `${text.slice(0, maxLength)}…` : showSummary(sql)
    return `${start} [${text.length} characters]`
  }

  const stops = [
    onEvent('kysely-matrixone:query:end', log),
    onEvent('kysely-matrixone:query:error', log),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

function showSummary(sql: string): string {
  const { operation, object } = summarizeSql(sql)
  return object === undefined ? operation : `${operation} ${object}`
}

function showRows(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`
}

/** Errors of this library hold no values; of others only the name is sure not to. */
function showError(error: unknown): string {
  if (!(error instanceof MatrixOneError)) return error instanceof Error ? error.name : 'an error'
  const { name, errno, message } = error
  return errno === undefined ? `${name} (${message})` : `${name} ${errno} (${message})`
}
