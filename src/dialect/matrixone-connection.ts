/**
 * A connection as kysely sees it. A statement of the program goes through the interceptors, then past
 * the listeners to events (`observe-statement.ts`), then to `StatementRunner` and the socket.
 */
import { CompiledQuery, type DatabaseConnection, type QueryResult } from 'kysely'
import type {
  InterceptedCall,
  InterceptedCalls,
  InterceptedName,
  Interceptors,
} from '../connection/interceptors.js'
import type { Killer } from '../connection/limits/kill.js'
import { StatementControl, type StatementLimits } from '../connection/limits/statement-control.js'
import type { TransactionClock } from '../connection/limits/transaction-clock.js'
import type { PhysicalConnection } from '../connection/mysql2/physical-connection.js'
import type { ConnectionRecord } from '../connection/setup/connection-record.js'
import { QueryCancelledError } from '../errors.js'
import type { ResolvedGuards } from '../guards/guards.js'
import type { CatalogAnswers } from './catalog-answers.js'
import type { InsertIds } from './insert-ids.js'
import { interceptStatement } from './intercept-statement.js'
import { observeStatement, observeStream } from './observe-statement.js'
import { type FitSearches, fitSearchesOn } from './old-searches.js'
import type { PreparedStatements } from './prepared/prepared-statements.js'
import { toQueryResult } from './query-result.js'
import { type PinKnowledge, SessionLease } from './session-lease.js'
import { type QueryOptions, StatementRunner } from './statement-runner.js'
import { streamAround } from './stream-around.js'
import { TransactionState } from './transaction-state.js'
import { TransactionSteps } from './transaction-steps.js'

/** Parts of a connection. */
export interface ConnectionParts {
  readonly physical: PhysicalConnection
  readonly killer: Killer
  readonly guards: ResolvedGuards
  readonly catalog: CatalogAnswers
  readonly insertIds: InsertIds
  readonly limits: StatementLimits
  readonly interceptors: Interceptors
  readonly pins: PinKnowledge
  readonly prepared?: PreparedStatements | undefined
  /** Makes the record that interceptors are told; called once, when the first one is called. */
  readonly makeRecord: () => ConnectionRecord
}

type StepName = Exclude<InterceptedName, 'execute' | 'cursorExecute'>

/** One connection for one user at a time. */
export class MatrixOneConnection implements DatabaseConnection {
  readonly physical: PhysicalConnection
  readonly lease: SessionLease
  readonly #parts: ConnectionParts
  readonly #fit: FitSearches
  readonly #control: StatementControl
  readonly #transaction: TransactionState
  readonly #steps: TransactionSteps
  readonly #runner: StatementRunner
  #record: ConnectionRecord | undefined
  #own: CompiledQuery | undefined

