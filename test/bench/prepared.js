/** One row by primary key over 16 connections: operations per second beside kysely's own MysqlDialect. */
import { ratioOf, spreadOf } from './measure.js'
import { interleavePeers } from './peers.js'
import { createPoints, dropPoints } from './point-table.js'
import { reportAtLeast } from './report.js'

const extent = { processes: 2, rounds: 80, operations: 160 }
const database = 'kmo_bench_prepared'

await createPoints(database)

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

await dropPoints(database)
