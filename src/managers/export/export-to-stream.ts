/**
 * Writes rows to a stream of this program. The values are the bytes that the server sent: a JavaScript value
 * would lose digits of a bigint, a float's sign of zero, microseconds, or bytes that are not UTF-8.
 */
import type { Compilable, CompiledQuery } from 'kysely'
import { CsvLines } from '../../bulk/csv-lines.js'
import { JsonLines } from '../../bulk/json-lines.js'
import { openSink, type StreamSink } from '../../bulk/open-sink.js'
import type { RowFormat, RowLines, SentRow } from '../../bulk/row-lines.js'
import { type SentColumn, type SourceColumn, toSentColumn } from '../../bulk/sent-column.js'
import { type ExportProgress, StreamExportError } from '../../bulk/stream-export-error.js'
import { ExportError, UnsupportedError } from '../../errors.js'
import {
  bindStatementOptions,
  type ResultField,
  statementOptionsOf,
} from '../../sql/statement-options.js'
import { withTextVectors } from '../../sql/text-vectors.js'
import type { ManagerDb } from '../statement/execute.js'
import { readCapabilities } from '../statement/read-capabilities.js'
import { runtimeOf } from '../statement/runtime-of.js'
import { readSelect } from './read-select.js'
import { checkArgument } from '../../options/check-options.js'
import { queryOrText } from '../../options/option-rules.js'
import { checkStreamOptions, type StreamExportOptions } from './stream-export-options.js'
import { readTableSource } from './table-source.js'

/** Result of an export to a stream. */
export interface StreamExport extends ExportProgress {
  readonly format: RowFormat
  /** The columns in the order of the file: the option `columns` of `loadData`. */
  readonly columns: readonly string[]
}

/** About the bytes of a write. */
const CHUNK_BYTES = 64 * 1024

/** Rows that are asked for at a time. */
const BATCH = 256

const NO_FACTS: ReadonlyMap<string, SourceColumn> = new Map()

/** Exports a table or a query; see `db.export.toStream`. */
export async function exportToStream(
  db: ManagerDb,
  source: string | Compilable<unknown>,
  sink: StreamSink,
  options: StreamExportOptions,
): Promise<StreamExport> {
  checkArgument('export.toStream', 'The source', queryOrText, source)
  checkStreamOptions(options)
  if (runtimeOf(db) === undefined) {
    throw new UnsupportedError(
      "The server's own text can be read only through MatrixOneDialect. Use it, or export.csv to a stage.",
    )
  }
  const { format = 'csv', end = true, signal } = options
  const stopped = new AbortController()
  const written = { rows: 0, bytes: 0 }
  const output = openSink(sink, { end, onFailure: (error) => stopped.abort(error) })
  try {
    signal?.throwIfAborted()
    const { query, columns: facts } =
      typeof source === 'string'
        ? await readTableSource(db, source)
        : { query: toSelect(source), columns: NO_FACTS }
    const can = await readCapabilities(db)
    const columns: SentColumn[] = []
    const rows = readAsSent(db, query, stopped.signal, signal, (field) =>
      columns.push(toSentColumn(field, can, facts.get(field.name))),
    )
    for await (const chunk of writeLines(rows, () => linesOf(columns, options))) {
      await output.write(chunk.bytes)
      written.rows += chunk.rows
      written.bytes += chunk.bytes.length
      options.progress?.(Object.freeze({ ...written }))
    }
    await output.end()
    return Object.freeze({ ...written, format, columns: columns.map(({ name }) => name) })
  } catch (error) {
    const failure = reasonOf(error, stopped.signal, signal)
    output.abandon(failure)
    if (failure instanceof UnsupportedError && written.bytes === 0) throw failure
    throw new StreamExportError(failure, written)
  }
}

/** The statement fails as it was ended; what counts is why. */
function reasonOf(error: unknown, ...signals: readonly (AbortSignal | undefined)[]): unknown {
  const ended = signals.find((signal) => signal?.aborted === true)
  return ended === undefined ? error : ended.reason
}

/** The vectors as text: LOAD DATA reads no base64. */
function toSelect(query: Compilable<unknown>): CompiledQuery<unknown> {
  const compiled = withTextVectors(query.compile())
  readSelect(compiled.sql)
  return compiled
}

/** The rows with the server's bytes, past the plugins but with the limits of the handle. */
function readAsSent(
  db: ManagerDb,
  query: CompiledQuery<unknown>,
  stopped: AbortSignal,
  signal: AbortSignal | undefined,
  onField: (field: ResultField) => void,
): AsyncIterable<{ readonly rows: readonly unknown[] }> {
  const executor = db.withoutPlugins().getExecutor()
  // The plugin of a handle with a deadline gives it to the query's id.
  executor.transformQuery(query.query, query.queryId)
  const limits = [stopped, signal, statementOptionsOf(query).signal].filter(
    (each) => each !== undefined,
  )
  bindStatementOptions(query.queryId, { asSent: true, onField, signal: AbortSignal.any(limits) })
  return executor.stream(query, BATCH)
}

interface Chunk {
  readonly bytes: Buffer
  readonly rows: number
}

/** Rows as chunks of whole lines. */
async function* writeLines(
  batches: AsyncIterable<{ readonly rows: readonly unknown[] }>,
  open: () => RowLines,
): AsyncGenerator<Chunk, void, undefined> {
  let lines: RowLines | undefined
  let number = 0
  let taken = 0
  for await (const { rows } of batches) {
    lines ??= open()
    for (const row of rows as readonly SentRow[]) {
      number += 1
      lines.add(row, number)
      if (lines.length < CHUNK_BYTES) continue
      yield { bytes: lines.take(), rows: number - taken }
      taken = number
    }
  }
  // A result without rows has columns, too.
  lines ??= open()
  if (lines.length > 0) yield { bytes: lines.take(), rows: number - taken }
}

function linesOf(
  columns: readonly SentColumn[],
  { format, header = true }: StreamExportOptions,
): RowLines {
  if (columns.length === 0) {
    throw new ExportError(
      'The query gave no columns of the server: an interceptor answered it, or it is not a SELECT.',
    )
  }
  return format === 'jsonLines'
    ? new JsonLines(columns, CHUNK_BYTES)
    : new CsvLines(columns, header, CHUNK_BYTES)
}
