/**
 * One row by primary key beside other clients: mysql2 alone, kysely's MysqlDialect, and where they are installed
 * drizzle and the mariadb connector (`npm install --no-save drizzle-orm mariadb`).
 */
import { ratioOf, spreadOf } from './measure.js'
import { installedPeers } from './optional-peers.js'
import { interleavePeers } from './peers.js'
import { createPoints, dropPoints } from './point-table.js'
import { reportAtMost } from './report.js'

const extent = { processes: 4, rounds: 8, operations: 500 }
const database = 'kmo_bench_drivers'

/** A client that builds no query has less to do. */
const targets = { mysql2: 1.25, mariadb: 1.25, kysely: 1.05, drizzle: 1.05 }

await createPoints(database)
const others = ['mysql2', 'kysely', ...(await installedPeers())]
const results = await interleavePeers('drivers-peer.js', ['ours', ...others], extent)
for (const [words, measure] of [
  ['latency', 'elapsed'],
  ['client CPU', 'cpu'],
]) {
  const of = (name) => results[name].map((block) => block[measure])
  for (const name of others) {
    const [ours, theirs] = [of('ours'), of(name)]
    const title = `point query, ${words} / ${name}`
    reportAtMost(title, ratioOf(ours, theirs), targets[name], spreadOf(ours, theirs))
  }
}
await dropPoints(database)
