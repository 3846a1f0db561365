/**
 * A statement's way through one connection. Over 300 lines because transaction state, limits and
 * outcome are one state machine that would only be harder to follow in pieces.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { CompiledQuery, type DatabaseConnection, type QueryResult } from 'kysely'
import { type Cancellation, reasonOf } from '../connection/limits/cancellation.js'
import type { Killer } from '../connection/limits/kill.js'
import { isObserved, publish } from '../observe/events.js'
import {
  hasRows,
  type OkReply,
  type PhysicalConnection,
  type Reply,
} from '../connection/mysql2/physical-connection.js'
import { StatementControl, type StatementLimits } from '../connection/limits/statement-control.js'
import type { TransactionClock } from '../connection/limits/transaction-clock.js'
import {
  ConnectionError,
  LoadDataError,
  MatrixOneError,
  QueryCancelledError,
  TransactionAbortedError,
  UnknownOutcomeError,
} from '../errors.js'
import { endsTransaction, losesNode } from '../server/errno.js'
import { interpolate } from '../sql/interpolate.js'
import type { LiteralOptions } from '../sql/literals.js'
import { fitPacket } from '../sql/packet-size.js'
import { analyzeSql } from '../sql/analyze-sql.js'
import { type StatementOptions, statementOptionsOf } from '../sql/statement-options.js'
import type { ResolvedGuards } from '../guards/guards.js'
import { fieldReadsOf } from './result-reads.js'
import type { InsertIds } from './insert-ids.js'
import { AbandonedResult, toQueryResult } from './query-result.js'
import { SessionLease } from './session-lease.js'
import { guardStatement } from '../guards/guard-statement.js'
import { abortedTransaction, endingTransaction, unknownOutcome } from './transaction-errors.js'

/** Rows that are read ahead while the program works on a chunk, at least. */
const READ_AHEAD_ROWS = 256

type TransactionEventName =
  | 'kysely-matrixone:transaction:begin'
  | 'kysely-matrixone:transaction:commit'
  | 'kysely-matrixone:transaction:rollback'

const NO_LIMIT = Object.freeze({})

/** kysely 0.29's AbortableOperationOptions; 0.28 gives none. */
export interface WithSignal {
  readonly signal?: AbortSignal | undefined
}

/** Verbs that change nothing: a lost answer to them leaves no doubt about the data. */
const READING = new Set(['SELECT', 'SHOW', 'EXPLAIN', 'DESCRIBE', 'DESC', 'WITH', 'USE', 'SET', ''])

/** The connection that kysely works with: statements, transaction state, guards. */
export class MatrixOneConnection implements DatabaseConnection {
  readonly #physical: PhysicalConnection
  readonly #killer: Killer
  readonly #guards: ResolvedGuards
  readonly #insertIds: InsertIds
  readonly #control: StatementControl
  readonly #literals: LiteralOptions
  readonly #lease: SessionLease
  #transaction: 'none' | 'open' | 'aborted' | 'ending' = 'none'
  #abortedBy: unknown
  /** What the driver itself sends. */
  #own: CompiledQuery | undefined

  constructor(
    physical: PhysicalConnection,
    killer: Killer,
    guards: ResolvedGuards,
    insertIds: InsertIds,
    limits: StatementLimits,
  ) {
    this.#physical = physical
    this.#killer = killer
    this.#guards = guards
    this.#lease = new SessionLease()
    this.#insertIds = insertIds
    this.#control = new StatementControl(physical, killer, limits)
    this.#literals = Object.freeze({ timeZone: physical.timeZone })
  }

  get physical(): PhysicalConnection {
    return this.#physical
  }

