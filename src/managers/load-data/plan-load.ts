import { RowEncoder } from '../../bulk/encode-rows.js'
import { retryTransaction } from '../../connection/limits/retry.js'
import { LoadDataError, UnsupportedError, ValueError } from '../../errors.js'
import { HandleNames } from '../names/handle-names.js'
import { quoteTable } from '../names/names.js'
import {
  type ManagerDb,
  pinConnection,
  runInTransaction,
  type SqlExecutor,
} from '../statement/execute.js'
import { wrapError } from '../statement/wrap-error.js'
import type { BlockPlan, BulkTarget } from './block-plan.js'
import { formatRows } from './format-rows.js'
import { resolveSource } from './load-source.js'
import { csvStatement } from './load-statement.js'
import { loadWithKeyCheck, needsStaging, type StagedTarget } from './load-with-key-check.js'
import { type LoadTarget, readLoadTarget } from './read-load-target.js'
import { refuseLenientMode } from './refuse-lenient-mode.js'
import { sendLoad } from './send-load.js'

/** Other sessions' DDL and writes can meet a block; it is undone as a whole, and sent again. */
const ATTEMPTS = 5

/**
 * Sends each block by LOAD DATA LOCAL, in a transaction of its own: through a staging table where keys are
 * checked, and for vectors.
 *
 * @throws {LoadDataError} when the table does not exist
 * @throws {ValueError} for a column that the table does not have
 * @throws {UnsupportedError} for `onConflict: 'skip'` where it would leave phantoms in an index
 */
export async function planLoad(
  db: ManagerDb,
  { table, columns, onConflict, keys }: BulkTarget,
): Promise<BlockPlan<Buffer>> {
  const names = new HandleNames(db)
  const place = names.table(table)
  const target = await wrapError(LoadDataError, `load into ${table}`, () =>
    pinConnection(db, (one) => readLoadTarget(one, place)),
  )
  const { stored, encoding } = await formatRows(db, { table, columns, names }, target)
  const checksKeys = keys === 'check' && target.hasKeys
  const isStaged = needsStaging(stored, checksKeys)
  const staged: StagedTarget = {
    table: place,
    columns: stored,
    onConflict,
    updated: isStaged ? updatedColumns(table, onConflict, target, stored) : [],
  }
  const listed = stored.map(({ name }) => name)
  const send = async (trx: SqlExecutor, bytes: Buffer, rows: number): Promise<number> => {
    await refuseLenientMode(trx)
    const load = async (into: string): Promise<number> => {
      const source = resolveSource(once(bytes))
      const statement = csvStatement({ table: into, source, columns: listed }, {})
      return checkCount(await sendLoad(trx, statement, source), rows)
    }
    return isStaged ? loadWithKeyCheck(trx, staged, load) : load(quoteTable(place))
  }
  return {
    writer: new RowEncoder(encoding),
    maxRows: Infinity,
    checksKeys: isStaged || !target.hasKeys,
    send: ({ content, rows }) => {
      const run = (): Promise<number> => runInTransaction(db, (trx) => send(trx, content, rows))
      return wrapError(LoadDataError, `load into ${table}`, () =>
        db.isTransaction ? run() : retryTransaction(run, { attempts: ATTEMPTS }),
      )
    },
  }
}

/** A line that the server takes for two, or two for one, would otherwise come in wrong. */
function checkCount(loaded: number, rows: number): number {
  if (loaded === rows) return loaded
  throw new LoadDataError(
    `The server read ${loaded} rows of the ${rows} that were sent, so the block is undone. Please report this ` +
      'with the columns and an example of a row.',
  )
}

function updatedColumns(
  table: string,
  onConflict: BulkTarget['onConflict'],
  { keyColumns, indexKinds }: LoadTarget,
  columns: readonly { readonly name: string }[],
): readonly string[] {
  if (onConflict === 'skip' && (indexKinds.has('ivfflat') || indexKinds.has('fulltext'))) {
    throw new UnsupportedError(
      `bulkInsert with onConflict: 'skip' sends INSERT IGNORE, which would leave entries of the rows left out in ` +
        `an index of ${table}, where searches find them. Use onConflict: 'update'.`,
    )
  }
  if (onConflict !== 'update') return []
  const ofKeys = new Set([...keyColumns].map((name) => name.toLowerCase()))
  const updated = columns.map(({ name }) => name).filter((name) => !ofKeys.has(name.toLowerCase()))
  if (updated.length > 0) return updated
  throw new ValueError(
    `bulkInsert with onConflict: 'update' has nothing to update in ${table}: every column of the rows belongs ` +
      "to a key. Use onConflict: 'skip'.",
  )
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes
}
