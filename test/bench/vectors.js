/** 1,000 rows of a 768-dimensional vector as arrays of numbers, beside kysely's own MysqlDialect. */
import { Kysely, MysqlDialect } from 'kysely'
import { MatrixOne } from 'kysely-matrixone'
import { createPool } from 'mysql2'
import { interleave, millisecondsOf, ratioOf } from './measure.js'
import { reportAtLeast } from './report.js'
import { connectionOptions, withStatements } from './server.js'

const database = 'kmo_bench_vectors'
const dimension = 768
const rowCount = 1000

/** Full 32-bit floats between -1 and 1, the same in each run. */
function* floats() {
  let state = 42
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield Math.fround(state / 2 ** 31 - 1)
  }
}

await withStatements(async (send) => {
  await send(`drop database if exists ${database}`)
  await send(`create database ${database}`)
  await send(`create table ${database}.v (id int primary key, v vecf32(${dimension}))`)
  const values = floats()
  for (let id = 0; id < rowCount; id += 100) {
    const rows = Array.from({ length: 100 }, (_, offset) => {
      const vector = Array.from({ length: dimension }, () => values.next().value)
      return `(${id + offset}, '[${vector.join(',')}]')`
    })
    await send(`insert into ${database}.v values ${rows.join(', ')}`)
  }
})

const options = { ...connectionOptions(), database, connectionLimit: 1 }
const pool = createPool(options)
const theirs = new Kysely({ dialect: new MysqlDialect({ pool }) })
const ours = new MatrixOne({ connection: options })

async function readTheirs() {
  const rows = await theirs.selectFrom('v').selectAll().execute()
  // mysql2 gives the vector as text.
  return rows.map((row) => ({ ...row, v: JSON.parse(row.v) }))
}

async function readOurs() {
  return ours.selectFrom('v').selectAll().execute()
}

const byId = (a, b) => a.id - b.id
const same =
  JSON.stringify((await readOurs()).toSorted(byId)) ===
  JSON.stringify((await readTheirs()).toSorted(byId))
if (!same) throw new Error('The peers do not read the same vectors.')

const times = await interleave(7, {
  theirs: () => millisecondsOf(readTheirs),
  ours: () => millisecondsOf(readOurs),
})
reportAtLeast(
  '1,000 × vecf32(768) by selectAll(), speed / MysqlDialect',
  ratioOf(times.theirs, times.ours),
  8,
)

await ours.destroy()
await withStatements((send) => send(`drop database ${database}`))
// kysely's destroy() would wait for sockets that MatrixOne never closes.
process.exit()
