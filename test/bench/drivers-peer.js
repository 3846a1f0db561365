/** One peer of `drivers`: another client that reads the same row. */
import { Kysely, MysqlDialect } from 'kysely'
import { MatrixOne } from 'kysely-matrixone'
import { createPool } from 'mysql2'
import { optionalPeers } from './optional-peers.js'
import { servePeer } from './peers.js'
import { readPoint } from './point-table.js'
import { connectionOptions } from './server.js'

const connection = { ...connectionOptions(), database: 'kmo_bench_drivers', connectionLimit: 1 }
const text = 'select * from `p` where `id` = ?'

const make = {
  ours: () => {
    const db = new MatrixOne({ connection })
    return (index) => readPoint(db, index)
  },
  kysely: () => {
    const db = new Kysely({ dialect: new MysqlDialect({ pool: createPool(connection) }) })
    return (index) => readPoint(db, index)
  },
  mysql2: () => {
    const pool = createPool(connection).promise()
    return (index) => pool.query(text, [index % 200])
  },
  mariadb: async () => {
    const { default: mariadb } = await optionalPeers.mariadb()
    const pool = mariadb.createPool({ ...connection, allowPublicKeyRetrieval: true })
    return (index) => pool.query(text, [index % 200])
  },
  drizzle: async () => {
    const [{ drizzle }, core, { eq }] = await optionalPeers.drizzle()
    const p = core.mysqlTable('p', {
      id: core.int().primaryKey(),
      name: core.varchar({ length: 50 }),
      n: core.bigint({ mode: 'number' }),
      t: core.datetime({ mode: 'string' }),
      b: core.boolean(),
    })
    const db = drizzle({ client: createPool(connection) })
    return (index) =>
      db
        .select()
        .from(p)
        .where(eq(p.id, index % 200))
  },
}

await servePeer(await make[process.argv[2]]())
