import {
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  type RootOperationNode,
} from 'kysely'
import {
  hasRows,
  type OkReply,
  type PhysicalConnection,
  type Reply,
} from '../connection/physical-connection.js'
import type { ConnectionPool } from '../connection/pool.js'
import {
  ConnectionError,
  LoadDataError,
  MatrixOneError,
  TransactionAbortedError,
  UnknownOutcomeError,
} from '../errors.js'
import { endsTransaction } from '../server/errno.js'
import { interpolate } from '../sql/interpolate.js'
import { fitPacket } from '../sql/packet-size.js'
import { analyzeSql } from '../sql/analyze-sql.js'
import { statementOptionsOf } from '../sql/statement-options.js'
import type { ResolvedGuards } from './guards.js'
import type { InsertIds } from './insert-ids.js'
import { toQueryResult } from './query-result.js'
import { guardStatement } from './statement-guards.js'

/** Rows that are read ahead while the program works on a chunk, at least. */
const READ_AHEAD_ROWS = 256

/** Verbs that change nothing: a lost answer to them leaves no doubt about the data. */
const READING = new Set(['SELECT', 'SHOW', 'EXPLAIN', 'DESCRIBE', 'DESC', 'WITH', 'USE', 'SET', ''])

/** The connection that kysely works with: statements, transaction state, guards. */
export class MatrixOneConnection implements DatabaseConnection {
  readonly #physical: PhysicalConnection
  readonly #pool: ConnectionPool
  readonly #guards: ResolvedGuards
  readonly #insertIds: InsertIds
  #transaction: 'none' | 'open' | 'aborted' = 'none'
  #abortedBy: unknown

  constructor(
    physical: PhysicalConnection,
    pool: ConnectionPool,
    guards: ResolvedGuards,
    insertIds: InsertIds,
  ) {
    this.#physical = physical
    this.#pool = pool
    this.#guards = guards
    this.#insertIds = insertIds
  }

  get physical(): PhysicalConnection {
    return this.#physical
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    this.#assertUsable()
    guardStatement(query.sql, this.#transaction === 'open', this.#guards)
    const sql = this.#toText(query)
    let replies: readonly Reply[]
    try {
      replies = await this.#physical.query(sql, statementOptionsOf(query).localStream)
    } catch (error) {
      throw this.#explain(error, query.sql)
    }
    const reply = replies[0]
    if (reply === undefined || hasRows(reply)) return toQueryResult<R>(reply, undefined)
    this.#note(reply, query.sql)
    return toQueryResult<R>(reply, await this.#readInsertId(query.query, reply))
  }

  /** The id of the one row that was inserted; several rows are answered with the last one's. */
  async #readInsertId(node: RootOperationNode, reply: OkReply): Promise<bigint | undefined> {
    if (reply.insertId === 0 || reply.affectedRows !== 1 || node.kind !== 'InsertQueryNode') {
      return undefined
    }
    const isTrue = await this.#insertIds.isTrue(this.#physical, node)
    return isTrue ? BigInt(reply.insertId) : undefined
  }

  async *streamQuery<R>(
    query: CompiledQuery,
    chunkSize: number,
  ): AsyncIterableIterator<QueryResult<R>> {
    this.#assertUsable()
    guardStatement(query.sql, this.#transaction === 'open', this.#guards)
    const stream = this.#physical.stream(this.#toText(query), Math.max(chunkSize, READ_AHEAD_ROWS))
    try {
      while (true) {
        const rows = await stream.next(chunkSize)
        if (rows.length === 0) return
        yield { rows: rows as R[] }
      }
    } catch (error) {
      throw this.#explain(error, query.sql)
    } finally {
      if (!stream.ended) await this.#abandon(stream.discard())
    }
  }

  async cancelQuery(): Promise<void> {
    await this.#pool.killQuery(this.#physical)
  }

  async killSession(): Promise<void> {
    await this.#pool.killConnection(this.#physical).finally(() => this.#physical.destroy())
  }

  async collectSessionInfo(): Promise<void> {
    // The connection id came with the greeting.
  }

  async begin(): Promise<void> {
    await this.#send('begin')
    this.#transaction = 'open'
  }

  /**
   * @throws {TransactionAbortedError} when the server ended the transaction before
   * @throws {UnknownOutcomeError} when the answer was lost
   */
  async commit(): Promise<void> {
    this.#assertUsable()
    if (this.#physical.isClosed) {
      throw new ConnectionError(
        'The connection broke before COMMIT was sent: nothing was committed.',
      )
    }
    try {
      await this.#send('commit')
    } catch (error) {
      if (error instanceof ConnectionError) throw unknownOutcome('COMMIT', error)
      throw error
    }
    this.#transaction = 'none'
  }

  /** Sent even after the server ended the transaction: it costs nothing and settles any doubt. */
  async rollback(): Promise<void> {
    await this.#send('rollback')
    this.#transaction = 'none'
    this.#abortedBy = undefined
  }

  /** Whether it may go back to the pool: no transaction open that somebody else would inherit. */
  get isClean(): boolean {
    return this.#transaction === 'none' && !this.#physical.inTransaction
  }

  async #send(sql: string): Promise<void> {
    await this.executeUnguarded(sql)
  }

  /** Sends one statement past the guards; for the driver's own transaction statements. */
  async executeUnguarded(sql: string): Promise<readonly Reply[]> {
    return this.#physical.query(sql)
  }

  #toText(query: CompiledQuery): string {
    const { timeZone } = this.#physical
    return fitPacket(interpolate(query.sql, query.parameters, { timeZone }))
  }

