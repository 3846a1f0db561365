import { executeSql, type SqlExecutor } from '../statement/execute.js'
import { nameOrNull } from '../history/history-object.js'
import type { HistoryLevel } from '../history/history-scope.js'
import { readUtcText, dateOfMoTs } from '../../sql/time-hint.js'
import type { Pitr, PitrUnit } from './pitr-manager.js'

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

/** Unused names are `*`, not null. */
export async function readPitr(one: SqlExecutor, row: PitrRow): Promise<Pitr> {
  return Object.freeze({
    name: row.PITR_NAME,
    level: row.PITR_LEVEL,
    account: nameOrNull(row.ACCOUNT_NAME),
    database: nameOrNull(row.DATABASE_NAME),
    table: nameOrNull(row.TABLE_NAME),
    range: Number(row.PITR_LENGTH),
    unit: row.PITR_UNIT,
    createdAt: await readTime(one, row.CREATED_TIME),
    modifiedAt: await readTime(one, row.MODIFIED_TIME),
  })
}

/** Text when the connection reads DATETIME as text: then the session's offset makes it an instant. */
async function readTime(one: SqlExecutor, time: Date | string): Promise<Date> {
  if (time instanceof Date) return time
  const [row] = await executeSql<{ readonly seconds: number }>(
    one,
    'select timestampdiff(second, utc_timestamp(), now()) as seconds',
  )
  // Zones differ by whole minutes; the two clocks are read at different digits, a second apart.
  const minutes = Math.round(Number(row?.seconds ?? 0) / 60)
  return new Date(dateOfMoTs(readUtcText(time)).getTime() - minutes * 60_000)
}
