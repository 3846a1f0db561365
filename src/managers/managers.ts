/** The managers of one Kysely or Transaction, made when they are first asked for. */
import type { FunctionModule, Kysely } from 'kysely'
import { refuseInPast } from '../time-travel/time-travel-plugin.js'
import { AccountManager } from './account/account-manager.js'
import { BranchManager } from './branch/branch-manager.js'
import { CdcManager } from './cdc/cdc-manager.js'
import { CloneManager } from './clone/clone-manager.js'
import { ExportManager } from './export/export-manager.js'
import { FulltextIndexManager } from './fulltext-index/fulltext-index-manager.js'
import { LoadDataManager } from './load-data/load-data-manager.js'
import { MetadataManager } from './metadata/metadata-manager.js'
import { PubSubManager } from './pubsub/pubsub-manager.js'
import { MoCtlManager } from './mo-ctl/mo-ctl-manager.js'
import { PitrManager } from './pitr/pitr-manager.js'
import { RestoreManager } from './restore/restore-manager.js'
import { SnapshotManager } from './snapshots/snapshot-manager.js'
import { StageManager } from './stage/stage-manager.js'
import { VectorOpsManager } from './vector-ops/vector-ops-manager.js'

/**
 * Every manager, by the name that MatrixOne's SDKs give it; `DB` types the tables that they take,
 * `Handle` is the class of the handles that they give out.
 */
export interface Managers<DB, Handle = Kysely<DB>> {
  /** Accounts, and the users, roles and grants of the current one. */
  readonly account: AccountManager
  /** Publications and subscriptions: tables shared between accounts. */
  readonly pubsub: PubSubManager
  /** Change data capture: tables replicated as they change. */
  readonly cdc: CdcManager
  /** Zero-copy branches of tables and databases. */
  readonly branch: BranchManager<DB, Handle>
  /** Clones of tables and databases, now or as they were. */
  readonly clone: CloneManager<DB>
  /** Tables and query results to files and streams. */
  readonly export: ExportManager<DB>
  /** Full-text indexes. */
  readonly fulltextIndex: FulltextIndexManager<DB>
  /** Files, streams and many rows into tables. */
  readonly loadData: LoadDataManager<DB>
  /** Tables, columns, keys and indexes as the catalog holds them. */
  readonly metadata: MetadataManager
  /** Flush and checkpoint. */
  readonly moCtl: MoCtlManager<DB>
  /** Rules that keep the history of an object (point-in-time recovery). */
  readonly pitr: PitrManager<DB>
  /** Puts tables, databases, accounts and the cluster back to a past state. */
  readonly restore: RestoreManager<DB>
  /** Named points in time. */
  readonly snapshots: SnapshotManager<DB>
  /** Named places for load and export. */
  readonly stage: StageManager<DB>
  /** Vector indexes. */
  readonly vectorOps: VectorOpsManager<DB, Handle>
}

type AnyManagers = Managers<unknown>

/** Makes each manager on an executor. */
const MAKERS: { readonly [Name in keyof AnyManagers]: (db: Kysely<unknown>) => AnyManagers[Name] } =
  {
    account: (db) => new AccountManager(db),
    pubsub: (db) => new PubSubManager(db),
    cdc: (db) => new CdcManager(db),
    branch: (db) => new BranchManager(db),
    clone: (db) => new CloneManager(db),
    export: (db) => new ExportManager(db),
    fulltextIndex: (db) => new FulltextIndexManager(db),
    loadData: (db) => new LoadDataManager(db),
    metadata: (db) => new MetadataManager(db),
    moCtl: (db) => new MoCtlManager(db),
    pitr: (db) => new PitrManager(db),
    restore: (db) => new RestoreManager(db),
    snapshots: (db) => new SnapshotManager(db),
    stage: (db) => new StageManager(db),
    vectorOps: (db) => new VectorOpsManager(db),
  }

const MADE = new WeakMap<object, AnyManagers>()

/**
 * Gives the managers of any `Kysely` or `Transaction`. They run on exactly that handle: on a
 * transaction, on its own connection and inside it.
 *
 * @example
 * const tables = await matrixone(db).metadata.tables()
 */
// oxlint-disable-next-line typescript/no-explicit-any -- any tables will do; TablesOf finds them
export function matrixone<K extends Kysely<any>>(db: K): Managers<TablesOf<K>, K> {
  const made = MADE.get(db) ?? makeManagers(db as unknown as Kysely<unknown>)
  MADE.set(db, made)
  return made as unknown as Managers<TablesOf<K>, K>
}

/**
 * The generated interface of a Kysely, Transaction or class of either. TypeScript cannot infer it
 * from a parameter `Kysely<DB>` when a subclass is passed, kysely's own Transaction included; the
 * property `fn` names it directly.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- the tables of the function module do not matter
type TablesOf<K> = K extends { readonly fn: FunctionModule<infer DB, any> } ? DB : unknown

function makeManagers(db: Kysely<unknown>): AnyManagers {
  const managers = {}
  for (const name of managerNames) {
    let made: AnyManagers[typeof name] | undefined
    Object.defineProperty(managers, name, {
      enumerable: true,
      get: () => (made ??= makeManager(name, db)),
    })
  }
  return Object.freeze(managers) as AnyManagers
}

/** Managers send their own SQL, which would act on the present while the handle promises the past. */
function makeManager<Name extends keyof AnyManagers>(
  name: Name,
  db: Kysely<unknown>,
): AnyManagers[Name] {
  if (name !== 'metadata') refuseInPast(db, name)
  return MAKERS[name](db)
}

/** The managers' names. */
export const managerNames = Object.freeze(Object.keys(MAKERS) as (keyof AnyManagers)[])