  #assertUsable(): void {
    if (this.#transaction !== 'aborted') return
    throw new TransactionAbortedError(
      'MatrixOne has ended this transaction; nothing more is sent, because it would be committed ' +
        'at once. Let the error that ended it (cause) leave the transaction and run it again.',
      { cause: this.#abortedBy, retryable: true },
    )
  }

  /** Notes what an error means for the transaction, and says when the outcome is unknown. */
  #explain(error: unknown, sql: string): unknown {
    // Made in a socket's callback, its stack would not lead to the caller.
    if (error instanceof MatrixOneError) Error.captureStackTrace(error)
    if (error instanceof MatrixOneError && endsTransaction(error.errno, error.message)) {
      this.#abort(error)
    }
    // The rows that had arrived can only be undone together with the whole transaction.
    if (error instanceof LoadDataError) this.#abort(error)
    if (
      error instanceof ConnectionError &&
      this.#transaction === 'none' &&
      analyzeSql(sql).statements.some(({ keywords }) => !READING.has(keywords[0] ?? ''))
    ) {
      return unknownOutcome('the statement', error)
    }
    return error
  }

  /** The server's own word: a statement in a transaction that leaves none open was autocommitted. */
  #note(reply: OkReply, sql: string): void {
    this.#insertIds.noteStatement(analyzeSql(sql).statements[0]?.keywords[0] ?? '')
    if (this.#transaction !== 'open' || reply.inTransaction) return
    this.#abort(
      new TransactionAbortedError(
        'The server said that no transaction was open after this statement, which it therefore ' +
          'committed at once.',
        { sql },
      ),
    )
  }

  #abort(cause: unknown): void {
    if (this.#transaction !== 'open') return
    this.#transaction = 'aborted'
    this.#abortedBy = cause
  }

  /** Ends the statement whose rows nobody wants; the connection is usable afterwards, or closed. */
  async #abandon(discarded: Promise<void>): Promise<void> {
    let settled = false
    const done = discarded.then(() => (settled = true))
    // What has already arrived is dropped in this turn; only a longer rest is worth a KILL.
    await new Promise((resolve) => setImmediate(resolve))
    if (settled) return
    try {
      await this.#pool.killQuery(this.#physical)
    } catch {
      this.#physical.destroy()
    }
    await done
  }
}

function unknownOutcome(what: string, cause: ConnectionError): Error {
  return new UnknownOutcomeError(
    `The connection broke after ${what} was sent and before the answer came: it may or may not ` +
      'have taken effect. Look at the data before doing it again.',
    { cause, code: cause.code, sql: cause.sql },
  )
}
