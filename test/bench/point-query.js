/** One row by primary key: latency and client CPU beside kysely's own MysqlDialect. */
import { ratioOf, spreadOf } from './measure.js'
import { interleavePeers } from './peers.js'
import { createPoints, dropPoints } from './point-table.js'
import { reportAtMost } from './report.js'

const extent = { processes: 6, rounds: 8, operations: 500 }
const database = 'kmo_bench_point'

await createPoints(database)

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

await dropPoints(database)
