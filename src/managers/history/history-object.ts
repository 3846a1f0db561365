import type { HistoryLevel } from './history-scope.js'

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

/** Reads a name; an unused one, which the server stores as '' or shows as `*`, is null. */
export function nameOrNull(name: string): string | null {
  return name === '*' || name === '' ? null : name
}
