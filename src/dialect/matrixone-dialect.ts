import type {
  DatabaseIntrospector,
  Dialect,
  DialectAdapter,
  Driver,
  Kysely,
  QueryCompiler,
} from 'kysely'
import { ConnectionSetup } from '../connection/setup/connection-setup.js'
import { createRecord } from '../connection/setup/connection-record.js'
import { checkConnectionInput, openConnectionSource } from '../connection/pool/connection-source.js'
import { resolveHooks } from '../connection/setup/hooks.js'
import { Interceptors } from '../connection/interceptors.js'
import { createKiller } from '../connection/limits/kill.js'
import { PoolListeners } from '../connection/setup/listeners.js'
import type { StatementLimits } from '../connection/limits/statement-control.js'
import { resolveTimeouts } from '../connection/limits/timeouts.js'
import type { ErrorValues } from '../connection/mysql2/errors-from-driver.js'
import { withDatabase } from '../connection/mysql2/with-database.js'
import { requireConnection, wrapSession } from '../connection/mysql2/wrap-session.js'
import { MatrixOneError } from '../errors.js'
import { checkOptions } from '../options/check-options.js'
import { resolveColumnTypes, SchemaIndex } from '../schema/schema-index.js'
import type { ResolvedColumnTypes } from '../types/column-type-options.js'
import { timeZoneOffsetMinutes, toOffset } from '../sql/time-zone.js'
import { type ResolvedGuards, resolveGuards } from '../guards/guards.js'
import { CatalogAnswers } from './catalog-answers.js'
import { InsertIds } from './insert-ids.js'
import { MatrixOneConnection } from './matrixone-connection.js'
import { MatrixOneAdapter } from './matrixone-adapter.js'
import { CONFIG_RULES } from './config-rules.js'
import type { MatrixOneDialectConfig } from './matrixone-dialect-config.js'
import { MatrixOneDriver } from './matrixone-driver.js'
import { MatrixOneIntrospector } from './matrixone-introspector.js'
import { MatrixOneQueryCompiler } from './matrixone-query-compiler.js'
import type { PinKnowledge } from './session-lease.js'
import { TransactionDriver } from './transaction-driver.js'

/**
 * kysely's dialect for MatrixOne, for those who want only the dialect; `MatrixOne` brings the
 * managers too.
 *
 * @example
 * const db = new Kysely<DB>({ dialect: new MatrixOneDialect({ connection: process.env.DATABASE_URL! }) })
 * @throws {MatrixOneError} when an option cannot be right: a missing connection, an unknown action, a named time zone
 */
export class MatrixOneDialect implements Dialect {
  readonly #config: MatrixOneDialectConfig
  readonly #setup: ConnectionSetup
  readonly #listeners: PoolListeners
  readonly #interceptors: Interceptors
  readonly #timeZone: string
  readonly #types: ResolvedColumnTypes
  readonly #errorValues: ErrorValues
  readonly #schema: SchemaIndex | undefined
  readonly #guards: ResolvedGuards
  readonly #limits: StatementLimits
  readonly #pins: PinKnowledge

  /** @param pins `'told'` by `MatrixOne`, which says when a callback has a connection to itself */
  constructor(config: MatrixOneDialectConfig, pins: PinKnowledge = 'unknown') {
    if (config.connection === undefined || config.connection === '') {
      throw new MatrixOneError(
        'The option connection is missing: a URL such as mysql://user:password@host:6001/database, ' +
          'mysql2 pool options, or an existing pool. Is DATABASE_URL set?',
      )
    }
    checkOptions('new MatrixOne', CONFIG_RULES, config)
    checkConnectionInput(config.connection)
    this.#config = Object.freeze({ ...config })
    this.#timeZone = toOffset(timeZoneOffsetMinutes(config.timeZone ?? '+00:00'))
    this.#schema = config.schema === undefined ? undefined : new SchemaIndex(config.schema)
    this.#types = resolveColumnTypes(config.types, config.schema)
    this.#errorValues = config.errors?.values ?? 'redacted'
    this.#guards = resolveGuards(config.guards)
    this.#pins = pins
    this.#limits = Object.freeze({
      timeouts: resolveTimeouts(config),
      endsAborted: config.inflightQueryAbortStrategy !== 'ignore query',
    })
    this.#setup = new ConnectionSetup(resolveHooks(config.hooks, process.env), {
      onHookError: config.onHookError ?? 'warn',
      timeout: this.#limits.timeouts.hook,
      guards: this.#guards,
    })
    this.#listeners = new PoolListeners(config.listeners)
    this.#interceptors = new Interceptors(config.interceptors)
  }

  createDriver(): Driver {
    return new MatrixOneDriver({
      connection: this.#config.connection,
      setup: this.#setup,
      listeners: this.#listeners,
      interceptors: this.#interceptors,
      wire: { types: this.#types, timeZone: this.#timeZone, errorValues: this.#errorValues },
      guards: this.#guards,
      limits: this.#limits,
      untrueResults: this.#config.untrueResults ?? 'omit',
      pins: this.#pins,
      prepare: this.#config.prepare ?? 'off',
    })
  }

  /**
   * The same dialect on the one connection that it was given, in whose open transaction everything
   * runs; see `wrapTransaction`.
   */
  async wrapTransaction(): Promise<Dialect> {
    const raw = requireConnection(this.#config.connection)
    const source = await openConnectionSource(raw)
    const physical = await wrapSession(
      raw,
      { types: this.#types, errorValues: this.#errorValues },
      this.#guards.sqlMode,
    )
    const connection = new MatrixOneConnection({
      physical,
      killer: createKiller(source, this.#limits.timeouts.cancel),
      // Its owner commits.
      guards: { ...this.#guards, autocommit: 'off' },
      catalog: new CatalogAnswers(),
      insertIds: new InsertIds(this.#config.untrueResults ?? 'omit'),
      limits: this.#limits,
      interceptors: this.#interceptors,
      pins: 'told',
      makeRecord: () => createRecord(physical),
    })
    connection.noteTransaction(true)
    return {
      createDriver: () => new TransactionDriver(connection),
      createQueryCompiler: () => this.createQueryCompiler(),
      createAdapter: () => this.#createAdapter(physical.timeZone),
      createIntrospector: (db) => this.createIntrospector(db),
    }
  }

  createQueryCompiler(): QueryCompiler {
    const { emptyLists, vectors } = this.#config
    return new MatrixOneQueryCompiler(this.#schema, { emptyLists, vectors })
  }

  createAdapter(): DialectAdapter {
    return this.#createAdapter(this.#timeZone)
  }

  #createAdapter(timeZone: string): DialectAdapter {
    return new MatrixOneAdapter({
      types: this.#types,
      schema: this.#schema,
      timeZone,
      vectors: this.#config.vectors ?? 'base64',
      hooks: this.#setup,
      listeners: this.#listeners,
      interceptors: this.#interceptors,
      openDatabase: (database) =>
        new MatrixOneDialect(
          {
            ...this.#config,
            hooks: this.#setup.hooks,
            listeners: this.#listeners.all,
            interceptors: this.#interceptors.all,
            connection: withDatabase(this.#config.connection, database),
          },
          this.#pins,
        ),
    })
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- kysely's own signature
  createIntrospector(db: Kysely<any>): DatabaseIntrospector {
    return new MatrixOneIntrospector(db)
  }
}
