import { RestoreError, UnsupportedError } from '../../errors.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import { wrapError } from '../statement/wrap-error.js'

/** The catalog of a tenant has no snapshots of the cluster, so that a tenant stops here too. */
export async function assertClusterSnapshot(one: SqlExecutor, name: string): Promise<void> {
  const [found] = await wrapError(RestoreError, 'read the snapshots', () =>
    executeSql<{ readonly level: string }>(
      one,
      'select cast(level as char) as level from mo_catalog.mo_snapshots where sname = ?',
      [name.toLowerCase()],
    ),
  )
  if (found?.level === 'cluster') return
  const reason =
    found === undefined
      ? `the account has no snapshot ${name}`
      : `the snapshot ${name} is of one ${found.level}`
  throw new RestoreError(
    `Could not restore the cluster: ${reason}. ` +
      "Name a snapshot that the sys account made with level 'cluster'.",
  )
}

/** Refuses a server that has no RESTORE CLUSTER. */
export function clusterNeedsNewer(): Error {
  return new UnsupportedError(
    'restore.cluster needs MatrixOne 4.1. Restore each account with restore.account instead.',
  )
}
