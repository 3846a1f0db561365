/**
 * One socket to the server. mysql2 speaks the protocol; this class adds what it does not promise:
 * every caller is answered even when the socket is destroyed under a running statement, text is
 * decoded as declared, and the server's word on the transaction state is kept.
 * (Long, because whoever waits for an answer is told of the socket's end in one place.)
 */
import type { FieldPacket, PoolConnection, Query, QueryError, ResultSetHeader } from 'mysql2'
import { ConnectionError } from '../../errors.js'
import type { ResolvedColumnTypes } from '../../types/column-type-options.js'
import type { FieldReads } from '../../wire/field-reads.js'
import { prepareFields, type RowDecoder, wireQueryOptions } from '../../wire/wire.js'
import { fromDriverError } from './errors-from-driver.js'
import { isObserved, publish } from '../../observe/events.js'
import { serverVersionOf, socketOf } from './internals.js'
import { LocalUpload } from './local-upload.js'

/** SERVER_STATUS_IN_TRANS of an OK packet; right after BEGIN, DML, COMMIT and ROLLBACK (4.2.0). */
const SERVER_STATUS_IN_TRANS = 0x0001

/** A row, keyed by column name. */
export type Row = Record<string, unknown>

/** What the server answered to a statement that returns no rows. */
export interface OkReply {
  readonly affectedRows: number
  /** 0 of every statement (3.0.14, 4.1.4, 4.2.0). */
  readonly changedRows: number
  /** 0 when the server generated none; the last one of several rows. */
  readonly insertId: number | string
  readonly inTransaction: boolean
}

/** One result of a statement: rows or an OK. */
export type Reply = readonly Row[] | OkReply

/** How values are read. */
export interface WireOptions {
  readonly types: ResolvedColumnTypes
  /** Offset of the session's time zone: `+00:00`. */
  readonly timeZone: string
}

/** A statement under way whose rows arrive in chunks. */
export interface RowStream {
  /** Resolves with up to `size` rows, and with an empty array at the end. */
  next(size: number): Promise<Row[]>
  /** Whether the whole answer has arrived. */
  readonly ended: boolean
  /** Drops the rest of the answer and resolves when the server has sent all of it or failed. */
  discard(): Promise<void>
}

/** Whether a reply holds rows. */
export function hasRows(reply: Reply): reply is readonly Row[] {
  return Array.isArray(reply)
}

/** One connection of the pool. */
export class PhysicalConnection {
  readonly #raw: PoolConnection
  readonly #wire: WireOptions
  readonly #queryOptions: ReturnType<typeof wireQueryOptions>
  readonly #running = new Set<(error: Error) => void>()
  #closedBy: Error | undefined
  #inTransaction = false

