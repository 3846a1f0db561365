import type { DatabaseConnection, Driver } from 'kysely'
import { MatrixOneError } from '../errors.js'

/** Gives out one connection whose transaction the program began and will end. */
export class TransactionDriver implements Driver {
  readonly #connection: DatabaseConnection

  constructor(connection: DatabaseConnection) {
    this.#connection = connection
  }

  async init(): Promise<void> {
    // The connection is there.
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }

  async releaseConnection(): Promise<void> {
    // It stays with its owner.
  }

  async beginTransaction(): Promise<void> {
    throw notOurs()
  }

  async commitTransaction(): Promise<void> {
    throw notOurs()
  }

  async rollbackTransaction(): Promise<void> {
    throw notOurs()
  }

  async destroy(): Promise<void> {
    // Its owner closes it.
  }
}

function notOurs(): Error {
  return new MatrixOneError(
    'This transaction was begun on a connection of the program, which must also commit it or roll it back.',
  )
}
