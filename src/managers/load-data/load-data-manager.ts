import { LoadDataError, UnsupportedError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import { isObject } from '../../options/option-rules.js'
import { type ManagerDb, runInTransaction, type SqlExecutor } from '../statement/execute.js'
import { HandleNames } from '../names/handle-names.js'
import { quoteTable } from '../names/names.js'
import { runtimeOf } from '../statement/runtime-of.js'
import { encodeRows, type LoadColumn } from '../../bulk/encode-rows.js'
import { readHead } from '../../bulk/read-head.js'
import type { InsertRow } from '../../bulk/insert-rows.js'
import type { ColumnName, TableName } from '../names/table-name.js'
import { wrapError } from '../statement/wrap-error.js'
import { formatRows } from './format-rows.js'
import { type LoadSource, type ResolvedSource, resolveSource } from './load-source.js'
import {
  type CsvFormat,
  csvStatement,
  type FileColumns,
  jsonLinesStatement,
  type LoadParts,
  parquetStatement,
} from './load-statement.js'
import {
  csvLoadOptions,
  jsonLinesLoadOptions,
  loadOptions,
  rowsLoadOptions,
} from './load-options.js'
import type {
  CsvLoadOptions,
  JsonLinesLoadOptions,
  LoadOptions,
  LoadResult,
  RowsLoadOptions,
} from './load-types.js'
import { loadWithKeyCheck, needsStaging, type StagedTarget } from './load-with-key-check.js'
import { type LoadTarget, pickColumns, readLoadTarget } from './read-load-target.js'
import { refuseLenientMode } from './refuse-lenient-mode.js'
import { sendLoad } from './send-load.js'

/**
 * Loads files and streams: several times faster than INSERT.
 *
 * A load is all or nothing. It runs in the open transaction, or in one of its own; when its source fails
 * midway, the transaction is rolled back, because what had arrived cannot be undone alone.
 */
export class LoadDataManager<DB> {
  readonly #db: ManagerDb
  readonly #names: HandleNames

  constructor(db: ManagerDb) {
    this.#db = db
    this.#names = new HandleNames(db)
  }

  /**
   * Loads CSV. `\N` and an unquoted `NULL` are NULL, an empty field is `''` for text and NULL for
   * numbers, vectors are quoted text: `"[1,2,3]"`.
   *
   * @throws {LoadDataError} when a row does not fit, a key exists, or the source fails; nothing is kept
   * @throws {UnsupportedError} for a stream through another dialect than MatrixOneDialect
   *
   * @example
   * await db.loadData.csv('articles', { file: 'articles.csv' }, { skipLines: 1, columns: ['id', null, 'title'] })
   * await db.loadData.csv('articles', request, { keys: 'trust' })
   *
   * ```sql
   * load data local infile 'rows' into table `articles` fields terminated by ',' enclosed by '"' …
   * ```
   */
  async csv<Table extends TableName<DB>>(
    table: Table,
    source: LoadSource,
    options: CsvLoadOptions<ColumnName<DB, Table>> = {},
  ): Promise<LoadResult> {
    checkOptions('loadData.csv', csvLoadOptions, options)
    return this.#load(table, resolveSource(streamed(source, options)), options, (parts) =>
      csvStatement(parts, this.#format(options as CsvFormat)),
    )
  }

  /**
   * Loads one JSON object (`{"id": 1}`) or array (`[1]`) per line. Each object needs every loaded column,
   * and a vector must be a string: `"[1,2,3]"`.
   *
   * @throws {LoadDataError} as `csv` does
   *
   * @example
   * await db.loadData.jsonLines('articles', { stage: 'backup', file: 'articles.jsonl' })
   *
   * ```sql
   * load data infile {'filepath'='stage://backup/articles.jsonl', 'format'='jsonline', 'jsondata'='object'} into table `articles`
   * ```
   */
  async jsonLines<Table extends TableName<DB>>(
    table: Table,
    source: LoadSource,
    options: JsonLinesLoadOptions<ColumnName<DB, Table>> = {},
  ): Promise<LoadResult> {
    checkOptions('loadData.jsonLines', jsonLinesLoadOptions, options)
    const { lines = 'object', ...rest } = options
    return this.#load(table, resolveSource(source), rest, (parts) =>
      jsonLinesStatement(parts, lines),
    )
  }

  /**
   * Loads a Parquet file of a stage or of the server, by its column names.
   *
   * @throws {LoadDataError} as `csv` does
   */
  async parquet<Table extends TableName<DB>>(
    table: Table,
    source: Exclude<LoadSource, AsyncIterable<unknown> | { readonly text: string }>,
    options: LoadOptions<ColumnName<DB, Table>> = {},
  ): Promise<LoadResult> {
    checkOptions('loadData.parquet', loadOptions, options)
    return this.#load(table, resolveSource(source), options, parquetStatement)
  }

  /**
   * Loads JavaScript rows, of an array or of any iterable: the fastest way in. Values are taken as
   * `insertInto` takes them.
   *
   * @throws {LoadDataError} as `csv` does, and for a value that cannot be sent unchanged
   *
   * @example
   * await db.loadData.rows('articles', readArticles())      // an async generator of rows
   */
  async rows<Table extends TableName<DB>>(
    table: Table,
    rows: Iterable<InsertRow<DB, Table>> | AsyncIterable<InsertRow<DB, Table>>,
    options: RowsLoadOptions<ColumnName<DB, Table>> = {},
  ): Promise<LoadResult> {
    checkOptions('loadData.rows', rowsLoadOptions, options)
    const { head, all, close } = await readHead(
      'loadData.rows',
      rows as AsyncIterable<Readonly<Record<string, unknown>>>,
      ({ length }) => length === 1,
    )
    const [first] = head
    if (first === undefined) return Object.freeze({ rows: 0, keysChecked: true })
    const columns = options.columns ?? (Object.keys(first) as ColumnName<DB, Table>[])
    const prepare = async (trx: ManagerDb, target: LoadTarget): Promise<PreparedLoad> => {
      const given = { table, columns, names: this.#names }
      const { stored, encoding } = await formatRows(trx, given, target)
      return { source: resolveSource(encodeRows(all, encoding)), columns: stored }
    }
    try {
      return await this.#load(table, prepare, { ...options, columns }, (parts) =>
        csvStatement(parts, {}),
      )
    } finally {
      await close()
    }
  }

  async #load(
    table: string,
    source: ResolvedSource | PrepareLoad,
    options: LoadOptions<string>,
    write: (parts: LoadParts) => string,
  ): Promise<LoadResult> {
    const { keys = 'check' } = options
    const columns = options.columns?.map((name) =>
      name === null ? null : this.#names.column(name),
    )
    const place = this.#names.table(table)
    let prepared: PreparedLoad | undefined = isObject(source) ? { source } : undefined
    try {
      return await wrapError(LoadDataError, `load into ${table}`, () =>
        runInTransaction(this.#db, async (trx) => {
          await refuseLenientMode(trx)
          const target = await readLoadTarget(trx, place)
          const from = (prepared ??= await (source as PrepareLoad)(trx, target))
          const load = (into: string): Promise<number> =>
            this.#send(trx, write({ table: into, source: from.source, columns }), from.source)
          const isStaged = needsStaging(from.columns ?? [], keys === 'check' && target.hasKeys)
          const staged = (): StagedTarget => ({
            table: place,
            columns: from.columns ?? filledColumns(table, target, columns),
          })
          const rows = isStaged
            ? await loadWithKeyCheck(trx, staged(), load)
            : await load(quoteTable(place))
          return Object.freeze({ rows, keysChecked: isStaged || !target.hasKeys })
        }),
      )
    } finally {
      if (prepared?.source.kind === 'local') await prepared.source.close()
    }
  }

  #format({ nullIf, ...format }: CsvFormat): CsvFormat {
    if (nullIf === undefined) return format
    const named = Object.entries(nullIf).map(
      ([name, text]) => [this.#names.column(name), text] as const,
    )
    return { ...format, nullIf: Object.fromEntries(named) }
  }

  async #send(trx: SqlExecutor, statement: string, source: ResolvedSource): Promise<number> {
    if (source.kind === 'local' && runtimeOf(this.#db) === undefined) {
      throw new UnsupportedError(
        'A stream can be loaded only through MatrixOneDialect. Use it, or load from a stage.',
      )
    }
    return sendLoad(trx, statement, source)
  }
}

/** A source, and of rows the columns as they are written. */
interface PreparedLoad {
  readonly source: ResolvedSource
  readonly columns?: readonly LoadColumn[]
}

type PrepareLoad = (trx: ManagerDb, target: LoadTarget) => Promise<PreparedLoad>

/** The columns that a file fills, in the table's order. */
function filledColumns(
  table: string,
  target: LoadTarget,
  columns: FileColumns | undefined,
): LoadTarget['columns'] {
  if (columns === undefined) return target.columns
  return pickColumns(
    table,
    target,
    columns.filter((column) => column !== null),
  )
}

/**
 * LOAD DATA INLINE accepts SET and LINES TERMINATED BY and ignores both (4.2.0); LOCAL heeds them, so
 * a text with either goes as a stream.
 */
function streamed(source: LoadSource, options: CsvLoadOptions<string>): LoadSource {
  if (!isObject(source) || !('text' in source)) return source
  if (options.nullIf === undefined && options.lineTerminator === undefined) return source
  const { text } = source
  return (async function* () {
    yield text
  })()
}
