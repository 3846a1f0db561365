import type { DatabaseConnection, Driver, TransactionSettings } from 'kysely'
import { publish } from '../observe/events.js'
import type { ConnectionSetup } from '../connection/setup/connection-setup.js'
import { type ConnectionInput, openConnectionSource } from '../connection/pool/connection-source.js'
import type { Interceptors } from '../connection/interceptors.js'
import type { PoolListeners } from '../connection/setup/listeners.js'
import type { PhysicalConnection, WireOptions } from '../connection/mysql2/physical-connection.js'
import { ConnectionPool } from '../connection/pool/pool.js'
import { createKiller, type Killer } from '../connection/limits/kill.js'
import type { StatementLimits } from '../connection/limits/statement-control.js'
import { ConnectionError } from '../errors.js'
import { quoteIdentifier } from '../sql/identifiers.js'
import type { ResolvedGuards } from '../guards/guards.js'
import { CatalogAnswers } from './catalog-answers.js'
import { InsertIds, type UntrueResults } from './insert-ids.js'
import { MatrixOneConnection } from './matrixone-connection.js'
import { canPrepare, PreparedStatements } from './prepared/prepared-statements.js'
import type { PinKnowledge, SessionLease } from './session-lease.js'
import type { QueryOptions } from './statement-runner.js'
import { guardNestedBegin } from '../guards/implicit-commit.js'
import { guardIsolationLevel } from '../guards/isolation-level.js'
import { guardSavepoint } from '../guards/savepoint.js'
import { guardUselessChange } from '../guards/session-state.js'
import { guardGivenBackOpen } from '../guards/transaction-control.js'
import { parseServerVersion } from '../server/server-version.js'

/** Parts of the driver. */
export interface MatrixOneDriverParts {
  readonly connection: ConnectionInput
  readonly setup: ConnectionSetup
  readonly listeners: PoolListeners
  readonly interceptors: Interceptors
  readonly wire: WireOptions
  readonly guards: ResolvedGuards
  readonly limits: StatementLimits
  readonly untrueResults: UntrueResults
  readonly pins: PinKnowledge
  readonly prepare: 'off' | 'auto'
}

interface Opened {
  readonly pool: ConnectionPool
  readonly killer: Killer
}

/** kysely's driver for MatrixOne. */
export class MatrixOneDriver implements Driver {
  readonly #parts: MatrixOneDriverParts
  readonly #connections = new WeakMap<PhysicalConnection, MatrixOneConnection>()
  readonly #prepared = new WeakMap<PhysicalConnection, PreparedStatements>()
  readonly #catalog = new CatalogAnswers()
  readonly #insertIds: InsertIds
  #guards: ResolvedGuards
  #prepares: boolean
  #opened: Opened | undefined

  constructor(parts: MatrixOneDriverParts) {
    this.#parts = parts
    this.#guards = parts.guards
    this.#prepares = parts.prepare === 'auto'
    this.#insertIds = new InsertIds(parts.untrueResults)
  }

  async init(): Promise<void> {
    const { connection, setup, listeners, wire, limits } = this.#parts
    const source = await openConnectionSource(connection)
    // With one connection that the program made, every statement meets the same session.
    if (source.isSingle) this.#guards = { ...this.#guards, sessionState: 'off' }
    // A USE of the program itself would not be seen, and a prepared statement keeps the database of its time.
    if (source.isGiven) this.#prepares = false
    const pool = new ConnectionPool(source, setup, listeners, wire, limits.timeouts)
    this.#opened = { pool, killer: createKiller(source, limits.timeouts.cancel) }
  }

  /** @param options kysely 0.29 gives its signal here, and tells the caller itself */
  async acquireConnection(options?: QueryOptions): Promise<DatabaseConnection> {
    const acquired = this.#open.pool.acquire(options?.signal)
    const physical = 'then' in acquired ? await acquired : acquired
    return this.#connections.get(physical) ?? this.#adopt(physical)
  }

