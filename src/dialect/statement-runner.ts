import { setImmediate as nextTurn } from 'node:timers/promises'
import { CompiledQuery, type QueryResult } from 'kysely'
import { type Cancellation, reasonOf } from '../connection/limits/cancellation.js'
import type { Deadline } from '../connection/limits/deadline.js'
import type { StatementControl } from '../connection/limits/statement-control.js'
import type { PhysicalConnection } from '../connection/mysql2/physical-connection.js'
import { hasRows, type Reply, type Row } from '../connection/mysql2/reply.js'
import { QueryCancelledError, ServerError, ValueError } from '../errors.js'
import { guardAutocommitOff } from '../guards/autocommit.js'
import { guardStatement, type PassedStatement } from '../guards/guard-statement.js'
import { guardsOn, type ResolvedGuards } from '../guards/guards.js'
import { NewBranches } from '../guards/new-branch.js'
import { guardLeftOpen } from '../guards/transaction-control.js'
import { analyzeSql } from '../sql/analyze-sql.js'
import { interpolate } from '../sql/interpolate.js'
import { fitPacket } from '../sql/packet-size.js'
import { type StatementOptions, statementOptionsOf } from '../sql/statement-options.js'
import { readsAsSent } from '../wire/field-reads.js'
import type { CatalogAnswers } from './catalog-answers.js'
import type { InsertIds } from './insert-ids.js'
import { openRelations, type RelationResults } from './json-relations/relation-results.js'
import { askForColumns } from './explain-columns.js'
import { explainError } from './explain-error.js'
import { AbandonedResult, toQueryResult } from './query-result.js'
import { expandLists } from './list-parameters.js'
import type { PreparedCall, PreparedStatements } from './prepared/prepared-statements.js'
import { fieldReadsOf } from './result-reads.js'
import type { SessionLease } from './session-lease.js'
import type { TransactionState } from './transaction-state.js'

/** Rows that are read ahead while the program works on a chunk, at least. */
const READ_AHEAD_ROWS = 256

const NO_DEADLINE = Object.freeze({})

/** Options of kysely 0.29 for a statement; 0.28 gives none. */
export type QueryOptions = Pick<Deadline, 'signal'>

/** Tools of one connection that a statement goes through. */
export interface StatementRunnerParts {
  readonly physical: PhysicalConnection
  readonly guards: ResolvedGuards
  readonly catalog: CatalogAnswers
  readonly insertIds: InsertIds
  readonly control: StatementControl
  readonly transaction: TransactionState
  readonly lease: SessionLease
  /** The prepared statements of the connection, when it has some. */
  readonly prepared: PreparedStatements | undefined
}

/** Runs statements of the program: guards, values, limits, and the meaning of the answer. */
export class StatementRunner {
  readonly #parts: StatementRunnerParts
  readonly #branches = new NewBranches()

  constructor(parts: StatementRunnerParts) {
    this.#parts = { ...parts, guards: guardsOn(parts.physical.serverVersion, parts.guards) }
  }

  /**
   * @param options kysely 0.29 gives its signal here: its own 'cancel query' never cancels inside a
   *   transaction, because the rollback overtakes its KILL
   */
  async run<R>(query: CompiledQuery, { signal }: QueryOptions = {}): Promise<QueryResult<R>> {
    const { catalog, control, insertIds, physical, transaction } = this.#parts
    if (control.isBusy) await control.whenIdle()
    const options = statementOptionsOf(query)
    const { text, questions } = this.#toText(query, options)
    const wasOpen = transaction.isOpen
    const until = control.endOf(options)
    let replies: readonly Reply[]
    let relations: RelationResults | undefined
    try {
      if (questions.length > 0) await this.#answer(questions, options, signal)
      const opening = openRelations(query, physical)
      relations = opening && (await opening)
      const reads = relations?.reads ?? fieldReadsOf(query)
      replies = control.isLimited(signal, options)
        ? await this.#sendLimited({ text, query, options, reads }, signal)
        : await this.#send({ text, query, options, reads })
    } catch (error) {
      if (signal?.aborted && isEnd(error, signal)) return new AbandonedResult<R>(error)
      throw await this.#nameColumns(this.#noteError(error, query), query, options, signal)
    }
    this.#noteReply(query.sql, wasOpen)
    const reply = replies[0]
    if (relations !== undefined && reply !== undefined && hasRows(reply)) relations.decode(reply)
    if (reply === undefined || hasRows(reply)) return toQueryResult<R>(reply)
    const { statements } = analyzeSql(query.sql)
    catalog.noteStatements(statements)
    insertIds.noteStatements(physical, statements)
    const insertId = await insertIds.read(physical, query, reply, (question) =>
      control.sendQuick(
        'the question whether insertId is true',
        question,
        [signal, options.signal, control.clock?.signal],
        until - performance.now(),
      ),
    )
    const changedRows = insertIds.untrueResults === 'report' ? reply.changedRows : undefined
    return toQueryResult<R>(reply, insertId, changedRows)
  }

