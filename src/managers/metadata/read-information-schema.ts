import { PrivilegeError } from '../../errors.js'
import type { SqlExecutor } from '../execute.js'
import type { DatabaseMetadata } from './metadata-types.js'
import type { ReadMetadataOptions } from './read-database.js'
export async function readInformationSchema(
  _db: SqlExecutor,
  _options: ReadMetadataOptions,
  grants: readonly string[],
): Promise<DatabaseMetadata> {
  throw new PrivilegeError(grants.join('\n'))
}
