/** One row by primary key: latency and client CPU beside kysely's own MysqlDialect. */
import { ratioOf, spreadOf } from './measure.js'
import { interleavePeers } from './peers.js'
import { reportAtMost } from './report.js'
import { withStatements } from './server.js'

const extent = { processes: 6, rounds: 8, operations: 500 }
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

const names = ['theirs', 'ours', 'hooked', 'logged']
const results = await interleavePeers('point-query-peer.js', names, extent)
for (const [what, name, measure, target] of [
  ['latency', 'ours', 'elapsed', 1.05],
  ['client CPU', 'ours', 'cpu', 1.05],
  ['client CPU with hooks and an interceptor', 'hooked', 'cpu', 1.05],
  ["client CPU with queryLogger({ mode: 'auto' })", 'logged', 'cpu', 1.15],
]) {
  const [ourValues, theirValues] = [results[name], results.theirs].map((all) =>
    all.map((block) => block[measure]),
  )
  const ratio = ratioOf(ourValues, theirValues)
  const spread = spreadOf(ourValues, theirValues)
  reportAtMost(`point query, ${what} / MysqlDialect`, ratio, target, spread)
}

await withStatements((send) => send(`drop database ${database}`))
