/**
 * 300,000 rows one by one and in batches, beside kysely's own MysqlDialect and mysql2's events; the memory
 * that this takes; and what the next query waits when a stream is left.
 */
import { Kysely, MysqlDialect } from 'kysely'
import { MatrixOne } from 'kysely-matrixone'
import { createPool } from 'mysql2'
import { interleave, median, ratioOf, spreadOf } from './measure.js'
import { reportAtMost } from './report.js'
import { connectionOptions, withStatements } from './server.js'

const database = 'kmo_bench_streams'
const rowCount = 300_000

await withStatements(async (send) => {
  await send(`drop database if exists ${database}`)
  await send(`create database ${database}`)
  await send(
    `create table ${database}.big (id int primary key, title varchar(40), price decimal(10,2), n bigint)`,
  )
  await send(
    `insert into ${database}.big select result, concat('title number ', result), result / 7, result * 3 ` +
      `from generate_series(1, ${rowCount}) g`,
  )
})

const options = { ...connectionOptions(), database, connectionLimit: 1 }
const theirs = new Kysely({ dialect: new MysqlDialect({ pool: createPool(options) }) })
const raw = createPool(options)
const ours = new MatrixOne({ connection: options })

async function countRows(rows) {
  let count = 0
  for await (const _row of rows) count++
  return count
}

async function countBatches(batches) {
  let count = 0
  for await (const rows of batches) count += rows.length
  return count
}

function countEvents() {
  return new Promise((resolve, reject) => {
    let count = 0
    const query = raw.query('select * from big')
    query.on('result', () => count++)
    query.on('error', reject)
    query.on('end', () => resolve(count))
  })
}

const peers = {
  theirs: () => countRows(theirs.selectFrom('big').selectAll().stream(1_000)),
  mysql2: countEvents,
  stream: () => countRows(ours.selectFrom('big').selectAll().stream(1_000)),
  batches: () => countBatches(ours.batches(ours.selectFrom('big').selectAll(), 1_000)),
}

async function measure(read) {
  const cpu = process.cpuUsage()
  const start = performance.now()
  if ((await read()) !== rowCount) throw new Error('A peer did not read every row.')
  const elapsed = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  return { elapsed, cpu: user + system }
}

const measured = Object.entries(peers).map(([peer, run]) => [peer, () => measure(run)])
// The first round only warms up.
const results = await interleave(8, Object.fromEntries(measured))
const of = (peer, key) => results[peer].slice(1).map((result) => result[key])
const compare = (words, peer, other, key, target) => {
  const [a, b] = [of(peer, key), of(other, key)]
  reportAtMost(`300,000 rows ${words}`, ratioOf(a, b), target, spreadOf(a, b))
}
compare("by stream(), time / MysqlDialect's", 'stream', 'theirs', 'elapsed', 0.3)
compare("by batches(), time / MysqlDialect's stream()", 'batches', 'theirs', 'elapsed', 0.3)
compare("by batches(), time / mysql2's events", 'batches', 'mysql2', 'elapsed', 1.6)
compare("by stream(), client CPU / MysqlDialect's", 'stream', 'theirs', 'cpu', 0.5)
compare("by batches(), client CPU / MysqlDialect's stream()", 'batches', 'theirs', 'cpu', 0.3)

const before = process.memoryUsage().rss
let most = before
for await (const _rows of ours.batches(ours.selectFrom('big').selectAll())) {
  most = Math.max(most, process.memoryUsage().rss)
}
reportAtMost('300,000 rows by batches(), growth of memory in MB', (most - before) / 1e6, 50)

const waits = []
for (let round = 0; round < 9; round++) {
  for await (const _row of ours.selectFrom('big').selectAll().stream()) break
  const start = performance.now()
  await ours.execute('select 1')
  waits.push(performance.now() - start)
}
reportAtMost('a stream that is left, milliseconds of the next query', median(waits), 10)

await ours.destroy()
await withStatements((send) => send(`drop database ${database}`))
// kysely's destroy() would wait for sockets that MatrixOne never closes.
process.exit()
