import { Kysely, type KyselyConfig, Transaction } from 'kysely'
import type { ExistingConnection } from '../connection/mysql2/wrap-existing.js'
import { adopt } from './handle.js'
import { MatrixOneTransaction } from './transaction.js'
import { MatrixOneDialect } from '../dialect/matrixone-dialect.js'
import type { MatrixOneDialectConfig } from '../dialect/matrixone-dialect-config.js'

/** The options that still matter within an open transaction. */
export type WrapTransactionOptions = Pick<
  MatrixOneDialectConfig,
  'schema' | 'types' | 'vectors' | 'guards' | 'interceptors' | 'statementTimeout' | 'cancelTimeout'
> &
  Pick<KyselyConfig, 'plugins' | 'log'>

/**
 * Makes a transaction of a mysql2 connection on which the program has begun one. It neither commits
 * nor rolls back nor closes it, and sets nothing on it: instants are sent and read in the session's
 * own time zone (its present offset).
 *
 * @throws {MatrixOneError} for a pool, and for options that would change statements on their way
 * @throws {GuardError} when the session's sql_mode changes how text is quoted
 *
 * @example
 * await connection.beginTransaction()
 * const trx = await wrapTransaction<DB>(connection)
 * await trx.insertInto('orders').values(order).execute()
 * await connection.commit()
 */
export async function wrapTransaction<DB>(
  connection: ExistingConnection,
  options: WrapTransactionOptions = {},
): Promise<MatrixOneTransaction<DB>> {
  const { plugins, log, ...config } = options
  const dialect = new MatrixOneDialect({ ...config, connection, hooks: [] })
  const kyselyConfig: KyselyConfig = {
    dialect: await dialect.wrapTransaction(),
    ...(plugins === undefined ? {} : { plugins }),
    ...(log === undefined ? {} : { log }),
  }
  const executor = new Kysely<DB>(kyselyConfig).getExecutor()
  // Everything but its executor only says how to start another transaction, which it refuses.
  const props = { config: kyselyConfig, driver: {}, dialect: kyselyConfig.dialect, executor }
  const trx = new Transaction<DB>(props as unknown as ConstructorParameters<typeof Transaction>[0])
  return adopt<MatrixOneTransaction<DB>>(trx, MatrixOneTransaction)
}