  async *stream<R>(
    query: CompiledQuery,
    chunkSize: number,
    { signal }: QueryOptions = {},
  ): AsyncIterableIterator<QueryResult<R>> {
    const { control, physical, transaction } = this.#parts
    refuseChunkSize(chunkSize)
    if (control.isBusy) await control.whenIdle()
    const options = statementOptionsOf(query)
    const { text, questions } = this.#toText(query, options)
    if (questions.length > 0) await this.#answer(questions, options, signal)
    const wasOpen = transaction.isOpen
    const relations = options.asSent === true ? undefined : await openRelations(query, physical)
    // Rows that are not asked for yet would keep the server's last word from arriving.
    const onStop = (): void => {
      void stream.discard().then(() => statement?.finish())
    }
    const statement: Cancellation | undefined = control.isLimited(signal, options)
      ? control.start(signal, options, { kill: true, onStop })
      : undefined
    const readAhead = Math.max(chunkSize, READ_AHEAD_ROWS)
    const reads = options.asSent === true ? readsAsSent : (relations?.reads ?? fieldReadsOf(query))
    const stream = physical.stream(text, readAhead, reads, options.onField)
    try {
      while (true) {
        const rows = await stream.next(chunkSize)
        if (statement?.stopped !== undefined) throw statement.stopped.reason
        if (rows.length === 0) return this.#noteReply(query.sql, wasOpen)
        relations?.decode(rows)
        yield { rows: rows as R[] }
      }
    } catch (error) {
      const reason = reasonOf(statement, this.#noteError(error, query))
      if (!signal?.aborted || reason !== signal.reason) throw reason
      yield new AbandonedResult<R>(reason)
    } finally {
      if (!stream.ended) await this.#abandon(stream.discard(), statement)
      await statement?.finish()
    }
  }

  #send(call: PreparedCall): Promise<readonly Reply[]> {
    const { text, options, reads } = call
    const { physical, prepared } = this.#parts
    const sendText = (): Promise<readonly Reply[]> =>
      physical.query(text, options.localStream, reads, options.onField)
    return prepared === undefined ? sendText() : prepared.send(call, sendText)
  }