  #adopt(physical: PhysicalConnection): MatrixOneConnection {
    const { pool, killer } = this.#open
    const connection = new MatrixOneConnection({
      physical,
      killer,
      guards: this.#guards,
      catalog: this.#catalog,
      insertIds: this.#insertIds,
      limits: this.#parts.limits,
      interceptors: this.#parts.interceptors,
      pins: this.#parts.pins,
      prepared: this.#preparedOf(physical),
      makeRecord: () => pool.recordOf(physical),
    })
    this.#connections.set(physical, connection)
    return connection
  }

  /** Statements stay prepared as long as their connection, through all its users. */
  #preparedOf(physical: PhysicalConnection): PreparedStatements | undefined {
    if (!this.#prepares || !canPrepare(physical.serverVersion)) return undefined
    const prepared = this.#prepared.get(physical) ?? new PreparedStatements(physical)
    this.#prepared.set(physical, prepared)
    return prepared
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    const ours = MatrixOneConnection.of(connection)
    const { physical, lease } = ours
    const { pool } = this.#open
    if (lease.isHandedOut) {
      lease.end()
      await ours.whenIdle()
      this.#connections.delete(physical)
    }
    if (physical.isClosed) return pool.release(physical)
    if (ours.isClean && !lease.isChanged) return pool.release(physical)
    const { isLeftOpen } = ours
    await pool.dispose(physical, ours.isClean ? changedSession() : openTransaction())
    if (lease.isPersonal) this.#report(lease, isLeftOpen)
  }

  /**
   * Tells the program that what it did on a connection is undone with it. An error that it was told of
   * before is not hidden by that.
   */
  #report(lease: SessionLease, isLeftOpen: boolean): void {
    const { transactionControl, sessionState } = this.#guards
    const { knowledge, outcome, uselessChange } = lease
    if (isLeftOpen && outcome !== 'threw') {
      const isSafe = outcome === 'returned' || transactionControl === 'off'
      guardGivenBackOpen(knowledge, isSafe ? transactionControl : 'warn')
    } else if (uselessChange !== undefined) guardUselessChange(uselessChange, sessionState)
  }

  async beginTransaction(
    connection: DatabaseConnection,
    settings: TransactionSettings,
  ): Promise<void> {
    const ours = MatrixOneConnection.of(connection)
    try {
      await ours.intercept('begin', { ...ours.here, settings }, async (call) => {
        if (ours.inTransaction) guardNestedBegin(this.#parts.guards.implicitCommit)
        await ours.begin(guardIsolationLevel(call.settings, this.#parts.guards.isolationLevel))
      })
    } catch (error) {
      ours.keepForeignTransaction()
      throw error
    }
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const ours = MatrixOneConnection.of(connection)
    await ours.intercept('commit', ours.here, () => ours.commit())
  }

  /** A rollback that fails never hides the error that led to it: the connection is closed instead. */
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    const ours = MatrixOneConnection.of(connection)
    try {
      await ours.intercept('rollback', ours.here, () => ours.rollback())
    } catch (error) {
      publish('kysely-matrixone:rollback:error', { error, connectionId: ours.physical.id })
      ours.physical.destroy()
    }
  }

  async savepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await this.#sendSavepoint('savepoint', connection, name, 'savepoint')
  }

  async rollbackToSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await this.#sendSavepoint('rollbackToSavepoint', connection, name, 'rollback to')
  }

  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await this.#sendSavepoint('releaseSavepoint', connection, name, 'release savepoint')
  }

  async destroy(): Promise<void> {
    if (this.#opened === undefined) return
    const { pool, killer } = this.#opened
    // COMMIT does not heed it.
    await pool.destroy((physical) => killer.killQuery(physical))
  }

  async #sendSavepoint(
    name: 'savepoint' | 'rollbackToSavepoint' | 'releaseSavepoint',
    connection: DatabaseConnection,
    savepoint: string,
    verb: string,
  ): Promise<void> {
    const ours = MatrixOneConnection.of(connection)
    await ours.intercept(name, { ...ours.here, name: savepoint }, async (call) => {
      // Another server has them.
      if (parseServerVersion(ours.physical.serverVersion).isMatrixOne) {
        guardSavepoint(verb.toUpperCase(), this.#parts.guards.savepoint)
      }
      await ours.sendOwn(`${verb} ${quoteIdentifier(call.name)}`)
    })
  }

  get #open(): Opened {
    if (this.#opened === undefined) throw new Error('The driver has not been initialised.')
    return this.#opened
  }
}

function openTransaction(): Error {
  return new ConnectionError(
    'The connection was closed when it was given back, because a transaction was open on it, which ' +
      'its next user would inherit.',
  )
}

function changedSession(): Error {
  return new ConnectionError(
    'The connection was closed when it was given back, because its session had been changed: ' +
      'a SET, USE, PREPARE, lock or temporary table would be inherited by its next user.',
  )
}
