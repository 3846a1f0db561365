/**
 * One socket to the server. mysql2 speaks the protocol; this class adds what it does not promise:
 * every caller is answered even when the socket is destroyed under a running statement, text is
 * decoded as declared, and the server's word on the transaction state is kept. Over 300 lines, because every
 * way to send something answers through the same few private methods.
 */
import type { FieldPacket, PoolConnection, Query, QueryError } from 'mysql2'
import { ConnectionError } from '../../errors.js'
import { capabilitiesOf } from '../../server/capabilities.js'
import { parseServerVersion } from '../../server/server-version.js'
import type { LiteralOptions } from '../../sql/literals.js'
import type { ResultField } from '../../sql/statement-options.js'
import type { ResolvedColumnTypes } from '../../types/column-type-options.js'
import type { FieldReads } from '../../wire/field-reads.js'
import { isBinaryReadable, prepareBinaryFields } from '../../wire/binary-columns.js'
import { binaryQueryOptions, wireQueryOptions } from '../../wire/query-options.js'
import { prepareFields, type RowDecoder } from '../../wire/wire.js'
import { type ErrorValues, explainUnreadable, fromDriverError } from './errors-from-driver.js'
import { isObserved, publish } from '../../observe/events.js'
import { closeStatement, destroySocket, serverVersionOf, socketOf } from './internals.js'
import { ArrivingRows, type RowStream } from './arriving-rows.js'
import { hasRows, readReplies, type Reply, type Row } from './reply.js'
import { LocalUpload } from './local-upload.js'
import { type SessionStatus, statusOf } from './session-status.js'

/** How values are read. */
export interface WireOptions {
  readonly types: ResolvedColumnTypes
  /** Offset of the session's time zone: `+00:00`. */
  readonly timeZone: string
  /** Whether errors hold values; default `'redacted'`. */
  readonly errorValues?: ErrorValues
}

/** A statement that is run prepared. */
export interface PreparedRun {
  /** With a `?` for each value. */
  readonly sql: string
  /** Of types that mysql2 binds as they are. */
  readonly values: readonly unknown[]
  /** With its values, for errors. */
  readonly text: string
  readonly reads: FieldReads | undefined
}

/** One connection of the pool. */
export class PhysicalConnection {
  readonly #raw: PoolConnection
  readonly #wire: WireOptions
  readonly #queryOptions: ReturnType<typeof wireQueryOptions>
  readonly #running = new Set<(error: Error) => void>()
  readonly #status: SessionStatus
  #whenAnswered: (() => void)[] = []
  #closedBy: Error | undefined
  #literals: LiteralOptions | undefined
  #watchText: ((sql: string) => void) | undefined