  async #sendLimited(
    call: PreparedCall,
    signal: AbortSignal | undefined,
  ): Promise<readonly Reply[]> {
    const statement = this.#parts.control.start(signal, call.options, { kill: true })
    try {
      return await this.#send(call)
    } catch (error) {
      throw reasonOf(statement, this.#noteError(error, call.query))
    } finally {
      await statement.finish()
    }
  }

  #noteError(error: unknown, { query, sql }: CompiledQuery): unknown {
    return explainError(this.#parts.transaction.noteError(error, sql), query)
  }

  /** Some errors are about a column that the server does not name. */
  async #nameColumns(
    error: unknown,
    query: CompiledQuery,
    { signal: deadline, timeout }: StatementOptions,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const question = askForColumns(error, query)
    if (question === undefined) return error
    if (question.sql === undefined) return question.explain([])
    const limits = { signal: deadline, timeout }
    const asked = this.#ask(CompiledQuery.raw(question.sql), limits, signal)
    return asked.then(question.explain, () => question.explain([]))
  }

  /** Notes that a transaction begins. */
  beginTransaction(): void {
    this.#branches.forget()
  }

  /** Puts the values in, when no guard is against it. */
  #toText(
    query: CompiledQuery,
    options: StatementOptions,
  ): Pick<PassedStatement, 'text' | 'questions'> {
    const { guards, lease, physical, transaction } = this.#parts
    const { sql, parameters } = expandLists(query)
    physical.assertOpen()
    lease.assertCurrent()
    transaction.assertUsable(sql)
    const text = interpolate(sql, parameters, physical.literals)
    const { isOpen: inTransaction, isManual } = transaction
    const hold = inTransaction || lease.hold
    lease.noteStatement()
    if (inTransaction) this.#branches.guard(sql, guards.newBranch)
    else this.#branches.forget()
    const { serverVersion } = physical
    const statement = { sql, text, serverVersion, inTransaction, isManual, hold }
    const passed = guardStatement(statement, guards)
    const { change } = passed
    if (change !== undefined && hold !== false && options.isSetBack !== true)
      lease.noteChange(change.explain)
    return {
      text: fitPacket(passed.text),
      questions: options.isOwn === true ? [] : passed.questions,
    }
  }

  /** Lets guards ask the catalog, within the limits of the statement that they look at. */
  async #answer(
    questions: PassedStatement['questions'],
    { signal: deadline, timeout }: StatementOptions,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { catalog, lease, physical } = this.#parts
    const ask = (sql: string): Promise<readonly Row[]> =>
      this.#ask(CompiledQuery.raw(sql), { signal: deadline, timeout }, signal)
    const { database } = physical.raw.config
    for (const question of questions) {
      await question((sql, age) =>
        lease.isChanged || age === 'fresh' ? ask(sql) : catalog.read(database, sql, () => ask(sql)),
      )
    }
  }

  /** Without the right to read the catalog nothing is known. */
  async #ask(
    query: CompiledQuery,
    options: StatementOptions,
    signal: AbortSignal | undefined,
  ): Promise<readonly Row[]> {
    const { control, physical, transaction } = this.#parts
    try {
      const [reply] = control.isLimited(signal, options)
        ? await this.#sendLimited({ text: query.sql, query, options, reads: undefined }, signal)
        : await physical.query(query.sql)
      return reply !== undefined && hasRows(reply) ? reply : []
    } catch (error) {
      const noted = transaction.noteError(error, query.sql)
      if (noted instanceof ServerError && transaction.isOpen === physical.inTransaction) return []
      throw noted
    }
  }

  /**
   * Takes the server's word on the session after a statement.
   *
   * @throws {GuardError} when the statement was answered with OK and is undone with the connection
   */
  #noteReply(sql: string, wasOpen: boolean): void {
    const { guards, lease, physical, transaction } = this.#parts
    lease.noteAnswer()
    transaction.noteReply(sql, wasOpen)
    this.#branches.note(sql, transaction.isOpen)
    if (physical.autocommit && !physical.inTransaction) return
    try {
      if (!physical.autocommit) guardAutocommitOff(guards.autocommit)
      else if (!wasOpen && !lease.isPersonal) guardLeftOpen(guards.transactionControl)
    } catch (error) {
      physical.destroy()
      throw error
    }
  }

  /** Ends a statement whose rows are not wanted; the connection is usable afterwards, or closed. */
  async #abandon(
    discarded: Promise<void>,
    statement: Cancellation = this.#parts.control.start(undefined, NO_DEADLINE, { kill: true }),
  ): Promise<void> {
    let settled = false
    const done = discarded.then(() => (settled = true))
    // The rows that have arrived are dropped in this turn; only a longer rest is worth a KILL.
    await nextTurn()
    if (!settled) void statement.stop(new QueryCancelledError('The reader left the stream.'))
    await done
    await statement.finish()
  }
}

/** Whether a statement ended because of the signal, by itself or by kysely's `cancelQuery`. */
function isEnd(error: unknown, { reason }: AbortSignal): boolean {
  return error === reason || error instanceof QueryCancelledError
}

/** Chunks of no row would never come to an end, or end before the first. */
function refuseChunkSize(size: number): void {
  if (Number.isSafeInteger(size) && size > 0) return
  throw new ValueError(`stream(chunkSize) must be a whole number of at least 1, got ${size}.`)
}
