/** One row by primary key over 16 connections: operations per second beside kysely's own MysqlDialect. */
import { ratioOf, spreadOf } from './measure.js'
import { interleavePeers } from './peers.js'
import { reportAtLeast } from './report.js'
import { withStatements } from './server.js'

const extent = { processes: 2, rounds: 80, operations: 160 }
const database = 'kmo_bench_prepared'

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

const results = await interleavePeers('prepared-peer.js', ['theirs', 'text', 'prepared'], extent)
const speeds = (name) => results[name].map(({ elapsed }) => extent.operations / elapsed)
for (const [name, what, target] of [
  ['prepared', "with prepare: 'auto'", 1.5],
  ['text', 'as text', 0.95],
]) {
  const [ours, theirs] = [speeds(name), speeds('theirs')]
  const title = `point query over 16 connections, operations per second ${what} / MysqlDialect`
  reportAtLeast(title, ratioOf(ours, theirs), target, spreadOf(ours, theirs))
}

await withStatements((send) => send(`drop database ${database}`))
