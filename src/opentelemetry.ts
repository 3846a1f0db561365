/**
 * Traces statements with OpenTelemetry, without depending on it: any object that can start spans
 * will do. Attributes follow the semantic conventions for databases; values are never in them.
 */
import { onEvent, type QueryStartEvent } from './observe/events.js'
import { MatrixOneError } from './errors.js'
import { checkOptions } from './options/check-options.js'
import { anything, integer, required } from './options/option-rules.js'
import { summarizeSql } from './sql/summarize-sql.js'

/** Attributes of a span. */
export type SpanAttributes = Record<string, string | number | boolean>

/** The part of an OpenTelemetry span that is used here. */
export interface SpanLike {
  setAttributes(attributes: SpanAttributes): unknown
  setStatus(status: { code: number; message?: string }): unknown
  recordException(exception: Error): unknown
  end(): unknown
}

/** The part of an OpenTelemetry tracer that is used here: `trace.getTracer('…')` of `@opentelemetry/api`. */
export interface TracerLike {
  startSpan(name: string, options?: { kind?: number; attributes?: SpanAttributes }): SpanLike
}

/** How statements are traced. */
export interface TraceOptions {
  readonly tracer: TracerLike
  /** Characters of the text that go into `db.query.text`; default 1,000, 0 for none. */
  readonly maxLength?: number
}

/** `SpanKind.CLIENT` and `SpanStatusCode.ERROR` of `@opentelemetry/api`. */
const CLIENT = 2
const ERROR = 2

const MAX_LENGTH = 1_000

/**
 * Makes a span of each statement, under the span that is active where the statement is run; the
 * returned function stops it.
 *
 * @example
 * import { trace } from '@opentelemetry/api'
 * import { traceQueries } from 'kysely-matrixone/opentelemetry'
 * const stop = traceQueries({ tracer: trace.getTracer('shop') })
 */
export function traceQueries(options: TraceOptions): () => void {
  checkOptions('traceQueries', { tracer: required(anything), maxLength: integer(0) }, options)
  const { tracer, maxLength = MAX_LENGTH } = options
  const spans = new WeakMap<QueryStartEvent, SpanLike>()
  const stops = [
    onEvent('kysely-matrixone:query:start', (query) => {
      const attributes = attributesOf(query, maxLength)
      const name = String(attributes['db.query.summary'])
      spans.set(query, tracer.startSpan(name, { kind: CLIENT, attributes }))
    }),
    onEvent('kysely-matrixone:query:end', ({ query, rows }) => {
      const span = spans.get(query)
      span?.setAttributes({ 'db.response.returned_rows': rows })
      span?.end()
    }),
    onEvent('kysely-matrixone:query:error', ({ query, error }) => {
      const span = spans.get(query)
      if (span === undefined) return
      const failure = error instanceof Error ? error : new Error(String(error))
      const errno = failure instanceof MatrixOneError ? failure.errno : undefined
      span.setAttributes({
        'error.type': failure.name,
        ...(errno === undefined ? {} : { 'db.response.status_code': String(errno) }),
      })
      span.recordException(failure)
      span.setStatus({ code: ERROR, message: failure.message })
      span.end()
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

function attributesOf(query: QueryStartEvent, maxLength: number): SpanAttributes {
  const { operation, object } = summarizeSql(query.sql)
  const known: Record<string, string | number | boolean | undefined> = {
    'db.system.name': 'matrixone',
    'db.namespace': query.database,
    'db.operation.name': operation,
    'db.collection.name': object,
    'db.query.summary': object === undefined ? operation : `${operation} ${object}`,
    'db.query.text': maxLength > 0 ? query.sql.slice(0, maxLength) : undefined,
    'server.address': query.host,
    'server.port': query.port,
    'kysely_matrixone.connection_id': query.connectionId,
    'kysely_matrixone.in_transaction': query.inTransaction,
  }
  const attributes: SpanAttributes = {}
  for (const [name, value] of Object.entries(known)) {
    if (value !== undefined && value !== '') attributes[name] = value
  }
  return attributes
}
