/** Branch statements that are refused before they are sent, by version and situation. */
import { BranchError, UnsupportedError } from '../../errors.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import { readCapabilities } from '../statement/read-capabilities.js'
import { writeSnapshotHint } from './operand.js'

/** Before 4.2 DIFF and MERGE are refused inside a transaction. */
export async function assertDiffInTransaction(db: SqlExecutor): Promise<void> {
  if (!db.isTransaction) return
  const { branchDiffInTransaction } = await readCapabilities(db)
  if (branchDiffInTransaction) return
  throw new UnsupportedError(
    'DATA BRANCH DIFF and MERGE cannot run inside a transaction before MatrixOne 4.2 (20101). ' +
      'Run them on the database itself, before or after the transaction.',
  )
}

/** Before 4.1 DELETE would drop a table that is not a branch. */
export async function assertDeleteIsSafe(db: SqlExecutor): Promise<void> {
  const { branchDeleteChecksTarget } = await readCapabilities(db)
  if (branchDeleteChecksTarget) return
  throw new UnsupportedError(
    'DATA BRANCH DELETE drops any table or database on MatrixOne 3.0, branch or not. ' +
      'If it is the right one, use DROP TABLE or DROP DATABASE.',
  )
}

/**
 * Branching a database that does not exist makes an empty one (4.1, 4.2). Asked at the snapshot's time, where it may
 * still have existed.
 */
export async function assertDatabase(
  db: SqlExecutor,
  name: string,
  snapshot: string | undefined,
): Promise<void> {
  const rows = await executeSql(
    db,
    `select datname from mo_catalog.mo_database${writeSnapshotHint(snapshot)} ` +
      'where account_id = current_account_id() and datname = ?',
    [name.toLowerCase()],
  )
  if (rows.length > 0) return
  throw new BranchError(
    `Could not branch database ${name}: it does not exist${snapshot === undefined ? '' : ` in snapshot ${snapshot}`}. ` +
      'MatrixOne would make an empty database and answer OK.',
  )
}
