/**
 * What snapshots and PITRs have in common: both are named, cover a cluster, account, database or table,
 * and are dropped alike. They are read from different places: the server has no catalog of PITRs that
 * a tenant can see.
 */
import type { MatrixOneError, MatrixOneErrorDetails } from '../../errors.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import type { HistoryLevel } from './history-scope.js'
import { checkName, quoteCheckedName } from '../names/names.js'
import { refuseInTransaction } from '../statement/refuse-in-transaction.js'
import { wrapError } from '../statement/wrap-error.js'

/** The name of a snapshot or PITR, and what it covers. */
export interface HistoryObject {
  readonly name: string
  readonly level: HistoryLevel
  /** The account it belongs to; null for one of the cluster. */
  readonly account: string | null
  /** The database that it covers; null at the levels above. */
  readonly database: string | null
  /** The table that it covers; null at the levels above. */
  readonly table: string | null
}

/** One of the two, as statements and messages name it. */
export interface HistoryKind {
  readonly kind: 'snapshot' | 'pitr'
  /** As a person says it: `PITR`. */
  readonly title: string
  readonly ErrorClass: new (message: string, details?: MatrixOneErrorDetails) => MatrixOneError
}

/** An unused name, which the server stores as '' or shows as `*`, is null. */
export function nameOrNull(name: string): string | null {
  return name === '*' || name === '' ? null : name
}

/**
 * The object of that name among those that a query gives.
 *
 * @param query reads all objects, or those of the name as it is stored
 */
export async function findHistoryObject<T extends HistoryObject>(
  { kind }: HistoryKind,
  name: string,
  query: (stored: string) => Promise<readonly T[]>,
): Promise<T | undefined> {
  const stored = checkName(kind, name)
  return (await query(stored)).find((found) => found.name === stored)
}

/** The same, or an error of its kind that says where to look. */
export function requireHistoryObject<T>(
  { kind, title, ErrorClass }: HistoryKind,
  name: string,
  found: T | undefined,
): T {
  if (found !== undefined) return found
  const list = kind === 'pitr' ? 'pitr' : 'snapshots'
  throw new ErrorClass(
    `There is no ${title} ${name}. It may belong to another account; ${list}.list() names those of this one.`,
  )
}

/** Drops it outside a transaction. */
export async function dropHistoryObject(
  db: SqlExecutor,
  { kind, title, ErrorClass }: HistoryKind,
  name: string,
  options: { readonly ifExists?: boolean | undefined },
): Promise<void> {
  refuseInTransaction(db, `DROP ${kind.toUpperCase()}`)
  const quoted = quoteCheckedName(kind, name)
  await wrapError(ErrorClass, `drop ${title} ${name}`, () =>
    executeSql(db, `drop ${kind} ${options.ifExists === true ? 'if exists ' : ''}${quoted}`),
  )
}
