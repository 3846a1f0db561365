/** The managers of one Kysely or Transaction, made when they are first asked for. */
import type { Kysely } from 'kysely'
import { BranchManager } from './branch/branch-manager.js'
import { MetadataManager } from './metadata/metadata-manager.js'

/**
 * Every manager, by the name that MatrixOne's SDKs give it; `DB` types the tables that they take,
 * `Handle` is the class of the handles that they give out.
 */
export interface Managers<DB, Handle = Kysely<DB>> {
  /** Zero-copy branches of tables and databases. */
  readonly branch: BranchManager<DB, Handle>
  /** Tables, columns, keys and indexes as the catalog holds them. */
  readonly metadata: MetadataManager
}

type AnyManagers = Managers<unknown>

/** Makes each manager on an executor. */
const MAKERS: { readonly [Name in keyof AnyManagers]: (db: Kysely<unknown>) => AnyManagers[Name] } =
  {
    branch: (db) => new BranchManager(db),
    metadata: (db) => new MetadataManager(db),
  }

const MADE = new WeakMap<object, AnyManagers>()

/**
 * Gives the managers of anybody's `Kysely` or `Transaction`; they run on exactly that: on a
 * transaction, on its own connection and inside it.
 *
 * @example
 * const tables = await matrixone(db).metadata.tables()
 */
export function matrixone<DB>(db: Kysely<DB>): Managers<DB> {
  const made = MADE.get(db) ?? makeManagers(db as unknown as Kysely<unknown>)
  MADE.set(db, made)
  return made as Managers<DB>
}

function makeManagers(db: Kysely<unknown>): AnyManagers {
  const managers = {}
  for (const name of managerNames) {
    let made: AnyManagers[typeof name] | undefined
    Object.defineProperty(managers, name, {
      enumerable: true,
      get: () => (made ??= MAKERS[name](db)),
    })
  }
  return Object.freeze(managers) as AnyManagers
}

/** The managers' names. */
export const managerNames = Object.freeze(Object.keys(MAKERS) as (keyof AnyManagers)[])
