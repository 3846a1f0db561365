/** One peer of `prepared`: 16 connections that each ask for one row after the other. */
import { Kysely, MysqlDialect } from 'kysely'
import { MatrixOne } from 'kysely-matrixone'
import { createPool } from 'mysql2'
import { servePeer } from './peers.js'
import { readPoint } from './point-table.js'
import { connectionOptions } from './server.js'

const workers = 16
const connection = {
  ...connectionOptions(),
  database: 'kmo_bench_prepared',
  connectionLimit: workers,
}

const make = {
  theirs: () => new Kysely({ dialect: new MysqlDialect({ pool: createPool(connection) }) }),
  text: () => new MatrixOne({ connection }),
  prepared: () => new MatrixOne({ connection, prepare: 'auto' }),
}

const db = make[process.argv[2]]()
await servePeer((index) => readPoint(db, index), { workers, warmUp: 2000 })
