import { type Capabilities, capabilitiesOf } from '../../server/capabilities.js'
import { parseServerVersion } from '../../server/server-version.js'
import { executeSql, type ManagerDb, type SqlExecutor } from './execute.js'

const KNOWN = new WeakMap<object, Promise<Capabilities>>()

/**
 * Reads what this server can do; asked once per dialect, for its handles all reach the same server.
 *
 * ```sql
 * select @@version as version
 * ```
 */
export async function readCapabilities(db: SqlExecutor | ManagerDb): Promise<Capabilities> {
  const server = 'getExecutor' in db ? db.getExecutor().adapter : db
  const known = KNOWN.get(server) ?? askServer(db)
  KNOWN.set(server, known)
  // A failed answer must not be remembered.
  known.catch(() => KNOWN.delete(server))
  return known
}

async function askServer(db: SqlExecutor): Promise<Capabilities> {
  const [row] = await executeSql<{ readonly version: string }>(db, 'select @@version as version')
  return capabilitiesOf(parseServerVersion(String(row?.version)))
}
