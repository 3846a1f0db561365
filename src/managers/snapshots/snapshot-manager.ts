import { SnapshotError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import { flag } from '../../options/option-rules.js'
import { dateOfMoTs } from '../../sql/time-hint.js'
import { type HistoryObject, nameOrNull } from '../history/history-object.js'
import {
  checkScope,
  historyLevel,
  type HistoryLevel,
  type HistoryScope,
  type ResolvedScope,
  resolveScope,
} from '../history/history-scope.js'
import type { DropOptions } from '../names/drop-options.js'
import { HandleNames } from '../names/handle-names.js'
import {
  checkedNames,
  type DroppableKind,
  dropNamed,
  NamedObjects,
} from '../names/named-objects.js'
import { quoteCheckedName } from '../names/names.js'
import { executeSql, type ManagerDb } from '../statement/execute.js'
import { readCapabilities } from '../statement/read-capabilities.js'
import { refuseInTransaction } from '../statement/refuse-in-transaction.js'
import { wrapError } from '../statement/wrap-error.js'

/** A named point in time that reads, clones and restores can go back to. */
export interface Snapshot extends HistoryObject {
  /** When it was made, to the millisecond. */
  readonly createdAt: Date
  /** When it was made, in nanoseconds since 1970-01-01 UTC. */
  readonly moTs: bigint
}

/** The object to take a snapshot of, and the behaviour when the name is taken. */
export type CreateSnapshotOptions<DB> = HistoryScope<DB> & {
  /** Returns the snapshot of that name when it is of the same object; an error when of another. */
  readonly ifNotExists?: boolean
}

/** Creates, lists and drops snapshots: named points in time to which reads can be pinned. */
export class SnapshotManager<DB> {
  readonly #db: ManagerDb
  readonly #snapshots: NamedObjects<Snapshot>

  constructor(db: ManagerDb) {
    this.#db = db
    this.#snapshots = new NamedObjects(db, snapshots)
  }

  /**
   * Creates a named snapshot of a cluster, account, database or table.
   *
   * The level says what a restore or clone may take from it; a read pinned to it sees every table
   * of the account as it was then.
   *
   * @param name lower-cased; letters, digits, `_` and `-`, at most 64
   * @throws {SnapshotError} when the name is taken or the object does not exist
   * @throws {UnsupportedError} inside a transaction: MatrixOne refuses the statement there (20101)
   *
   * @example
   * const friday = await db.snapshots.create('friday', { level: 'database', database: 'shop' })
   * await db.at({ snapshot: friday.name }).selectFrom('orders').selectAll().execute()
   *
   * ```sql
   * create snapshot `friday` for database `shop`
   * ```
   */
  async create(name: string, options: CreateSnapshotOptions<DB>): Promise<Snapshot> {
    checkScope('snapshots.create', options, { ifNotExists: flag })
    refuseInTransaction(this.#db, 'CREATE SNAPSHOT')
    const quoted = quoteCheckedName('snapshot', name)
    const ifNotExists = options.ifNotExists ? 'if not exists ' : ''
    const scope = await resolveScope(this.#db, options, new HandleNames(this.#db))
    const what = `create snapshot ${name} for ${scope.text}`
    const snapshot = await this.#snapshots.write(name, what, (one) =>
      executeSql(one, `create snapshot ${ifNotExists}${quoted} for ${scope.sql}`),
    )
    if (options.ifNotExists) refuseOtherObject(snapshot, scope)
    return snapshot
  }

  /**
   * One snapshot.
   *
   * @throws {SnapshotError} when it does not exist
   */
  async get(name: string): Promise<Snapshot> {
    return this.#snapshots.get(name)
  }

  /** Whether a snapshot of that name exists. */
  async exists(name: string): Promise<boolean> {
    return this.#snapshots.exists(name)
  }

  /**
   * The snapshots of the account, newest first; also inside a transaction, where SHOW SNAPSHOTS is
   * refused.
   *
   * @example
   * const old = (await db.snapshots.list()).filter((snapshot) => snapshot.createdAt < lastMonth)
   *
   * ```sql
   * select sname as name, cast(ts as char) as ts, … from mo_catalog.mo_snapshots
   * where kind = 'user' order by ts desc, sname
   * ```
   */
  async list(filter: { readonly level?: HistoryLevel } = {}): Promise<readonly Snapshot[]> {
    checkOptions('snapshots.list', { level: historyLevel }, filter)
    const all = await this.#snapshots.list()
    return Object.freeze(all.filter(({ level }) => level === (filter.level ?? level)))
  }

  /**
   * Drops a snapshot; its clones stay.
   *
   * @throws {SnapshotError} when it does not exist, unless `ifExists`
   * @throws {UnsupportedError} inside a transaction: MatrixOne refuses the statement there (20101)
   *
   * ```sql
   * drop snapshot `friday`
   * ```
   */
  async drop(name: string, options: DropOptions = {}): Promise<void> {
    await dropNamed(this.#db, snapshots, name, options)
  }
}

const snapshots: DroppableKind<Snapshot> = {
  ...checkedNames('snapshot', 'snapshots'),
  ErrorClass: SnapshotError,
  read: readSnapshots,
  // As read: newest first.
  compare: () => 0,
}

/** The catalog and not SHOW SNAPSHOTS, which the server refuses inside a transaction (20101). */
async function readSnapshots(db: ManagerDb, only?: string): Promise<readonly Snapshot[]> {
  const { snapshotKind } = await readCapabilities(db)
  // Data branches keep snapshots of their own there, which belong to no user.
  const own = snapshotKind ? `kind = 'user'` : `sname not like '\\\\_\\\\_mo\\\\_%'`
  const rows = await wrapError(SnapshotError, 'read the snapshots', () =>
    executeSql<SnapshotRow>(
      db,
      'select sname as name, cast(ts as char) as ts, cast(level as char) as level, ' +
        'account_name, database_name, table_name ' +
        `from mo_catalog.mo_snapshots where ${own} ${only === undefined ? '' : 'and sname = ? '}order by ts desc, sname`,
      only === undefined ? [] : [only],
    ),
  )
  return rows.map(toSnapshot)
}

interface SnapshotRow {
  readonly name: string
  readonly ts: string
  readonly level: HistoryLevel
  readonly account_name: string
  readonly database_name: string
  readonly table_name: string
}

function toSnapshot(row: SnapshotRow): Snapshot {
  const moTs = BigInt(row.ts)
  return Object.freeze({
    name: row.name,
    level: row.level,
    account: nameOrNull(row.account_name),
    database: nameOrNull(row.database_name),
    table: nameOrNull(row.table_name),
    createdAt: dateOfMoTs(moTs),
    moTs,
  })
}

/** IF NOT EXISTS answers OK for a name that is taken by a snapshot of something else (4.2.0). */
function refuseOtherObject(snapshot: Snapshot, scope: ResolvedScope): void {
  const same =
    snapshot.level === scope.level &&
    (scope.account === null || snapshot.account === scope.account) &&
    snapshot.database?.toLowerCase() === scope.database?.toLowerCase() &&
    snapshot.table?.toLowerCase() === scope.table?.toLowerCase()
  if (same) return
  const place = [snapshot.database, snapshot.table].filter((part) => part !== null).join('.')
  throw new SnapshotError(
    `A snapshot ${snapshot.name} exists already, but of the ${snapshot.level}${place && ` ${place}`}, not of ${scope.text}. Use another name.`,
  )
}