  constructor(raw: PoolConnection, wire: WireOptions) {
    this.#raw = raw
    this.#status = statusOf(raw)
    this.#wire = wire
    this.#queryOptions = wireQueryOptions(raw.config)
    // Without a listener an error of an idle socket would end the process.
    raw.on('error', (error: Error) => this.#close(fromDriverError(error)))
    raw.on('end', () => this.#close(new ConnectionError('The server closed the connection.')))
    if (isObserved('kysely-matrixone:connection:created')) {
      const { id: connectionId, serverVersion } = this
      publish('kysely-matrixone:connection:created', { connectionId, serverVersion })
    }
  }

  /** mysql2's own connection, the identity of the socket. */
  get raw(): PoolConnection {
    return this.#raw
  }

  /** The server's connection id, as in `select connection_id()`. */
  get id(): number {
    return this.#raw.threadId ?? 0
  }

  /** The server's version as its greeting says it: `8.0.30-MatrixOne-v4.2.0`. */
  get serverVersion(): string {
    return serverVersionOf(this.#raw)
  }

  /** Whether the server's last word was that a transaction is open. */
  get inTransaction(): boolean {
    return this.#status.inTransaction
  }

  /** Whether the server's last word was that each statement is committed at once. */
  get autocommit(): boolean {
    return this.#status.autocommit
  }

  /** Whether a statement is under way. */
  get isRunning(): boolean {
    return this.#running.size > 0
  }

  get isClosed(): boolean {
    return this.#closedBy !== undefined
  }

  /** How columns are read. */
  get types(): ResolvedColumnTypes {
    return this.#wire.types
  }

  /** Resolves when no statement is under way. */
  whenAnswered(): Promise<void> {
    return new Promise((resolve) => {
      if (this.isRunning) this.#whenAnswered.push(resolve)
      else resolve()
    })
  }

  /** The formatter's and the decoder's time zone. */
  get timeZone(): string {
    return this.#wire.timeZone
  }

  /** How values are written for this server. */
  get literals(): LiteralOptions {
    return (this.#literals ??= Object.freeze({
      timeZone: this.timeZone,
      decodesVectors: capabilitiesOf(parseServerVersion(this.serverVersion)).vectorsFromBase64,
    }))
  }

  /**
   * Sends one text and resolves with its replies: one for a single statement, several for stacked ones.
   *
   * @param localStream what `LOAD DATA LOCAL` reads
   * @param reads the columns that are read otherwise than the connection's types say
   * @param onField told each column of each result, counted from 0
   * @throws {ServerError} what the server answered
   * @throws {ConnectionError} when the connection broke or was destroyed meanwhile
   * @throws {LoadDataError} when `localStream` failed
   */
  query(
    sql: string,
    localStream?: AsyncIterable<Uint8Array>,
    reads?: FieldReads,
    onField?: (field: ResultField, result: number) => void,
  ): Promise<readonly Reply[]> {
    return new Promise((resolve, reject) => {
      if (!this.#begin(reject)) return
      this.#watchText?.(sql)
      const decoders: (RowDecoder | null)[] = []
      const upload =
        localStream === undefined ? undefined : new LocalUpload(localStream, socketOf(this.#raw))
      const answered = (error: QueryError | null, result: unknown): void => {
        this.#answered(reject)
        // The rest of the file would be read as commands.
        if (upload?.isSending) this.destroy()
        upload?.close()
        if (error) return reject(upload?.failure ?? this.#failed(error, sql))
        try {
          resolve(readReplies(result, decoders))
        } catch (failure) {
          reject(this.#unreadable(failure, sql))
        }
      }
      const command = this.#send(sql, answered, upload)
      command.on('fields', (fields: FieldPacket[] | undefined) => {
        const result = decoders.length
        decoders.push(this.#prepare(fields, reads, onField && ((field) => onField(field, result))))
        // Another statement is behind the first: nothing is known of it.
        if (decoders.length > 1) this.#watchText?.('')
      })
    })
  }

  /**
   * Runs a prepared statement that returns rows; its first run prepares it.
   *
   * @param accepts told the columns; with false the rows are dropped
   * @returns undefined when the rows are dropped, or cannot be read as those of a text
   * @throws {ServerError} what the server answered
   * @throws {ConnectionError} when the connection broke or was destroyed meanwhile
   */
  execute(
    { sql, values, text, reads }: PreparedRun,
    accepts: (fields: readonly FieldPacket[]) => boolean,
  ): Promise<readonly Row[] | undefined> {
    return new Promise((resolve, reject) => {
      if (!this.#begin(reject)) return
      let decoder: RowDecoder | null | undefined
      const answered = (error: QueryError | null, result: unknown): void => {
        this.#answered(reject)
        if (error) return reject(this.#failed(error, text))
        if (decoder === undefined) return resolve(undefined)
        try {
          const [reply] = readReplies(result, [decoder])
          resolve(reply !== undefined && hasRows(reply) ? reply : undefined)
        } catch (failure) {
          reject(this.#unreadable(failure, text))
        }
      }
      const options = binaryQueryOptions(this.#raw.config)
      const command = this.#raw.execute({ ...options, sql, values: [...values] }, answered)
      command.on('fields', (fields: FieldPacket[] | undefined) => {
        if (fields === undefined || !isBinaryReadable(fields) || !accepts(fields)) return
        const { types, timeZone } = this.#wire
        decoder = prepareBinaryFields(fields, types, timeZone, reads)
      })
    })
  }

  /** Lets go of a prepared statement, which must not be under way. */
  unprepare(sql: string): void {
    if (this.isClosed) return
    closeStatement(this.#raw, { ...binaryQueryOptions(this.#raw.config), sql })
  }

  /** Calls the listener with each text before it is sent, and with `''` when a text had several statements. */
  watchTexts(listener: (sql: string) => void): void {
    this.#watchText = listener
  }

  /**
   * Asks for a sign of life (COM_PING).
   *
   * @throws {ConnectionError} when the connection broke or is destroyed meanwhile
   */
  ping(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#begin(reject)) return
      this.#raw.ping((error: QueryError | null) => {
        this.#answered(reject)
        // mysql2 gives no argument at all when it went well.
        if (error) reject(this.#failed(error))
        else resolve()
      })
    })
  }

  /** Sends one text whose rows are read in chunks; reading pauses while no row is asked for. */
  stream(
    sql: string,
    readAhead: number,
    reads?: FieldReads,
    onField?: (field: ResultField) => void,
  ): RowStream {
    const rows = new ArrivingRows(readAhead, this.#raw)
    const finish = (error?: unknown): void => {
      this.#answered(finish)
      rows.end(error)
    }
    if (!this.#begin(finish)) return rows
    this.#watchText?.(sql)
    let decoder: RowDecoder | null = null
    let hasResult = false
    let hasColumns = false
    const command = this.#send(sql)
    command.on('fields', (fields: FieldPacket[] | undefined) => {
      if (hasResult) this.#watchText?.('')
      hasResult = true
      hasColumns = fields !== undefined
      decoder = this.#prepare(fields, reads, onField)
    })
    command.on('result', (row: Row) => {
      // Without columns it is an OK; a row may have columns with the names of an OK's fields.
      if (rows.isDiscarding || !hasColumns) return
      try {
        decoder?.decodeRow(row)
        rows.push(row)
      } catch (error) {
        rows.fail(this.#unreadable(error, sql))
      }
    })
    command.on('error', (error: QueryError) => finish(this.#failed(error, sql)))
    command.on('end', () => finish())
    return rows
  }

  /**
   * Closes the socket at once. MatrixOne ignores COM_QUIT (4.2.0): a polite end would leave socket,
   * locks and process alive.
   */
  destroy(reason: Error = new ConnectionError('The connection was closed by this program.')): void {
    this.#close(reason)
    destroySocket(this.#raw)
  }

  /** Without `values` mysql2 would search the whole text for placeholders again. */
  #send(
    sql: string,
    callback?: (error: QueryError | null, result: unknown) => void,
    upload?: LocalUpload,
  ): Query {
    const options =
      upload === undefined
        ? this.#queryOptions
        : { ...this.#queryOptions, infileStreamFactory: upload.open }
    return options === null
      ? this.#raw.query(sql, null, callback)
      : this.#raw.query({ sql, ...options }, callback)
  }

  /** @throws {ConnectionError} when a statement could not even be sent */
  assertOpen(): void {
    if (this.#closedBy === undefined) return
    throw new ConnectionError('The connection is closed; the statement was not sent.', {
      cause: this.#closedBy,
    })
  }

  /** Registers a caller to be told when the socket goes; mysql2's `destroy()` would leave it pending. */
  #begin(reject: (error: Error) => void): boolean {
    if (this.#closedBy !== undefined) {
      reject(new ConnectionError('The connection is closed.', { cause: this.#closedBy }))
      return false
    }
    this.#running.add(reject)
    return true
  }

  #answered(reject: (error: Error) => void): void {
    this.#running.delete(reject)
    if (this.#running.size > 0 || this.#whenAnswered.length === 0) return
    for (const resolve of this.#whenAnswered) resolve()
    this.#whenAnswered = []
  }

  #close(reason: Error): void {
    this.#noteClosed(reason)
    for (const reject of this.#running) reject(reason)
    this.#running.clear()
    for (const resolve of this.#whenAnswered) resolve()
  }

  #noteClosed(reason: Error): void {
    if (this.#closedBy !== undefined) return
    this.#closedBy = reason
    // After a broken packet or an `end` of the server mysql2 leaves the socket half open.
    destroySocket(this.#raw)
    publish('kysely-matrixone:connection:closed', { connectionId: this.id, reason })
  }

  /** The heading of an expression without an alias is its text, values included. */
  #unreadable(error: unknown, sql: string): unknown {
    return explainUnreadable(error, sql, this.#wire.errorValues)
  }

  #failed(error: QueryError, sql?: string): Error {
    const failure = fromDriverError(error, sql, this.#wire.errorValues)
    if (error.fatal || failure instanceof ConnectionError) this.#noteClosed(failure)
    return failure
  }

  #prepare(
    fields: FieldPacket[] | undefined,
    reads?: FieldReads,
    onField?: (field: ResultField) => void,
  ): RowDecoder | null {
    return fields === undefined
      ? null
      : prepareFields(fields, this.#wire.types, this.#wire.timeZone, reads, onField)
  }
}
