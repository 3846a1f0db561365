import { nameOrNull } from '../history/history-object.js'
import type { HistoryLevel } from '../history/history-scope.js'
import type { TimeReader } from '../statement/read-time.js'
import type { Pitr, PitrUnit } from './pitr-types.js'

/** A row of SHOW PITR, whose times are in the session's time zone (4.2.0). */
export interface PitrRow {
  readonly PITR_NAME: string
  readonly CREATED_TIME: Date | string
  readonly MODIFIED_TIME: Date | string
  readonly PITR_LEVEL: HistoryLevel
  readonly ACCOUNT_NAME: string
  readonly DATABASE_NAME: string
  readonly TABLE_NAME: string
  readonly PITR_LENGTH: number
  readonly PITR_UNIT: PitrUnit
}

/** Reads one row; unused names are `*`, not null. */
export function toPitr(row: PitrRow, readTime: TimeReader): Pitr {
  return Object.freeze({
    name: row.PITR_NAME,
    level: row.PITR_LEVEL,
    account: nameOrNull(row.ACCOUNT_NAME),
    database: nameOrNull(row.DATABASE_NAME),
    table: nameOrNull(row.TABLE_NAME),
    range: Number(row.PITR_LENGTH),
    unit: row.PITR_UNIT,
    createdAt: readTime(row.CREATED_TIME) as Date,
    modifiedAt: readTime(row.MODIFIED_TIME) as Date,
  })
}
