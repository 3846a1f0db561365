import { type DatabaseConnection, Kysely, Transaction } from 'kysely'
import { MatrixOneError } from '../errors.js'
import { MatrixOneConnection } from './matrixone-connection.js'
import { performTwoPhase, type TwoPhaseStep } from './two-phase.js'

/** A two-phase transaction under way, and its end. */
export interface TwoPhaseTransaction<Trx> {
  readonly xid: string
  /** Everything on it is part of the transaction. */
  readonly trx: Trx
  /** Promises that a commit will succeed; nothing more can be done in the transaction. */
  prepare(): Promise<void>
  /** Commits, in one phase when it was not prepared. */
  commit(): Promise<void>
  rollback(): Promise<void>
  /** Rolls back what was neither committed nor rolled back. */
  [Symbol.asyncDispose](): Promise<void>
}

type Database = Pick<Kysely<unknown>, 'connection' | 'getExecutor'>

/** Starts one on a connection of its own, which goes back to the pool when it ends. */
export async function startTwoPhase<DB, Trx>(
  db: Kysely<DB>,
  xid: string,
  adopt: (trx: Transaction<DB>) => Trx,
): Promise<TwoPhaseTransaction<Trx>> {
  const pinned = await pinConnection(db as unknown as Database)
  let hasEnded = false
  const step = async (name: TwoPhaseStep): Promise<void> => {
    if (hasEnded) throw new MatrixOneError(`The two-phase transaction ${xid} has ended already.`)
    const { connection } = pinned
    await connection.intercept(name, { ...connection.here, xid }, (call) =>
      performTwoPhase(name, connection, call.xid),
    )
  }
  const end = async (name: TwoPhaseStep): Promise<void> => {
    try {
      await step(name)
    } finally {
      hasEnded = true
      await pinned.release()
    }
  }
  try {
    await step('beginTwoPhase')
  } catch (error) {
    await pinned.release()
    throw error
  }
  const executor = pinned.db.getExecutor()
  // Everything but its executor only says how to start another transaction, which it refuses.
  const props = { config: {}, driver: {}, dialect: {}, executor }
  return Object.freeze({
    xid,
    trx: adopt(
      new Transaction<DB>(props as unknown as ConstructorParameters<typeof Transaction>[0]),
    ),
    prepare: () => step('prepareTwoPhase'),
    commit: () => end('commitTwoPhase'),
    rollback: () => end('rollbackTwoPhase'),
    [Symbol.asyncDispose]: async () => {
      if (!hasEnded) await end('rollbackTwoPhase')
    },
  })
}

/** For transactions: their connection has one open already. */
export async function refuseTwoPhase(xid: string): Promise<never> {
  throw new MatrixOneError(
    `The two-phase transaction ${JSON.stringify(xid)} cannot begin within a transaction. ` +
      'Start it from the database.',
  )
}

interface Pinned {
  readonly db: Kysely<unknown>
  readonly connection: MatrixOneConnection
  readonly release: () => Promise<void>
}

/** Holds one connection until it is released; kysely holds it only as long as a callback runs. */
function pinConnection(db: Database): Promise<Pinned> {
  return new Promise((resolve, reject) => {
    let release = (): void => undefined
    const released = new Promise<void>((end) => (release = end))
    const held = db.connection().execute(async (one) => {
      // Held only for a moment: its provider lets one user at a time have the connection.
      const connection = await one
        .getExecutor()
        .provideConnection(async (provided: DatabaseConnection) => provided)
      resolve({
        db: one,
        connection: MatrixOneConnection.of(connection),
        release: async () => {
          release()
          await held
        },
      })
      await released
    })
    held.catch(reject)
  })
}
