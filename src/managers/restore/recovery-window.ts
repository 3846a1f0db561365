/**
 * Reads SHOW RECOVERY_WINDOW. Its windows are typed JSON on the wire but hold single-quoted text,
 * `[{'timestamp':'…', 'source':'snapshot', 'source_name':'s'}, …]`, on which a JSON parser fails
 * (3.0.14, 4.1.4, 4.2.0).
 */
import { UntrustedMetadataError } from '../../errors.js'
import { dateOfMoTs, readUtcText } from '../../sql/time-hint.js'

/** A state that one table can be put back to. */
export type RestorableState =
  | {
      readonly source: 'snapshot'
      readonly name: string
      readonly at: Date
      /** The same in nanoseconds since 1970-01-01 UTC. */
      readonly moTs: bigint
    }
  /** Any instant between the two. */
  | {
      readonly source: 'pitr'
      readonly name: string
      readonly from: Date
      readonly to: Date
    }

/** The states that one table can be put back to. */
export interface RecoveryWindow {
  readonly account: string
  readonly database: string
  readonly table: string
  readonly windows: readonly RestorableState[]
}

export interface RecoveryWindowRow {
  readonly AccountName: string
  readonly DatabaseName: string
  readonly TableName: string
  readonly RecoveryWindows: string | Buffer | null
}

/** Hidden index tables are listed beside the tables that they belong to. */
const hiddenTable = /^__mo_/

export function readRecoveryWindows(rows: readonly RecoveryWindowRow[]): readonly RecoveryWindow[] {
  const visible = rows.filter((row) => !hiddenTable.test(row.TableName))
  return Object.freeze(
    visible.map((row) =>
      Object.freeze({
        account: row.AccountName,
        database: row.DatabaseName,
        table: row.TableName,
        windows: readWindows(row.RecoveryWindows),
      }),
    ),
  )
}

/** Names and times of this list hold no quotes: the server refuses them in names. */
export function readWindows(value: string | Buffer | null): readonly RestorableState[] {
  const text = value === null ? '' : value.toString()
  const objects = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, body = '']) =>
    Object.fromEntries(
      [...body.matchAll(/'(\w+)':\s*'([^']*)'/g)].map(([, key, field]) => [key, field]),
    ),
  )
  return Object.freeze(objects.map((fields) => Object.freeze(toState(fields, text))))
}

function toState(fields: Readonly<Record<string, string>>, text: string): RestorableState {
  const { source, source_name: name, timestamp, start_time: from, end_time: to } = fields
  if (source === 'snapshot' && name !== undefined && timestamp !== undefined) {
    const moTs = readUtcText(timestamp)
    return { source, name, at: dateOfMoTs(moTs), moTs }
  }
  if (source === 'pitr' && name !== undefined && from !== undefined && to !== undefined) {
    return { source, name, from: dateOfMoTs(readUtcText(from)), to: dateOfMoTs(readUtcText(to)) }
  }
  throw new UntrustedMetadataError(
    `SHOW RECOVERY_WINDOW answered ${JSON.stringify(text.slice(0, 200))}, which this version of kysely-matrixone cannot read.`,
  )
}
