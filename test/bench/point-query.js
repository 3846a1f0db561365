/** One row by primary key: latency and client CPU beside kysely's own MysqlDialect. */
import { Kysely, MysqlDialect } from 'kysely'
import { MatrixOne } from 'kysely-matrixone'
import { createPool } from 'mysql2'
import { interleave, median, ratioOf } from './measure.js'
import { reportAtMost } from './report.js'
import { connectionOptions, withStatements } from './server.js'

const rounds = 80
const queriesOfBlock = 60
const database = 'kmo_bench_point'

await withStatements(async (send) => {
  const rows = Array.from(
    { length: 200 },
    (_, id) => `(${id}, 'name ${id}', ${id * 1000}, '2024-05-06 07:08:09', true)`,
  )
  await send(`drop database if exists ${database}`)
  await send(`create database ${database}`)
  await send(
    `create table ${database}.p (id int primary key, name varchar(50), n bigint, t datetime, b bool)`,
  )
  await send(`insert into ${database}.p values ${rows.join(', ')}`)
})

const options = { ...connectionOptions(), database, connectionLimit: 1 }
const pool = createPool(options)
const theirs = new Kysely({ dialect: new MysqlDialect({ pool }) })
const ours = new MatrixOne({ connection: options })

async function measureBlock(db) {
  const latencies = []
  const cpuBefore = process.cpuUsage()
  for (let index = 0; index < queriesOfBlock; index++) {
    const start = performance.now()
    await db
      .selectFrom('p')
      .selectAll()
      .where('id', '=', index % 200)
      .execute()
    latencies.push(performance.now() - start)
  }
  const cpu = process.cpuUsage(cpuBefore)
  return { latency: median(latencies), cpu: cpu.user + cpu.system }
}

const peers = { theirs: () => measureBlock(theirs), ours: () => measureBlock(ours) }
await interleave(10, peers)
const results = await interleave(rounds, peers)
for (const measure of ['latency', 'cpu']) {
  const [ourValues, theirValues] = [results.ours, results.theirs].map((blocks) =>
    blocks.map((block) => block[measure]),
  )
  reportAtMost(`point query, ${measure} / MysqlDialect`, ratioOf(ourValues, theirValues), 1.05)
}

await ours.destroy()
await withStatements((send) => send(`drop database ${database}`))
// kysely's destroy() would wait for sockets that MatrixOne never closes.
process.exit()
