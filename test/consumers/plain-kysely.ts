/** A program on a plain `Kysely`; consumers compile it against the tarballs. */
import { Kysely } from 'kysely'
import { MatrixOneDialect, matrixone } from 'kysely-matrixone'
import type { DB } from '../../generated/db.js'

export async function useDialect(url: string): Promise<readonly string[]> {
  const plain = new Kysely<DB>({ dialect: new MatrixOneDialect({ connection: url }) })
  const snapshots = await matrixone(plain).snapshots.list()
  const tables = await plain.introspection.getTables()
  await plain.destroy()
  return [...snapshots, ...tables].map(({ name }) => name)
}
