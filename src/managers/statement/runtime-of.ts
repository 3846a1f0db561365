import type { Kysely } from 'kysely'
import type { MatrixOneRuntime } from '../../connection/runtime.js'
import { ConfigurationError } from '../../errors.js'
import type { SchemaIndex } from '../../schema/schema-index.js'

/** Gives the runtime part of `MatrixOneDialect`; undefined for another dialect. */
export function runtimeOf(db: Pick<Kysely<unknown>, 'getExecutor'>): MatrixOneRuntime | undefined {
  const { adapter } = db.getExecutor()
  return (adapter as { readonly runtime?: MatrixOneRuntime }).runtime
}

/**
 * The schema value that the database was made with.
 *
 * @param feature for the message: `vectorSearch`
 * @throws {ConfigurationError} when it was made without one
 */
export function schemaOf(db: Pick<Kysely<unknown>, 'getExecutor'>, feature: string): SchemaIndex {
  const schema = runtimeOf(db)?.schema
  if (schema !== undefined) return schema
  throw new ConfigurationError(
    `${feature} needs the schema value, and this database was made without it. Pass the constant that ` +
      "mo-codegen writes beside DB: import { type DB, schema } from './generated/db.js', then " +
      'new MatrixOne<DB>({ connection, schema }).',
  )
}