  constructor(parts: ConnectionParts) {
    const { physical, killer, guards, catalog, insertIds, limits } = parts
    this.physical = physical
    this.#parts = parts
    this.#fit = fitSearchesOn(physical.serverVersion)
    const control = new StatementControl(physical, killer, limits)
    const transaction = new TransactionState(physical)
    const lease = new SessionLease(parts.pins)
    this.lease = lease
    this.#control = control
    this.#transaction = transaction
    this.#steps = new TransactionSteps(physical, control, transaction, (sql) => this.sendOwn(sql))
    this.#runner = new StatementRunner({
      physical,
      guards,
      catalog,
      insertIds,
      control,
      transaction,
      lease,
      prepared: parts.prepared,
    })
  }

  /** @throws {TypeError} for a connection of another dialect */
  static of(connection: DatabaseConnection): MatrixOneConnection {
    if (connection instanceof MatrixOneConnection) return connection
    throw new TypeError('The connection was not made by MatrixOneDialect.')
  }

  executeQuery<R>(query: CompiledQuery, options?: QueryOptions): Promise<QueryResult<R>> {
    if (query === this.#own) return this.#sendOwn(query.sql)
    const fitting = this.#fit(query)
    return this.#parts.interceptors.seesStatements
      ? this.#intercept<R>(fitting, false, (changed) => this.#send(changed, options))
      : this.#send<R>(fitting, options)
  }

  streamQuery<R>(
    query: CompiledQuery,
    chunkSize: number,
    options?: QueryOptions,
  ): AsyncIterableIterator<QueryResult<R>> {
    const open = (changed: CompiledQuery): AsyncIterableIterator<QueryResult<R>> =>
      observeStream(this, changed, () => this.#runner.stream<R>(changed, chunkSize, options))
    const fitting = this.#fit(query)
    return this.#parts.interceptors.seesStatements
      ? streamAround<R>((perform) => this.#intercept(fitting, true, perform), open)
      : open(fitting)
  }

  /** Ends the statement under way, as its signal has begun to do already. */
  async cancelQuery(): Promise<void> {
    await this.#control.stop(new QueryCancelledError('The statement was cancelled.'))
  }

  async killSession(): Promise<void> {
    await this.#parts.killer.killConnection(this.physical).finally(() => this.physical.destroy())
  }

  async collectSessionInfo(): Promise<void> {
    // The connection id came with the greeting.
  }

  /**
   * Resolves when nothing of this one can meet the connection's next user: no KILL for a statement, and no
   * statement that the program did not await.
   */
  async whenIdle(): Promise<void> {
    if (this.physical.isRunning) await this.physical.whenAnswered()
    if (this.#control.isBusy) await this.#control.whenIdle()
  }

  /** Whether a transaction is open that only a statement of the program could have committed. */
  get isLeftOpen(): boolean {
    return this.#transaction.isOpen && this.#transaction.isManual
  }

  /** Whether a transaction is open, also one that kysely did not begin. */
  get inTransaction(): boolean {
    return this.#transaction.isOpen
  }

  /** Whether it may go back to the pool: its next user inherits no transaction. */
  get isClean(): boolean {
    return this.#transaction.isNone && this.physical.autocommit
  }

  /** @param settings the SET TRANSACTION that comes first, if any */
  async begin(settings?: string): Promise<void> {
    this.lease.assertCurrent()
    this.lease.noteTransaction()
    this.#runner.beginTransaction()
    await this.#steps.begin(settings)
  }

  /**
   * @throws {TransactionAbortedError} when the server ended the transaction before
   * @throws {UnknownOutcomeError} when the answer was lost
   */
  async commit(): Promise<void> {
    this.lease.assertCurrent()
    await this.#steps.commit()
  }

  /** Leaves the transaction that the program has begun as it is: kysely's did not begin. */
  keepForeignTransaction(): void {
    this.#steps.keepForeign()
  }

  rollback(): Promise<void> {
    return this.#steps.rollback()
  }

  /** Rolls the open transaction back when its clock has run out. */
  limitTransaction(clock: TransactionClock): void {
    this.#steps.limit(clock)
  }

  /** Notes a transaction that begins or ends otherwise than by BEGIN and COMMIT. */
  noteTransaction(isOpen: boolean): void {
    if (isOpen) this.#transaction.open()
    else this.#steps.forget()
  }

  /** Circumstances that each interceptor is told. */
  get here(): InterceptedCall {
    this.#record ??= this.#parts.makeRecord()
    return { connection: this.#record, inTransaction: !this.#transaction.isNone }
  }

  /** Takes a step of a transaction through the interceptors. */
  async intercept<Name extends StepName>(
    name: Name,
    call: InterceptedCalls[Name][0],
    perform: (call: InterceptedCalls[Name][0]) => Promise<InterceptedCalls[Name][1]>,
  ): Promise<void> {
    await this.#parts.interceptors.run(name, Object.freeze(call), perform)
  }

  /**
   * Sends a statement of the driver itself: past guards, interceptors and events. kysely's `log` shows
   * it, because that wraps `executeQuery` of this object.
   */
  async sendOwn(sql: string): Promise<void> {
    const query = CompiledQuery.raw(sql)
    this.#own = query
    await this.executeQuery(query)
  }

  async #sendOwn<R>(sql: string): Promise<QueryResult<R>> {
    const [reply] = await this.physical.query(sql)
    return toQueryResult<R>(reply)
  }

  #send<R>(query: CompiledQuery, options: QueryOptions | undefined): Promise<QueryResult<R>> {
    return observeStatement(this, query, () => this.#runner.run<R>(query, options))
  }

  #intercept<R>(
    query: CompiledQuery,
    isStream: boolean,
    perform: (query: CompiledQuery) => Promise<QueryResult<unknown>>,
  ): Promise<QueryResult<R>> {
    const { interceptors } = this.#parts
    const { literals } = this.physical
    const statement = { query, isStream, literals }
    const answer = interceptStatement(interceptors, this.here, statement, perform)
    return answer as Promise<QueryResult<R>>
  }
}
