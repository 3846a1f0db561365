import { setImmediate as nextTurn } from 'node:timers/promises'
import { reasonOf } from '../connection/limits/cancellation.js'
import type { StatementControl } from '../connection/limits/statement-control.js'
import type { TransactionClock } from '../connection/limits/transaction-clock.js'
import type { PhysicalConnection } from '../connection/mysql2/physical-connection.js'
import { ConnectionError, MatrixOneError, UnknownOutcomeError } from '../errors.js'
import { isObserved, publish } from '../observe/events.js'
import { losesNode } from '../server/errno.js'
import { unknownOutcome } from './transaction-errors.js'
import type { TransactionState } from './transaction-state.js'

type TransactionEventName =
  | 'kysely-matrixone:transaction:begin'
  | 'kysely-matrixone:transaction:commit'
  | 'kysely-matrixone:transaction:rollback'

const NO_DEADLINE = Object.freeze({})

/** BEGIN, COMMIT and ROLLBACK on one connection. */
export class TransactionSteps {
  readonly #physical: PhysicalConnection
  readonly #control: StatementControl
  readonly #state: TransactionState
  readonly #send: (sql: string) => Promise<void>
  #isBegun = false
  #isKept = false

  /** @param send sends a statement of the driver itself */
  constructor(
    physical: PhysicalConnection,
    control: StatementControl,
    state: TransactionState,
    send: (sql: string) => Promise<void>,
  ) {
    this.#physical = physical
    this.#control = control
    this.#state = state
    this.#send = send
  }

  /** @param settings the SET TRANSACTION that comes first, if any */
  async begin(settings?: string): Promise<void> {
    this.#isKept = false
    this.#state.assertUsable()
    this.#isBegun = true
    if (settings !== undefined) await this.#sendLimited(settings)
    await this.#sendLimited('begin')
    this.#state.open()
    this.#tell('kysely-matrixone:transaction:begin')
  }

  /**
   * Notes that kysely's transaction did not begin. One that the program has begun by a statement is not
   * kysely's to roll back, which kysely 0.28.0 would do now.
   */
  keepForeign(): void {
    this.#isKept = !this.#isBegun && this.#state.isOpen
  }

  /**
   * @throws {TransactionAbortedError} when the server ended the transaction before
   * @throws {UnknownOutcomeError} when the answer was lost
   */
  async commit(): Promise<void> {
    if (this.#control.isBusy) await this.#control.whenIdle()
    this.#state.assertUsable()
    this.#control.clock?.signal.throwIfAborted()
    if (this.#physical.isClosed) {
      throw new ConnectionError(
        'The connection broke before COMMIT was sent: nothing was committed.',
      )
    }
    this.#state.end()
    try {
      await this.#sendLimited('commit')
    } catch (error) {
      this.#state.open()
      if (!(error instanceof MatrixOneError) || error instanceof UnknownOutcomeError) throw error
      const isLost = error instanceof ConnectionError || losesNode(error.errno, error.message)
      throw isLost ? unknownOutcome('COMMIT', error) : error
    }
    await this.#close()
    this.#tell('kysely-matrixone:transaction:commit')
  }

  /**
   * Sent even after the server ended the transaction: it costs nothing and settles any doubt. Not sent
   * where BEGIN never was: kysely 0.28.0 rolls back a transaction that could not begin.
   */
  async rollback(): Promise<void> {
    if (!this.#isBegun && (this.#isKept || this.#state.isNone)) return
    this.#state.end()
    if (this.#control.isBusy) await this.#control.whenIdle()
    try {
      await this.#rollBack()
    } finally {
      await this.#close()
    }
    this.#tell('kysely-matrixone:transaction:rollback')
  }

  /**
   * Rolls the transaction back when its clock has run out: nothing else would free its locks while the
   * program is busy elsewhere.
   */
  limit(clock: TransactionClock): void {
    this.#control.clock = clock
    const expire = async (): Promise<void> => {
      await this.#control.whenIdle()
      if (!this.#state.isOpen) return
      this.#state.abort(clock.signal.reason)
      await this.#rollBack().catch(() => this.#physical.destroy())
    }
    if (clock.signal.aborted) void expire()
    else clock.signal.addEventListener('abort', () => void expire(), { once: true })
  }

  /** Notes that the transaction has ended, also otherwise than by these steps. */
  forget(): void {
    this.#isBegun = false
    this.#state.close()
    if (this.#control.clock !== undefined) this.#control.clock = undefined
  }

  /**
   * kysely has a queue of its own for statements that were not awaited one by one. The rest of it is
   * refused within this turn; later it would be committed on its own.
   */
  async #close(): Promise<void> {
    await nextTurn()
    this.forget()
  }

  /** Sends a statement that no KILL QUERY ends: out of time, the connection is closed. */
  async #sendLimited(sql: string): Promise<void> {
    if (!this.#control.isLimited(undefined, NO_DEADLINE)) {
      // BEGIN waits for no lock; COMMIT may have much to write.
      return sql === 'commit'
        ? this.#send(sql)
        : this.#control.sendQuick(sql.toUpperCase(), () => this.#send(sql))
    }
    const statement = this.#control.start(undefined, NO_DEADLINE, { kill: false })
    try {
      await this.#send(sql)
    } catch (error) {
      throw sql === 'commit' ? error : reasonOf(statement, error)
    } finally {
      await statement.finish()
    }
  }

  #rollBack(): Promise<void> {
    return this.#control.sendQuick('ROLLBACK', () => this.#send('rollback'))
  }

  #tell(event: TransactionEventName): void {
    if (isObserved(event)) publish(event, { connectionId: this.#physical.id })
  }
}
