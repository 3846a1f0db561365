/* oxlint-disable typescript/no-unsafe-declaration-merging -- the managers are put on the prototype at the end of this file */
/**
 * `MatrixOne` and its transactions: kysely's own classes with the managers on them.
 *
 * The classes have no fields of their own: kysely's private fields stay on the object, and a
 * `MatrixOneTransaction` can be passed wherever a `MatrixOne` is expected. Methods that give out
 * another handle are in `derive-handles.ts`; a test goes over kysely's prototypes and fails when one
 * is missing.
 *
 * `Indexed` is the generated interface that says what can be searched how: `$pickTables` and its
 * like change `DB` and leave it alone.
 */
import {
  ConnectionBuilder,
  Kysely,
  type KyselyConfig,
  type KyselyPlugin,
  type TableExpressionOrList,
} from 'kysely'
import { checkOptions } from '../options/check-options.js'
import { anything } from '../options/option-rules.js'
import { CONFIG_RULES, KYSELY_RULES } from '../dialect/config-rules.js'
import { deadlineOf } from '../dialect/handle-options.js'
import { MatrixOneConnection } from '../dialect/matrixone-connection.js'
import { MatrixOneDialect } from '../dialect/matrixone-dialect.js'
import type { MatrixOneDialectConfig } from '../dialect/matrixone-dialect-config.js'
import { planTransaction } from '../dialect/transaction-plan.js'
import { startTwoPhase, type TwoPhaseTransaction } from '../dialect/two-phase-transaction.js'
import type { Deletable, DeletableName, Deletion } from './delete-from.js'
import { installDerivedHandles } from './derive-handles.js'
import {
  adopt,
  type Extended,
  type Omitted,
  type Picked,
  type SecondParameter,
  type Tables,
} from './handle.js'
import { type HandleMethods, installHandleMethods } from './handle-methods.js'
import type { Managers } from '../managers/managers.js'
import type { SessionMethods } from '../managers/session/session-methods.js'
import type { Doctor } from '../search/doctor/doctor.js'
import type { SearchMethods } from '../search/search-methods.js'
import { MatrixOneTransaction } from './transaction.js'
import {
  MatrixOneControlledTransactionBuilder,
  MatrixOneTransactionBuilder,
} from './transaction-builders.js'

/** The options of `new MatrixOne(…)`: the dialect's, and kysely's own `plugins` and `log`. */
export type MatrixOneConfig = MatrixOneDialectConfig & Omit<KyselyConfig, 'dialect'>

/**
 * A MatrixOne database: kysely's query builder, typed by the interfaces that `mo-codegen` writes,
 * and a manager for everything that MatrixOne has beyond SQL tables.
 *
 * @example
 * const db = new MatrixOne<DB>({ connection: process.env.DATABASE_URL!, hooks: ['enable_hnsw'] })
 * const articles = await db.selectFrom('articles').selectAll().execute()
 * await db.destroy()
 */
export class MatrixOne<DB, Indexed = DB> extends Kysely<DB> {
  constructor(config: MatrixOneConfig) {
    // The dialect would not know kysely's own options, and say so of a misspelt one.
    checkOptions(
      'new MatrixOne',
      { ...CONFIG_RULES, ...KYSELY_RULES, connection: anything },
      config,
    )
    const { plugins, log, ...dialect } = config
    super({
      dialect: new MatrixOneDialect(dialect, 'told'),
      ...(plugins === undefined ? {} : { plugins }),
      ...(log === undefined ? {} : { log }),
    })
  }

  /**
   * Starts a transaction whose commit is prepared first (XA). MatrixOne has none; MySQL and MariaDB
   * have.
   *
   * @param xid its id, unique among the transactions under way; 1 to 64 bytes
   * @throws {UnsupportedError} on MatrixOne; nothing was sent
   *
   * @example
   * const transfer = await db.startTwoPhaseTransaction('transfer-17')
   * await transfer.trx.insertInto('entries').values(entry).execute()
   * await transfer.prepare()
   * await transfer.commit()
   *
   * ```sql
   * xa start 'transfer-17'; … xa end 'transfer-17'; xa prepare 'transfer-17'; xa commit 'transfer-17'
   * ```
   */
  startTwoPhaseTransaction(
    xid: string,
  ): Promise<TwoPhaseTransaction<MatrixOneTransaction<DB, Indexed>>> {
    return startTwoPhase<DB, MatrixOneTransaction<DB, Indexed>>(this, xid, (trx) =>
      adopt<MatrixOneTransaction<DB, Indexed>>(trx, MatrixOneTransaction),
    )
  }

