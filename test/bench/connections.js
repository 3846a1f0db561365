/** Getting a connection: a new one that is set up beside one that is only opened, and one of the pool. */
import { MatrixOne, setSession } from 'kysely-matrixone'
import { createPool } from 'mysql2/promise'
import { interleave, millisecondsOf, ratioOf, spreadOf } from './measure.js'
import { interleavePeers } from './peers.js'
import { reportAtMost } from './report.js'
import { connectionOptions } from './server.js'

const connection = { ...connectionOptions(), connectionLimit: 1 }
const settings = {
  experimental_ivf_index: 1,
  experimental_hnsw_index: 1,
  probe_limit: 20,
  lock_wait_timeout: 10,
}

const connects = {
  async opened() {
    const pool = createPool(connection)
    const time = await millisecondsOf(async () => (await pool.getConnection()).destroy())
    await pool.end()
    return time
  },
  async setUp() {
    const db = new MatrixOne({ connection, hooks: setSession(settings) })
    const time = await millisecondsOf(() => db.connection().execute(async () => undefined))
    await db.destroy()
    return time
  },
}
await interleave(10, connects)
const times = await interleave(100, connects)
reportAtMost(
  'a new connection with four settings, latency / only opened',
  ratioOf(times.setUp, times.opened),
  1.45,
  spreadOf(times.setUp, times.opened),
)

const results = await interleavePeers('checkout-peer.js', ['bare', 'hooked'], {
  processes: 12,
  rounds: 4,
  operations: 50_000,
})
const [hooked, bare] = [results.hooked, results.bare].map((all) => all.map(({ cpu }) => cpu))
reportAtMost(
  'a checkout with hooks, client CPU / without',
  ratioOf(hooked, bare),
  1.02,
  spreadOf(hooked, bare),
)