  /**
   * @param options kysely 0.29 gives its signal here: its own 'cancel query' never cancels inside a
   *   transaction, because the rollback overtakes its KILL
   */
  async executeQuery<R>(query: CompiledQuery, options?: WithSignal): Promise<QueryResult<R>> {
    if (query === this.#own) return toQueryResult<R>((await this.#physical.query(query.sql))[0])
    if (this.#control.isBusy) await this.#control.whenIdle()
    this.#assertUsable()
    const carried = statementOptionsOf(query)
    const sql = this.#toText(query, carried)
    let replies: readonly Reply[]
    try {
      replies = this.#control.isLimited(options?.signal, carried)
        ? await this.#sendLimited(sql, query, carried, options?.signal)
        : await this.#physical.query(sql, carried.localStream, fieldReadsOf(query))
    } catch (error) {
      if (options?.signal?.aborted && isEnd(error, options.signal))
        return new AbandonedResult<R>(error)
      throw this.#explain(error, query.sql)
    }
    const reply = replies[0]
    if (reply === undefined || hasRows(reply)) return toQueryResult<R>(reply)
    this.#note(reply, query.sql)
    const insertId = await this.#insertIds.read(this.#physical, query, reply)
    const { untrueResults } = this.#insertIds
    return toQueryResult<R>(
      reply,
      insertId,
      untrueResults === 'report' ? reply.changedRows : undefined,
    )
  }

  async #sendLimited(
    sql: string,
    query: CompiledQuery,
    carried: StatementOptions,
    signal: AbortSignal | undefined,
  ): Promise<readonly Reply[]> {
    const statement = this.#control.start(signal, carried, { kill: true })
    try {
      return await this.#physical.query(sql, carried.localStream, fieldReadsOf(query))
    } catch (error) {
      throw reasonOf(statement, this.#explain(error, query.sql))
    } finally {
      await statement.finish()
    }
  }

  async *streamQuery<R>(
    query: CompiledQuery,
    chunkSize: number,
    options?: WithSignal,
  ): AsyncIterableIterator<QueryResult<R>> {
    if (this.#control.isBusy) await this.#control.whenIdle()
    this.#assertUsable()
    const limit = statementOptionsOf(query)
    const sql = this.#toText(query, limit)
    // What is not asked for yet would keep the server's last word from arriving.
    const onStop = (): void => {
      void stream.discard().then(() => statement?.finish())
    }
    const statement: Cancellation | undefined = this.#control.isLimited(options?.signal, limit)
      ? this.#control.start(options?.signal, limit, { kill: true, onStop })
      : undefined
    const stream = this.#physical.stream(
      sql,
      Math.max(chunkSize, READ_AHEAD_ROWS),
      fieldReadsOf(query),
    )
    try {
      while (true) {
        const rows = await stream.next(chunkSize)
        if (statement?.stopped !== undefined) throw statement.stopped.reason
        if (rows.length === 0) return
        yield { rows: rows as R[] }
      }
    } catch (error) {
      const reason = reasonOf(statement, this.#explain(error, query.sql))
      if (!options?.signal?.aborted || reason !== options.signal.reason) throw reason
      yield new AbandonedResult<R>(reason)
    } finally {
      if (!stream.ended) await this.#abandon(stream.discard(), statement)
      await statement?.finish()
    }
  }

  /** Ends the statement under way, which its signal has begun to do already. */
  async cancelQuery(): Promise<void> {
    await this.#control.stop(new QueryCancelledError('The statement was cancelled.'))
  }

  async killSession(): Promise<void> {
    await this.#killer.killConnection(this.#physical).finally(() => this.#physical.destroy())
  }

  async collectSessionInfo(): Promise<void> {
    // The connection id came with the greeting.
  }

  /** Who has the connection. */
  get lease(): SessionLease {
    return this.#lease
  }

  /** Resolves when no KILL for a statement of this one can meet the connection's next statement. */
  whenIdle(): Promise<void> {
    return this.#control.whenIdle()
  }

  /** @param settings the SET TRANSACTION that comes first, if any */
  async begin(settings?: string): Promise<void> {
    this.#assertUsable()
    if (settings !== undefined) await this.#sendToEnd(settings)
    await this.#sendToEnd('begin')
    this.#transaction = 'open'
    this.#tell('kysely-matrixone:transaction:begin')
  }

  /**
   * Rolls the transaction back when its clock has run out: nothing else would free its locks while the
   * program is busy elsewhere.
   */
  limitTransaction(clock: TransactionClock): void {
    this.#control.clock = clock
    const expire = async (): Promise<void> => {
      await this.#control.whenIdle()
      if (this.#transaction !== 'open') return
      this.#abort(clock.signal.reason)
      await this.#rollBack().catch(() => this.#physical.destroy())
    }
    if (clock.signal.aborted) void expire()
    else clock.signal.addEventListener('abort', () => void expire(), { once: true })
  }

  /**
   * @throws {TransactionAbortedError} when the server ended the transaction before
   * @throws {UnknownOutcomeError} when the answer was lost
   */
  async commit(): Promise<void> {
    if (this.#control.isBusy) await this.#control.whenIdle()
    this.#assertUsable()
    this.#control.clock?.signal.throwIfAborted()
    if (this.#physical.isClosed) {
      throw new ConnectionError(
        'The connection broke before COMMIT was sent: nothing was committed.',
      )
    }
    this.#transaction = 'ending'
    try {
      await this.#sendToEnd('commit')
    } catch (error) {
      this.#transaction = 'open'
      if (!(error instanceof MatrixOneError) || error instanceof UnknownOutcomeError) throw error
      const isLost = error instanceof ConnectionError || losesNode(error.errno, error.message)
      throw isLost ? unknownOutcome('COMMIT', error) : error
    }
    await this.#endTransaction()
    this.#tell('kysely-matrixone:transaction:commit')
  }

  /** Sent even after the server ended the transaction: it costs nothing and settles any doubt. */
  async rollback(): Promise<void> {
    this.#transaction = 'ending'
    if (this.#control.isBusy) await this.#control.whenIdle()
    try {
      await this.#rollBack()
    } finally {
      await this.#endTransaction()
    }
    this.#tell('kysely-matrixone:transaction:rollback')
  }

  #tell(event: TransactionEventName): void {
    if (isObserved(event)) publish(event, { connectionId: this.#physical.id })
  }

  /**
   * kysely has a queue of its own for statements that were not awaited one by one. What is left in it
   * is refused within this turn; later it would be committed on its own.
   */
  async #endTransaction(): Promise<void> {
    await nextTurn()
    this.#forgetTransaction()
  }

  #forgetTransaction(): void {
    this.#transaction = 'none'
    this.#abortedBy = undefined
    if (this.#control.clock !== undefined) this.#control.clock = undefined
  }

  /** Notes a transaction that begins or ends otherwise than by BEGIN and COMMIT. */
  noteTransaction(isOpen: boolean): void {
    if (isOpen) this.#transaction = 'open'
    else this.#forgetTransaction()
  }

  /** Whether a transaction is open that kysely began. */
  get inTransaction(): boolean {
    return this.#transaction === 'open'
  }

  /** Whether it may go back to the pool: no transaction open that somebody else would inherit. */
  get isClean(): boolean {
    return this.#transaction === 'none' && !this.#physical.inTransaction
  }

  /** Sends what begins or commits, which no KILL QUERY ends: out of time, the connection is closed. */
  async #sendToEnd(sql: string): Promise<void> {
    if (!this.#control.isLimited(undefined, NO_LIMIT)) {
      await this.executeUnguarded(sql)
      return
    }
    const statement = this.#control.start(undefined, NO_LIMIT, { kill: false })
    try {
      await this.executeUnguarded(sql)
    } catch (error) {
      throw sql === 'commit' ? error : reasonOf(statement, error)
    } finally {
      await statement.finish()
    }
  }

  #rollBack(): Promise<void> {
    return this.#control.rollBack(() => this.executeUnguarded('rollback'))
  }

  /**
   * Sends one statement past the guards; for the driver's own statements. kysely's `log` is a wrapper
   * of this very object's method, and shows them only when they go through it.
   */
  async executeUnguarded(sql: string): Promise<void> {
    if (!Object.hasOwn(this, 'executeQuery')) return void (await this.#physical.query(sql))
    this.#own = CompiledQuery.raw(sql)
    await this.executeQuery(this.#own)
  }

  /** Whether the driver itself sends this: it is no statement of the program. */
  protected isOwn(query: CompiledQuery): boolean {
    return query === this.#own
  }

  /** Puts the values in, when no guard is against it. */
  #toText({ sql, parameters }: CompiledQuery, carried: StatementOptions): string {
    const text = interpolate(sql, parameters, this.#literals)
    const { inTransaction } = this
    const isHeld = inTransaction || this.#lease.isPinned
    const isChanged = guardStatement({ sql, text, inTransaction, isHeld }, this.#guards)
    if (isChanged && isHeld && carried.isSetBack !== true) this.#lease.noteChange()
    return fitPacket(text)
  }

  #assertUsable(): void {
    this.#lease.assertCurrent()
    if (this.#transaction === 'none' || this.#transaction === 'open') return
    throw this.#transaction === 'ending' ? endingTransaction() : abortedTransaction(this.#abortedBy)
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
      !(error instanceof UnknownOutcomeError) &&
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
  async #abandon(
    discarded: Promise<void>,
    statement: Cancellation = this.#control.start(undefined, NO_LIMIT, { kill: true }),
  ): Promise<void> {
    let settled = false
    const done = discarded.then(() => (settled = true))
    // What has already arrived is dropped in this turn; only a longer rest is worth a KILL.
    await nextTurn()
    if (!settled) void statement.stop(new QueryCancelledError('Nobody reads the rows any more.'))
    await done
    await statement.finish()
  }
}

/** Whether a statement ended because of the signal, by itself or by kysely's `cancelQuery`. */
function isEnd(error: unknown, { reason }: AbortSignal): boolean {
  return error === reason || error instanceof QueryCancelledError
}
