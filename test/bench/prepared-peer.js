/** One peer of `prepared`: 16 connections that each ask for one row after the other. */
import { Kysely, MysqlDialect } from 'kysely'
import { MatrixOne } from 'kysely-matrixone'
import { createPool } from 'mysql2'
import { servePeer } from './peers.js'
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
const operate = (index) =>
  db
    .selectFrom('p')
    .selectAll()
    .where('id', '=', index % 200)
    .execute()
await servePeer(operate, { workers, warmUp: 2000 })
