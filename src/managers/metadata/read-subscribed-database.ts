import { UnsupportedError } from '../../errors.js'
import type { SqlExecutor } from '../execute.js'
import type { CatalogHead } from './catalog-head.js'
import type { DatabaseMetadata } from './metadata-types.js'
import type { TableFilter } from './table-filter.js'
export async function readSubscribedDatabase(
  _db: SqlExecutor,
  head: CatalogHead,
  _filter: TableFilter,
): Promise<DatabaseMetadata> {
  throw new UnsupportedError(`${head.database} is a subscription`)
}
