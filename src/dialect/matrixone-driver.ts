import type { DatabaseConnection, Driver, TransactionSettings } from 'kysely'
import { publish } from '../connection/events.js'
import type { ConnectionSetup } from '../connection/connection-setup.js'
import { type ConnectionInput, openConnectionSource } from '../connection/connection-source.js'
import type { PhysicalConnection, WireOptions } from '../connection/physical-connection.js'
import { ConnectionPool, type PoolDeadlines } from '../connection/pool.js'
import { GuardError } from '../errors.js'
import { applyGuard, type ResolvedGuards } from './guards.js'
import { InsertIds } from './insert-ids.js'
import { MatrixOneConnection } from './matrixone-connection.js'
import { guardTransactionSettings } from './transaction-guards.js'

/** What the driver is made of. */
export interface MatrixOneDriverParts {
  readonly connection: ConnectionInput
  readonly setup: ConnectionSetup
  readonly wire: WireOptions
  readonly guards: ResolvedGuards
  readonly deadlines: PoolDeadlines
}

/** kysely's driver for MatrixOne. */
export class MatrixOneDriver implements Driver {
  readonly #parts: MatrixOneDriverParts
  readonly #connections = new WeakMap<PhysicalConnection, MatrixOneConnection>()
  readonly #insertIds = new InsertIds()
  #pool: ConnectionPool | undefined

  constructor(parts: MatrixOneDriverParts) {
    this.#parts = parts
  }

  async init(): Promise<void> {
    const { connection, setup, wire, deadlines } = this.#parts
    this.#pool = new ConnectionPool(await openConnectionSource(connection), setup, wire, deadlines)
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const acquired = this.#requirePool().acquire()
    const physical = 'then' in acquired ? await acquired : acquired
    return this.#connections.get(physical) ?? this.#adopt(physical)
  }

  #adopt(physical: PhysicalConnection): MatrixOneConnection {
    const connection = new MatrixOneConnection(
      physical,
      this.#requirePool(),
      this.#parts.guards,
      this.#insertIds,
    )
    this.#connections.set(physical, connection)
    return connection
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    const ours = connection as MatrixOneConnection
    if (ours.isClean || ours.physical.isClosed) return this.#requirePool().release(ours.physical)
    // A transaction left open would be inherited by the next user of the connection.
    publish('kysely-matrixone:guard:tripped', {
      guard: 'openTransaction',
      message: 'A connection was released with a transaction open; it was closed.',
      connectionId: ours.physical.id,
    })
    this.#requirePool().dispose(ours.physical)
  }

  async beginTransaction(
    connection: DatabaseConnection,
    settings: TransactionSettings,
  ): Promise<void> {
    guardTransactionSettings(settings, this.#parts.guards)
    await (connection as MatrixOneConnection).begin()
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as MatrixOneConnection).commit()
  }

  /** A rollback that fails never hides the error that led to it: the connection is closed instead. */
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    const ours = connection as MatrixOneConnection
    try {
      await ours.rollback()
    } catch (error) {
      publish('kysely-matrixone:rollback:error', { error, connectionId: ours.physical.id })
      ours.physical.destroy()
    }
  }

  async savepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await this.#sendSavepoint(connection, `savepoint \`${name}\``)
  }

  async rollbackToSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await this.#sendSavepoint(connection, `rollback to \`${name}\``)
  }

  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await this.#sendSavepoint(connection, `release savepoint \`${name}\``)
  }

  async destroy(): Promise<void> {
    await this.#pool?.destroy()
  }

  async #sendSavepoint(connection: DatabaseConnection, sql: string): Promise<void> {
    applyGuard(
      this.#parts.guards.savepoint,
      () =>
        new GuardError(
          'MatrixOne has no savepoints: SAVEPOINT does nothing and ROLLBACK TO undoes the previous ' +
            'statement (3.0.14 to 4.2.0). Use separate transactions. Guard: savepoint.',
          { guard: 'savepoint' },
        ),
    )
    await (connection as MatrixOneConnection).executeUnguarded(sql)
  }

  #requirePool(): ConnectionPool {
    if (this.#pool === undefined) throw new Error('The driver has not been initialised.')
    return this.#pool
  }
}
