import type { HistoryObject } from '../history/history-object.js'
import type { HistoryLevel, HistoryScope } from '../history/history-scope.js'

/** Hours, days, months, years. */
export type PitrUnit = 'h' | 'd' | 'mo' | 'y'

/** How far back every instant is kept. */
export interface PitrRange {
  /** 1 to 100, in `unit`. */
  readonly range: number
  readonly unit: PitrUnit
}

/** A rule that keeps the history of an object, so that it can be put back to any instant (PITR). */
export interface Pitr extends HistoryObject, PitrRange {
  /** To the second. */
  readonly createdAt: Date
  /** To the second. */
  readonly modifiedAt: Date
}

/** The object that a PITR covers, and for how long. */
export type CreatePitrOptions<DB> = HistoryScope<DB> &
  PitrRange & {
    /** Leaves an existing PITR of that name as it is, instead of an error. */
    readonly ifNotExists?: boolean
  }

/** PITRs to list, by what they cover; all when empty. */
export type PitrFilter = Partial<{
  readonly level: HistoryLevel
  readonly account: string
  readonly database: string
  readonly table: string
}>
