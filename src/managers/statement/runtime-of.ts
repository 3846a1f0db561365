import type { Kysely } from 'kysely'
import type { MatrixOneRuntime } from '../../connection/runtime.js'

/** What `MatrixOneDialect` says about itself; undefined when another dialect is used. */
export function runtimeOf(db: Pick<Kysely<unknown>, 'getExecutor'>): MatrixOneRuntime | undefined {
  const { adapter } = db.getExecutor()
  return (adapter as { readonly runtime?: MatrixOneRuntime }).runtime
}
