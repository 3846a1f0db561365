/**
 * Many rows into a table, in blocks that commit on their own. Few rows travel as one INSERT; of more, each
 * block is a LOAD DATA, through a staging table where keys are checked, because LOAD DATA checks none. There
 * vectors are loaded as base64 and read by the server's function: with its check of keys that takes no longer
 * than LOAD DATA of their text into the table itself (4.2.0).
 */
import { BulkInsertError } from '../../bulk/bulk-insert-error.js'
import {
  BulkLedger,
  type BulkReport,
  refuseUncertain,
  type RowRange,
} from '../../bulk/bulk-report.js'
import { type Block, cutBlocks } from '../../bulk/cut-blocks.js'
import { readHead } from '../../bulk/read-head.js'
import { rowBytes } from '../../bulk/insert-rows.js'
import { type BlockFailure, sendBlocks } from '../../bulk/send-blocks.js'
import { MatrixOneError, UnknownOutcomeError, UnsupportedError, ValueError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import type { ManagerDb } from '../statement/execute.js'
import { firstOf, type LimitedDb, signalOf, withSignal } from '../statement/handle-signal.js'
import { runtimeOf } from '../statement/runtime-of.js'
import type { BlockPlan, BulkTarget } from './block-plan.js'
import { type BulkInsertOptions, bulkInsertOptions } from './bulk-insert-options.js'
import { planInsert } from './plan-insert.js'
import { planLoad } from './plan-load.js'

type AnyRow = Readonly<Record<string, unknown>>

const CHUNK_BYTES = 8 * 1024 * 1024

/** Up to so many rows, and about bytes, one INSERT is faster than a load. */
const FEW_ROWS = 500
const FEW_BYTES = 256 * 1024

/** Inserts rows of any number; see `db.bulkInsert`. */
export async function bulkInsert(
  db: LimitedDb,
  table: string,
  rows: Iterable<AnyRow> | AsyncIterable<AnyRow>,
  options: BulkInsertOptions = {},
): Promise<BulkReport> {
  checkOptions('bulkInsert', bulkInsertOptions, options)
  const { onConflict = 'fail', keys = 'check', connections = 1 } = options
  refuseContradictions(db, { onConflict, keys, connections })
  // A source that gives nothing is not a statement, which the handle's own signal would end.
  const signal = firstOf(options.signal, signalOf(db))
  signal?.throwIfAborted()
  let bytes = 0
  const source = await readHead('bulkInsert', rows, (head) => {
    const last = head.at(-1)
    if (last !== undefined) bytes += rowBytes(last)
    return head.length >= FEW_ROWS || bytes >= FEW_BYTES
  })
  try {
    const ledger = new BulkLedger(options.resume)
    const [first] = source.head
    if (first === undefined) return ledger.report()
    const columns = options.columns ?? Object.keys(first)
    const target: BulkTarget = { table, columns, onConflict, keys }
    const limited = options.signal === undefined ? db : withSignal(db, options.signal)
    const given = { ...options, signal }
    const isSmall = source.isAll && onConflict === 'fail'
    if (isSmall || runtimeOf(db) === undefined) {
      return await run(db, source.all, planInsert(limited, target), ledger, target, given)
    }
    const plan = await planLoad(limited, target)
    return await run(db, source.all, plan, ledger, target, given)
  } finally {
    // A source that is waiting for something would be waited for.
    await Promise.race([source.close(), new Promise((resolve) => setImmediate(resolve))])
  }
}

/** Options of a run, whose signal is that of the call and of the handle. */
type RunOptions = Omit<BulkInsertOptions, 'signal'> & { readonly signal: AbortSignal | undefined }

async function run<Content>(
  db: ManagerDb,
  rows: AsyncIterable<AnyRow>,
  plan: BlockPlan<Content>,
  ledger: BulkLedger,
  { table }: BulkTarget,
  { chunkBytes = CHUNK_BYTES, connections = 1, progress, signal, resume }: RunOptions,
): Promise<BulkReport> {
  if (resume !== undefined) refuseUncertain(resume, plan.checksKeys)
  ledger.keysChecked = plan.checksKeys
  const { writer, maxRows } = plan
  const isIn = (row: number): boolean => ledger.has(row)
  const blocks = cutBlocks(rows, writer, { chunkBytes, maxRows, isIn })
  const send = async (block: Block<Content>): Promise<void> => {
    const range: RowRange = { first: block.first, rows: block.rows }
    try {
      ledger.add(range, await plan.send(block))
    } catch (error) {
      if (!db.isTransaction && isLost(error)) ledger.doubt(range)
      throw error
    }
    progress?.(Object.freeze({ ...ledger.report(), block: range }))
  }
  const failure = await sendBlocks(blocks, connections, send, signal)
  if (failure !== undefined) throw toError(table, failure, ledger, signal)
  return ledger.report()
}

/** Whether what was sent may have taken effect; of a foreign dialect everything but the server's own answer. */
function isLost(error: unknown): boolean {
  if (error instanceof MatrixOneError) return error instanceof UnknownOutcomeError
  return !(error instanceof Error && 'sqlMessage' in error)
}

function toError(
  table: string,
  { error, block }: BlockFailure,
  ledger: BulkLedger,
  signal: AbortSignal | undefined,
): BulkInsertError {
  const cause: unknown = signal?.aborted === true ? signal.reason : error
  // A block that is in did not fail: its `progress` did.
  const failed = block === undefined || ledger.has(block.first) ? undefined : block
  return new BulkInsertError(table, cause, ledger.report(), failed)
}

function refuseContradictions(
  db: ManagerDb,
  {
    onConflict,
    keys,
    connections,
  }: Required<Pick<BulkInsertOptions, 'onConflict' | 'keys' | 'connections'>>,
): void {
  if (db.isTransaction && connections > 1) {
    throw new UnsupportedError(
      `bulkInsert with connections: ${connections} was called on a transaction, which has one connection. ` +
        'Leave the option out, or call it on the database itself.',
    )
  }
  if (keys === 'trust' && onConflict !== 'fail') {
    throw new ValueError(
      `bulkInsert cannot ${onConflict} rows by their keys and trust the keys: leave out keys: 'trust'.`,
    )
  }
}
