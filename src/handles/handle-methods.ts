/**
 * The methods of every handle, a database or a transaction: kysely's classes cannot have one base more,
 * so these methods, the managers and the session's methods are put on each prototype.
 */
import type { Compilable, CompiledQuery, Kysely } from 'kysely'
import type { Deadline } from '../connection/limits/deadline.js'
import { checkDurations } from '../connection/limits/durations.js'
import type { MatrixOneRuntime } from '../connection/runtime.js'
import { StatementOptionsPlugin } from '../dialect/statement-options-plugin.js'
import type { AssertSchemaOptions } from '../managers/metadata/assert-schema.js'
import { managerNames, matrixone } from '../managers/managers.js'
import { sessionMethods } from '../managers/session/session-methods.js'
import { runtimeOf } from '../managers/statement/runtime-of.js'
import { logMode } from '../observe/query-logger.js'
import { checkGivenOptions, checkOptions } from '../options/check-options.js'
import { abortSignal, anything, type OptionRules } from '../options/option-rules.js'
import { Doctor } from '../search/doctor/doctor.js'
import { searchMethods } from '../search/search-methods.js'
import type { LogMode } from '../sql/statement-options.js'
import type { Instant } from '../sql/time-hint.js'
import { pinTo, refuseInPast } from '../time-travel/time-travel-plugin.js'
import { readBatches } from './read-batches.js'

/** The methods of a handle; a method that derives a handle returns one of the same class. */
export interface HandleMethods<Handle> {
  /** Connection hooks: what they have done so far, one more of them, all of them once again. */
  readonly hooks: MatrixOneRuntime['hooks']
  /** Pool listeners: one more of them, from now on. */
  readonly listeners: MatrixOneRuntime['listeners']
  /** Interceptors: one more of them, inside of the others. */
  readonly interceptors: MatrixOneRuntime['interceptors']

  /**
   * Reads the past: a handle whose SELECTs see every table as it was at a snapshot or an instant.
   *
   * It refuses writes, FOR UPDATE, MATCH … AGAINST and raw SQL with tables of its own, and makes
   * vector searches exact, because on MatrixOne a vector index does not follow the hint. Common
   * table expressions and subqueries are pinned as well; a view that searches vectors inside is not.
   *
   * @param instant the name of a snapshot; a Date; or nanoseconds since 1970-01-01 UTC
   * @throws {ValueError} for a name or an instant that cannot be
   * @throws {UnsupportedError} from a query that cannot be read in the past; nothing was sent
   * @throws {DataError} from a query at an instant in the future, or before the history that is kept
   *
   * @example
   * const before = await db.at({ snapshot: 'friday' }).selectFrom('orders').selectAll().execute()
   * const yesterday = db.at({ timestamp: new Date(Date.now() - 86_400_000) })
   *
   * ```sql
   * select * from `orders` {snapshot = 'friday'}
   * ```
   */
  at(instant: Instant): Handle

  /**
   * Reads the rows of a query in arrays, as they arrive: memory stays flat, without the promise for each row
   * that kysely's `stream()` makes. A loop that is left ends the statement.
   *
   * @param size the rows of each array but the last; default 1,000
   * @throws {ValueError} for a size that is not a whole number of at least 1
   * @throws {UnsupportedError} on a handle of the past, for a query that another handle built
   *
   * @example
   * for await (const orders of db.batches(db.selectFrom('orders').selectAll(), 5_000)) {
   *   await archive(orders)
   * }
   */
  batches<Row>(
    query: Compilable<Row> | CompiledQuery<Row>,
    size?: number,
  ): AsyncIterableIterator<Row[]>

  /**
   * Limits everything that is started from the handle: a query, a stream until its last row, a
   * transaction as a whole. What is not done by then is ended on the server.
   *
   * @param deadline `timeout` in milliseconds from the start of each; `signal` ends what runs when it
   *   is aborted
   * @throws {StatementTimeoutError} from a query or stream out of time; it had no effect
   * @throws {TransactionTimeoutError} from a transaction out of time; it was rolled back
   * @throws {UnknownOutcomeError} when a write could not be ended and its connection was closed
   * @throws the signal's reason when that was aborted
   *
   * @example
   * const rows = await db.withDeadline({ timeout: 2_000 }).selectFrom('orders').selectAll().execute()
   * await db.withDeadline({ signal: request.signal }).transaction().execute(transfer)
   *
   * ```sql
   * kill query 1042
   * ```
   */
  withDeadline(deadline: Deadline): Handle