  constructor(raw: PoolConnection, wire: WireOptions) {
    this.#raw = raw
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

  /** Whether the last OK of the server said that a transaction is open. */
  get inTransaction(): boolean {
    return this.#inTransaction
  }

  get isClosed(): boolean {
    return this.#closedBy !== undefined
  }

  /** The formatter's and the decoder's time zone. */
  get timeZone(): string {
    return this.#wire.timeZone
  }

  /**
   * Sends one text and resolves with its replies: one for a single statement, several for stacked ones.
   *
   * @param localStream what `LOAD DATA LOCAL` reads
   * @param reads the columns that are read otherwise than the connection's types say
   * @throws {ServerError} what the server answered
   * @throws {ConnectionError} when the connection broke or was destroyed meanwhile
   * @throws {LoadDataError} when `localStream` failed
   */
  query(
    sql: string,
    localStream?: AsyncIterable<Uint8Array>,
    reads?: FieldReads,
  ): Promise<readonly Reply[]> {
    return new Promise((resolve, reject) => {
      if (!this.#begin(reject)) return
      const decoders: (RowDecoder | null)[] = []
      const upload =
        localStream === undefined ? undefined : new LocalUpload(localStream, socketOf(this.#raw))
      const answered = (error: QueryError | null, result: unknown): void => {
        this.#running.delete(reject)
        // The rest of the file would be read as commands.
        if (upload?.isSending) this.destroy()
        upload?.close()
        if (error) return reject(upload?.failure ?? this.#failed(error, sql))
        try {
          resolve(this.#readReplies(result, decoders))
        } catch (failure) {
          reject(failure)
        }
      }
      const command = this.#send(sql, answered, upload)
      command.on('fields', (fields: FieldPacket[] | undefined) => {
        decoders.push(this.#prepare(fields, reads))
      })
    })
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
        this.#running.delete(reject)
        // mysql2 gives no argument at all when it went well.
        if (error) reject(this.#failed(error))
        else resolve()
      })
    })
  }

  /** Sends one text whose rows are read in chunks; reading pauses while nobody asks. */
  stream(sql: string, readAhead: number, reads?: FieldReads): RowStream {
    const rows: Row[] = []
    let decoder: RowDecoder | null = null
    let failure: unknown
    let ended = false
    let discarding = false
    let waiting: (() => void)[] = []
    const wake = (): void => {
      const woken = waiting
      waiting = []
      for (const resume of woken) resume()
    }
    const finish = (error?: unknown): void => {
      if (ended) return
      ended = true
      failure = error
      this.#running.delete(finish)
      wake()
    }
    if (this.#begin(finish)) {
      const command = this.#send(sql)
      command.on('fields', (fields: FieldPacket[] | undefined) => {
        decoder = this.#prepare(fields, reads)
      })
      command.on('result', (row: Row) => {
        // A statement without rows is answered with an OK.
        if (discarding || 'affectedRows' in row) return
        try {
          decoder?.decodeRow(row)
        } catch (error) {
          failure ??= error
          discarding = true
          return wake()
        }
        rows.push(row)
        if (rows.length >= readAhead) this.#raw.pause()
        wake()
      })
      command.on('error', (error: QueryError) => finish(this.#failed(error, sql)))
      command.on('end', () => finish(failure))
    }
    const pause = (): Promise<void> => new Promise((resolve) => waiting.push(resolve))
    return {
      get ended() {
        return ended
      },
      next: async (size) => {
        while (rows.length < size && !ended && failure === undefined) {
          this.#raw.resume()
          if (rows.length >= size || ended) break
          await pause()
        }
        if (rows.length === 0 && failure !== undefined) throw failure
        return rows.splice(0, size)
      },
      discard: async () => {
        discarding = true
        rows.length = 0
        if (!ended) this.#raw.resume()
        while (!ended) await pause()
      },
    }
  }

  /**
   * Closes the socket at once. MatrixOne ignores COM_QUIT (4.2.0): a polite end would leave socket,
   * locks and process alive.
   */
  destroy(reason: Error = new ConnectionError('The connection was closed by this program.')): void {
    this.#close(reason)
    this.#raw.destroy()
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

  /** Registers a caller to be told when the socket goes; mysql2's `destroy()` would leave it pending. */
  #begin(reject: (error: Error) => void): boolean {
    if (this.#closedBy !== undefined) {
      reject(new ConnectionError('The connection is closed.', { cause: this.#closedBy }))
      return false
    }
    this.#running.add(reject)
    return true
  }

  #close(reason: Error): void {
    this.#noteClosed(reason)
    for (const reject of this.#running) reject(reason)
    this.#running.clear()
  }

  #noteClosed(reason: Error): void {
    if (this.#closedBy !== undefined) return
    this.#closedBy = reason
    publish('kysely-matrixone:connection:closed', { connectionId: this.id, reason })
  }

  #failed(error: QueryError, sql?: string): Error {
    const failure = fromDriverError(error, sql)
    if (error.fatal || failure instanceof ConnectionError) this.#noteClosed(failure)
    return failure
  }

  #prepare(fields: FieldPacket[] | undefined, reads?: FieldReads): RowDecoder | null {
    return fields === undefined
      ? null
      : prepareFields(fields, this.#wire.types, this.#wire.timeZone, reads)
  }

  #readReplies(result: unknown, decoders: readonly (RowDecoder | null)[]): readonly Reply[] {
    if (decoders.length <= 1) return [this.#readReply(result, decoders[0] ?? null)]
    return (result as unknown[]).map((part, index) =>
      this.#readReply(part, decoders[index] ?? null),
    )
  }

  #readReply(result: unknown, decoder: RowDecoder | null): Reply {
    if (Array.isArray(result)) {
      if (decoder !== null) for (const row of result as Row[]) decoder.decodeRow(row)
      return result as Row[]
    }
    const header = result as ResultSetHeader
    this.#inTransaction = (header.serverStatus & SERVER_STATUS_IN_TRANS) !== 0
    return {
      affectedRows: header.affectedRows,
      changedRows: header.changedRows,
      insertId: header.insertId,
      inTransaction: this.#inTransaction,
    }
  }
}