  /**
   * Runs the callback on one connection of the pool, and with MatrixOne's proxy on one node: what it
   * writes it reads, and what it sets in its session stays for its next statement. It is not
   * a transaction: each statement commits.
   *
   * Everything on `one` runs on that connection, managers and transactions too; what is started
   * from `db` meanwhile runs on another one. Afterwards it goes back to the pool, or is closed when
   * its session was changed (SET, USE, temporary tables, locks) or broke.
   *
   * @throws {AcquireTimeoutError} when no connection was free and ready in time
   * @throws {MatrixOneError} from what is sent on `one` after the callback has ended
   *
   * @example
   * const total = await db.pinned(async (one) => {
   *   await one.insertInto('orders').values(order).execute()
   *   return one.selectFrom('orders').select(one.fn.countAll().as('n')).executeTakeFirst()
   * })
   */
  pinned<T>(
    callback: (one: MatrixOne<DB, Indexed>) => Promise<T>,
    ...options: SecondParameter<ConnectionBuilder<DB>['execute']>
  ): Promise<T> {
    return this.connection().execute(callback, ...options)
  }

  override transaction(): MatrixOneTransactionBuilder<DB, Indexed> {
    return planTransaction(
      adopt<MatrixOneTransactionBuilder<DB, Indexed>>(
        super.transaction(),
        MatrixOneTransactionBuilder,
      ),
      { deadline: deadlineOf(this) },
    )
  }

  override startTransaction(): MatrixOneControlledTransactionBuilder<DB, Indexed> {
    return planTransaction(
      adopt<MatrixOneControlledTransactionBuilder<DB, Indexed>>(
        super.startTransaction(),
        MatrixOneControlledTransactionBuilder,
      ),
      { deadline: deadlineOf(this) },
    )
  }

  override connection(): MatrixOneConnectionBuilder<DB, Indexed> {
    return adopt<MatrixOneConnectionBuilder<DB, Indexed>>(
      super.connection(),
      MatrixOneConnectionBuilder,
    )
  }
}

export interface MatrixOne<DB, Indexed = DB>
  extends
    HandleMethods<MatrixOne<DB, Indexed>>,
    Managers<DB, MatrixOne<DB, Indexed>>,
    SessionMethods<DB>,
    SearchMethods<DB, Indexed> {
  /** Quality of searches: what is wrong with an index, and how good searches are. */
  readonly doctor: Doctor<DB, MatrixOne<DB, Indexed>>
  /**
   * kysely's own, for tables: a view or an external table is a compile error, because MatrixOne
   * deletes from neither. Code that is generic over `DB` takes a `Kysely<DB>`.
   */
  deleteFrom<From extends TableExpressionOrList<DB, never>>(
    from: From & Deletable<DB, From>,
  ): Deletion<DB, From>
  deleteFrom<From extends DeletableName<DB>>(from: From): Deletion<DB, From>
  withPlugin(plugin: KyselyPlugin): MatrixOne<DB, Indexed>
  withoutPlugins(): MatrixOne<DB, Indexed>
  withSchema(schema: string): MatrixOne<DB, Indexed>
  withTables<T extends Tables>(): MatrixOne<Extended<DB, T>, Indexed>
  $extendTables<T extends Tables>(): MatrixOne<Extended<DB, T>, Indexed>
  $omitTables<T extends keyof DB>(): MatrixOne<Omitted<DB, T>, Indexed>
  $pickTables<T extends keyof DB>(): MatrixOne<Picked<DB, T>, Indexed>
}

/** Runs a callback on one connection, which no other caller has meanwhile. */
export class MatrixOneConnectionBuilder<DB, Indexed = DB> extends ConnectionBuilder<DB> {
  override execute<T>(
    callback: (db: MatrixOne<DB, Indexed>) => Promise<T>,
    ...options: SecondParameter<ConnectionBuilder<DB>['execute']>
  ): Promise<T> {
    return super.execute(
      async (db) => {
        const connection = await db.getExecutor().provideConnection(async (provided) => provided)
        const { lease } = MatrixOneConnection.of(connection)
        lease.pin()
        try {
          const result = await callback(adopt<MatrixOne<DB, Indexed>>(db, MatrixOne))
          lease.noteCallback(false)
          return result
        } catch (error) {
          lease.noteCallback(true)
          throw error
        }
      },
      ...options,
    )
  }
}

installHandleMethods(MatrixOne.prototype)
installDerivedHandles(MatrixOne)
