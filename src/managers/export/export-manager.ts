import type { Compilable } from 'kysely'
import { ExportError, UnsupportedError, ValueError } from '../../errors.js'
import { checkArgument, checkOptions } from '../../options/check-options.js'
import {
  filledText,
  flag,
  integer,
  listOf,
  type OptionRules,
  queryOrText,
  text,
  textLike,
} from '../../options/option-rules.js'
import { closeComment } from '../../sql/close-comment.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { toLiteral } from '../../sql/literals.js'
import { withTextVectors } from '../../sql/text-vectors.js'
import { HandleNames } from '../names/handle-names.js'
import { executeStatement, type ManagerDb } from '../statement/execute.js'
import { readCapabilities } from '../statement/read-capabilities.js'
import { type StageFile, stageUrl } from '../stage/stage-path.js'
import { wrapError } from '../statement/wrap-error.js'
import type { StreamSink } from '../../bulk/open-sink.js'
import type { TableName } from '../names/table-name.js'
import { exportToStream, type StreamExport } from './export-to-stream.js'
import { readSelect } from './read-select.js'
import type { StreamExportOptions } from './stream-export-options.js'

/** Destination of the file: a stage, or a path of the *server's* machine. */
export type ExportTarget = StageFile | { readonly serverFile: string }

/** The rows to export: a kysely query, or SQL text of one SELECT. */
export type ExportQuery = Compilable<unknown> | string

/** A CSV file. */
export interface CsvExportOptions {
  /** Default `,`. */
  readonly separator?: string
  /** Default `"`; doubled inside a value. */
  readonly enclosedBy?: string
  /** Default `\n`. */
  readonly lineTerminator?: string
  /** Whether the first line holds the column names; default true. */
  readonly header?: boolean
  /** Columns that are enclosed even when they need not be. */
  readonly forceQuote?: readonly string[]
  /** The largest file in kilobytes; the file name then needs `%d` for the number of the part. */
  readonly maxFileSize?: number
  /** About the size of one file, `'100M'`; the file name needs `%d`. 4.0 and later. */
  readonly splitSize?: string
}

/** Result of an export. */
export interface ExportResult {
  /** The path or `stage://` address as it was sent. */
  readonly file: string
  readonly format: 'csv' | 'jsonline' | 'parquet'
}

/**
 * Writes the rows of a query to a file, on the server or in a stage, or to a stream of this program. A file that
 * exists is never overwritten, and a file that was written stays when the transaction is rolled back.
 */
export class ExportManager<DB> {
  readonly #db: ManagerDb

  constructor(db: ManagerDb) {
    this.#db = db
  }

