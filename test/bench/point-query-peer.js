/** One peer of `point-query`; stderr goes nowhere, so that the log is written but costs no terminal. */
import { Kysely, MysqlDialect } from 'kysely'
import { MatrixOne, queryLogger } from 'kysely-matrixone'
import { createPool } from 'mysql2'
import { servePeer } from './peers.js'
import { readPoint } from './point-table.js'
import { connectionOptions } from './server.js'

const connection = { ...connectionOptions(), database: 'kmo_bench_point', connectionLimit: 1 }
const hooks = ['enable_hnsw', async (one) => void (await one.execute('select 1'))]
const interceptors = [{ execute: (_call, next) => next() }]

const make = {
  theirs: () => new Kysely({ dialect: new MysqlDialect({ pool: createPool(connection) }) }),
  ours: () => new MatrixOne({ connection }),
  hooked: () => new MatrixOne({ connection, hooks, interceptors }),
  logged: () => {
    queryLogger({ mode: 'auto' })
    return new MatrixOne({ connection })
  },
}

const db = make[process.argv[2]]()
await servePeer((index) => readPoint(db, index))
