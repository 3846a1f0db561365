import { type Capabilities, capabilitiesOf } from '../../server/capabilities.js'
import { parseServerVersion } from '../../server/server-version.js'
import { executeSql, type SqlExecutor } from './execute.js'

const KNOWN = new WeakMap<object, Promise<Capabilities>>()

/**
 * What this server can do; asked once for each manager's executor.
 *
 * ```sql
 * select @@version as version
 * ```
 */
export async function readCapabilities(db: SqlExecutor): Promise<Capabilities> {
  const known = KNOWN.get(db) ?? askServer(db)
  KNOWN.set(db, known)
  // A failed answer must not be remembered.
  known.catch(() => KNOWN.delete(db))
  return known
}

async function askServer(db: SqlExecutor): Promise<Capabilities> {
  const [row] = await executeSql<{ readonly version: string }>(db, 'select @@version as version')
  return capabilitiesOf(parseServerVersion(String(row?.version)))
}