  /**
   * Writes CSV that `loadData.csv` reads back row by row, vectors and NULL included.
   *
   * @throws {ExportError} when the file exists (20406) or cannot be written
   *
   * @example
   * await db.export.csv(db.selectFrom('articles').selectAll(), { stage: 'backup', file: 'articles.csv' })
   *
   * ```sql
   * select * from `articles` into outfile 'stage://backup/articles.csv' format 'csv'
   *   fields terminated by ',' enclosed by '"' lines terminated by '\n' header 'true'
   * ```
   */
  async csv(
    query: ExportQuery,
    target: ExportTarget,
    options: CsvExportOptions = {},
  ): Promise<ExportResult> {
    checkOptions('export.csv', CSV, options)
    const { separator = ',', enclosedBy = '"', lineTerminator = '\n', header = true } = options
    if (separator === '' || separator === enclosedBy) {
      throw new ValueError('separator must be a character, and another one than enclosedBy.')
    }
    const { exportFormat } = await readCapabilities(this.#db)
    const { splitSize, maxFileSize, forceQuote } = options
    const names = new HandleNames(this.#db)
    if (splitSize !== undefined && !exportFormat) throw missing('splitSize')
    const clauses = [
      // 3.0.x has no FORMAT and writes CSV.
      ...(exportFormat ? ["format 'csv'"] : []),
      // Only here, right after FORMAT, does the grammar take it (4.2.0).
      ...(splitSize === undefined ? [] : [`splitsize ${toLiteral(splitSize)}`]),
      `fields terminated by ${toLiteral(separator)} enclosed by ${toLiteral(enclosedBy)}`,
      `lines terminated by ${toLiteral(lineTerminator)}`,
      `header '${header}'`,
      ...(maxFileSize === undefined ? [] : [`max_file_size ${maxFileSize}`]),
      ...(forceQuote === undefined || forceQuote.length === 0
        ? []
        : [`force_quote (${names.columns(forceQuote).map(quoteIdentifier).join(', ')})`]),
    ]
    return this.#write(query, target, 'csv', clauses)
  }

  /**
   * Writes one JSON object per line. Decimals become strings and vectors arrays, so that a table with
   * vectors cannot be loaded from it again (4.2.0): use CSV for that.
   *
   * @throws {UnsupportedError} on 3.0.x, which writes CSV whatever the file is called
   */
  async jsonLines(query: ExportQuery, target: ExportTarget): Promise<ExportResult> {
    const { exportFormat } = await readCapabilities(this.#db)
    if (!exportFormat) throw missing('jsonLines')
    return this.#write(query, target, 'jsonline', ["format 'jsonline'"])
  }

  /**
   * Writes a Parquet file; the server has no Parquet type for vectors.
   *
   * @throws {ExportError} for a query with a vector column
   * @throws {UnsupportedError} on 3.0.x
   */
  async parquet(query: ExportQuery, target: ExportTarget): Promise<ExportResult> {
    const { exportFormat } = await readCapabilities(this.#db)
    if (!exportFormat) throw missing('parquet')
    return this.#write(query, target, 'parquet', ["format 'parquet'"])
  }

  /**
   * Writes a table, or the rows of a query, to a stream of this program, as text that `loadData` reads back with
   * every value as it was: the server's own text, whatever `types` says. Rows are read at the pace of the stream.
   * A column that could not be loaded again is refused before the first byte, by name and type.
   *
   * @param source a table, of which generated columns are left out; or a kysely query, under the names of its result
   * @param sink a Node `Writable` or a web `WritableStream`; it is ended, or destroyed after an error
   * @throws {StreamExportError} when server, stream or signal ends it; `rows` says how many were written
   * @throws {UnsupportedError} for a column that cannot be carried, two columns of one name, and through another
   * dialect than MatrixOneDialect
   *
   * @example
   * const { rows } = await db.export.toStream('articles', createWriteStream('articles.csv'))
   * await db.loadData.csv('copies', { file: 'articles.csv' }, { skipLines: 1 })
   *
   * const recent = db.selectFrom('articles').select(['id', 'title']).where('year', '>', 2020)
   * await db.export.toStream(recent, response, { format: 'jsonLines', signal: request.signal })
   *
   * ```sql
   * show columns from `articles`
   * select `id`, `title`, `embedding` from `articles`
   * ```
   */
  toStream<Table extends TableName<DB>>(
    source: Table | Compilable<unknown>,
    sink: StreamSink,
    options: StreamExportOptions = {},
  ): Promise<StreamExport> {
    return exportToStream(this.#db, source, sink, options)
  }

  async #write(
    query: ExportQuery,
    target: ExportTarget,
    format: ExportResult['format'],
    clauses: readonly string[],
  ): Promise<ExportResult> {
    const { sql, parameters } = toSelect(query)
    const file = fileOf(target)
    const statement = [closeComment(sql), `into outfile ${toLiteral(file)}`, ...clauses].join(' ')
    const { numAffectedRows } = await wrapError(ExportError, `export to ${file}`, () =>
      executeStatement(this.#db, statement, parameters),
    )
    if (numAffectedRows === undefined) {
      throw new ExportError(
        `The server answered the export to ${file} with rows, so it wrote no file. Does the query end ` +
          'in a place where INTO OUTFILE cannot follow?',
      )
    }
    return Object.freeze({ file, format })
  }
}

const CSV: OptionRules<CsvExportOptions> = {
  separator: filledText,
  enclosedBy: textLike(/^[^]$/, 'one character'),
  lineTerminator: filledText,
  header: flag,
  forceQuote: listOf(text),
  maxFileSize: integer(1),
  splitSize: textLike(/^\d+[KMGkmg]?$/, "a size such as '100M'"),
}

function toSelect(query: ExportQuery): {
  readonly sql: string
  readonly parameters: readonly unknown[]
} {
  checkArgument('the export', 'The query', queryOrText, query)
  const { sql, parameters } =
    typeof query === 'string' ? { sql: query, parameters: [] } : withTextVectors(query.compile())
  return { sql: readSelect(sql), parameters }
}

const TARGET: OptionRules<ExportTarget> = { stage: text, file: text, serverFile: text }

function fileOf(target: ExportTarget): string {
  checkOptions('export (the target)', TARGET, target)
  if ('stage' in target) return stageUrl(target)
  const { serverFile } = target
  if (serverFile?.startsWith('/') && !serverFile.split('/').includes('..')) return serverFile
  throw new ValueError(
    `${JSON.stringify(serverFile)} is not an absolute path of the server. For a stage: { stage, file }.`,
  )
}

function missing(option: string): UnsupportedError {
  return new UnsupportedError(
    `Exporting with ${option} needs MatrixOne 4.1; older servers write CSV only.`,
  )
}
