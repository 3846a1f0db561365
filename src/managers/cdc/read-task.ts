/**
 * Reads a row of SHOW CDC. Its addresses are JSON in hex; its checkpoint looks like JSON but is not,
 * and is the only place where a stuck table shows, while the state stays `running` (4.2.0):
 *
 *     {
 *       "shop.orders": 2026-11-21 11:52:00.577153673 +0000 UTC,
 *       "shop.items": 2026-11-21 11:52:23.006042659 +0000 UTC(Failed, error: … no such table …),
 *     }
 */
import { CdcError } from '../../errors.js'
import { dateOfMoTs, readUtcText } from '../../sql/time-hint.js'
import type { CdcAddress, CdcTableProgress, CdcTask } from './cdc-types.js'

/** A row of SHOW CDC. */
export interface CdcRow {
  readonly task_id: string
  readonly task_name: string
  readonly source_uri: string
  readonly sink_uri: string
  readonly state: string
  readonly err_msg: string | null
  readonly checkpoint: string
  readonly timestamp: string
}

/** Reads one row. */
export function readTask(row: CdcRow): CdcTask {
  const observed = readMoTs(row.timestamp)
  const tables = readCheckpoint(row.checkpoint, observed)
  return Object.freeze({
    id: row.task_id,
    name: row.task_name,
    state: row.state,
    source: readAddress(row.source_uri),
    sink: readAddress(row.sink_uri),
    error: row.err_msg === '' ? null : row.err_msg,
    tables,
    lag: tables.length === 0 ? null : Math.max(...tables.map(({ lag }) => lag)),
    observedAt: dateOfMoTs(observed),
  })
}

const progress =
  /^ *"(.+)": (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) \+0000 UTC(?: ?\(Failed, error: ([^]*?)\))?,$/gm

/** Reads the watermark and the error of each table. */
export function readCheckpoint(checkpoint: string, observed: bigint): readonly CdcTableProgress[] {
  const tables: CdcTableProgress[] = []
  for (const [, table = '', time = '', error] of checkpoint.matchAll(progress)) {
    const moTs = readUtcText(time)
    tables.push(
      Object.freeze({
        table,
        watermark: dateOfMoTs(moTs),
        moTs,
        lag: Math.max(0, Number((observed - moTs) / 1_000_000n)),
        error: error ?? null,
      }),
    )
  }
  return Object.freeze(tables)
}

/** `2026-11-21 11:52:24.409389117 +0000 UTC` */
function readMoTs(text: string): bigint {
  return readUtcText(text.replace(/ \+0000 UTC$/, ''))
}

interface AddressJson {
  readonly user: string
  readonly ip: string
  readonly port: number
}

/** Hex of `{"user":"acme#ann","ip":"127.0.0.1","port":6001,…}`, without a password. */
function readAddress(hex: string): CdcAddress {
  const { user, ip: host, port } = parseAddress(hex)
  const at = user.indexOf('#')
  return Object.freeze({
    host,
    port,
    account: at < 0 ? null : user.slice(0, at),
    user: user.slice(at + 1),
  })
}

function parseAddress(hex: string): AddressJson {
  try {
    return JSON.parse(Buffer.from(hex, 'hex').toString('utf8')) as AddressJson
  } catch {
    // The text is left out: it may hold a secret.
    throw new CdcError(
      'The address of a CDC task cannot be read: it is not the hex-encoded JSON of 4.2.0.',
    )
  }
}