  /**
   * Says how the statements of the handle are logged, instead of the mode of `queryLogger`.
   *
   * @example
   * await db.withLogMode('off').selectFrom('secrets').selectAll().execute()
   */
  withLogMode(logMode: LogMode): Handle

  /**
   * Compares the database with the schema that the program was built for, once, when it starts.
   *
   * @param snapshot the snapshot file of mo-codegen as JSON or text, or a schema model
   * @param options `level` is the lowest severity that throws: `cosmetic`, `additive` or, by default,
   *   `breaking`, when a statement that type-checks could fail or mean something else
   * @throws {SchemaDriftError} with the findings
   * @throws {SchemaSnapshotError} for something else than a snapshot
   * @throws {PrivilegeError} when the role may not read the catalog; the message has the GRANTs
   *
   * @example
   * import snapshot from './generated/db.schema.json' with { type: 'json' }
   * await db.assertSchema(snapshot)
   *
   * ```sql
   * select … from mo_catalog.mo_tables {mo_ts = 1795257723431000000} where …
   * ```
   */
  assertSchema(snapshot: string | object, options?: AssertSchemaOptions): Promise<void>
}

type AnyHandle = Kysely<unknown>

const DEADLINE: OptionRules<Deadline> = { timeout: anything, signal: abortSignal }

const RUNTIME = ['hooks', 'listeners', 'interceptors'] as const

const METHODS = {
  at(this: AnyHandle, instant: Instant): AnyHandle {
    return this.withPlugin(pinTo(this, instant))
  },
  batches<Row>(
    this: AnyHandle,
    query: Compilable<Row> | CompiledQuery<Row>,
    size = 1_000,
  ): AsyncIterableIterator<Row[]> {
    return readBatches(this, query, size)
  },
  withDeadline(this: AnyHandle, deadline: Deadline): AnyHandle {
    checkGivenOptions('withDeadline', DEADLINE, deadline)
    checkDurations('withDeadline', { timeout: deadline.timeout })
    return this.withPlugin(new StatementOptionsPlugin(deadline))
  },
  withLogMode(this: AnyHandle, mode: LogMode): AnyHandle {
    checkOptions('withLogMode', { logMode }, { logMode: mode })
    return this.withPlugin(new StatementOptionsPlugin({ logMode: mode }))
  },
  async assertSchema(
    this: AnyHandle,
    snapshot: string | object,
    options?: AssertSchemaOptions,
  ): Promise<void> {
    // Most programs never call it, and it needs all of src/schema.
    const { assertSchema } = await import('../managers/metadata/assert-schema.js')
    return assertSchema(this, snapshot, options)
  },
} satisfies Partial<Record<keyof HandleMethods<AnyHandle>, unknown>>

/** Puts all of it on a prototype, the managers as getters. */
export function installHandleMethods(prototype: object): void {
  for (const [name, value] of Object.entries({ ...METHODS, ...sessionMethods, ...searchMethods })) {
    Object.defineProperty(prototype, name, { configurable: true, writable: true, value })
  }
  for (const name of RUNTIME) {
    defineGetter(prototype, name, (handle) => runtimeOf(handle)?.[name])
  }
  for (const name of managerNames) {
    defineGetter(prototype, name, (handle) => matrixone(handle)[name])
  }
  defineGetter(prototype, 'doctor', (handle) => {
    refuseInPast(handle, 'doctor')
    return new Doctor(handle)
  })
}

function defineGetter(prototype: object, name: string, read: (handle: AnyHandle) => unknown): void {
  Object.defineProperty(prototype, name, {
    configurable: true,
    get(this: AnyHandle) {
      return read(this)
    },
  })
}
