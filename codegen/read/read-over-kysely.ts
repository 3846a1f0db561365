import type { Dialect, Kysely } from 'kysely'
import { type SchemaModel, toSchemaModel } from 'kysely-matrixone/schema'

/** The tables of the database that a Kysely instance of another dialect is connected to. */
export interface DatabaseOverKysely {
  readonly name: string
  readonly model: SchemaModel
}

/**
 * Reads the current database over a connection that is there already.
 *
 * @throws {UntrustedMetadataError} when the server's answers contradict each other
 */
export async function readOverKysely<DB>(db: Kysely<DB>): Promise<DatabaseOverKysely> {
  const { matrixone } = await import('kysely-matrixone')
  const database = await matrixone(db).metadata.read()
  return { name: database.name, model: toSchemaModel([database]) }
}

/** A dialect of kysely for a URL. */
export async function makeKyselyDialect(url: string): Promise<Dialect> {
  const { MatrixOneDialect } = await import('kysely-matrixone')
  return new MatrixOneDialect({ connection: url })
}
