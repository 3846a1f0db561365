/**
 * Many rows with vectors into a table with a primary key, by bulkInsert beside kysely's `values()` of 1,000 and
 * LOAD DATA by hand; and the memory of rows from a generator, which must not grow with their number.
 *
 *   MO_URL=… npm run bench -- bulk                    50,000 × vecf32(128), and 500,000 small rows
 *   MO_URL=… npm run bench -- bulk --rows=5000000     so many small rows instead
 *   MO_URL=… npm run bench -- bulk --vectors=5000     so many vectors instead
 */
import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely, MysqlDialect } from 'kysely'
import { MatrixOne } from 'kysely-matrixone'
import { createPool } from 'mysql2'
import { interleave, millisecondsOf, ratioOf, spreadOf } from './measure.js'
import { reportAtLeast, reportAtMost } from './report.js'
import { connectionOptions, withStatements } from './server.js'

const database = 'kmo_bench_bulk'
const dimension = 128
const rounds = 3

const flagOf = (name, otherwise) =>
  Number(process.argv.find((word) => word.startsWith(`--${name}=`))?.split('=')[1] ?? otherwise)

const vectors = flagOf('vectors', 50_000)
const rows = flagOf('rows', 500_000)

/** Full 32-bit floats between -1 and 1, the same in each run. */
let state = 42
const nextFloat = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return Math.fround(state / 2 ** 31 - 1)
}

const data = Array.from({ length: vectors }, (_, id) => ({
  id,
  name: `name of row ${id}`,
  v: Float32Array.from({ length: dimension }, nextFloat),
}))

const columns = `(id bigint primary key, name varchar(50), v vecf32(${dimension}))`
const tables = ['theirs', 'by_hand', 'checked', 'trusted', 'four']

await withStatements(async (send) => {
  await send(`drop database if exists ${database}`)
  await send(`create database ${database}`)
  for (const table of tables) await send(`create table ${database}.${table} ${columns}`)
  await send(`create table ${database}.small (id bigint primary key, name varchar(50))`)
})

const options = { ...connectionOptions(), database }
const pool = createPool({
  ...options,
  flags: ['+LOCAL_FILES'],
  connectionLimit: 1,
})
const theirs = new Kysely({ dialect: new MysqlDialect({ pool }) })
const db = new MatrixOne({ connection: { ...options, connectionLimit: 4 } })

const digitsOf = (vector) => {
  let text = ''
  for (const value of vector) text += `,${value.toPrecision(9)}`
  return `[${text.slice(1)}]`
}

async function insertTheirs() {
  for (let start = 0; start < data.length; start += 1_000) {
    const part = data.slice(start, start + 1_000)
    await theirs
      .insertInto('theirs')
      .values(part.map(({ id, name, v }) => ({ id, name, v: `[${v.join(',')}]` })))
      .execute()
  }
}

/** As one would write it with care: a file, nine digits, the server's own statement, no check of keys. */
async function loadByHand() {
  const folder = mkdtempSync(join(tmpdir(), 'kmo-bulk-'))
  const path = join(folder, 'rows.csv')
  const file = await open(path, 'w')
  for (let start = 0; start < data.length; start += 1_000) {
    const lines = data.slice(start, start + 1_000)
    await file.write(lines.map(({ id, name, v }) => `${id},"${name}","${digitsOf(v)}"\n`).join(''))
  }
  await file.close()
  const sql =
    `load data local infile 'rows' into table by_hand fields terminated by ',' enclosed by '"' ` +
    `lines terminated by '\\n'`
  await new Promise((resolve, reject) => {
    pool.query({ sql, infileStreamFactory: () => createReadStream(path) }, (error, result) =>
      error ? reject(error) : resolve(result),
    )
  })
  rmSync(folder, { recursive: true })
}

/** Times a peer on an empty table, and checks that every row came in. */
function timed(table, run) {
  return async () => {
    await withStatements((send) => send(`delete from ${database}.${table} where true`))
    const time = await millisecondsOf(run)
    const [{ n }] = await withStatements((send) =>
      send(`select count(*) n from ${database}.${table}`),
    )
    if (Number(n) !== data.length) throw new Error(`${table} has ${n} rows.`)
    return time
  }
}

const times = await interleave(rounds, {
  theirs: timed('theirs', insertTheirs),
  byHand: timed('by_hand', loadByHand),
  checked: timed('checked', () => db.bulkInsert('checked', data)),
  trusted: timed('trusted', () => db.bulkInsert('trusted', data, { keys: 'trust' })),
  four: timed('four', () => db.bulkInsert('four', data, { connections: 4 })),
})

const what = `${data.length.toLocaleString('en')} × vecf32(${dimension}) by bulkInsert`
const report = (ours, peer, words, target) =>
  reportAtLeast(
    `${what}${words}`,
    ratioOf(times[peer], times[ours]),
    target,
    spreadOf(times[peer], times[ours]),
  )
report('checked', 'theirs', ', keys checked, speed / kysely values() of 1,000', 3)
report('trusted', 'theirs', ", keys: 'trust', speed / kysely values() of 1,000", 4)
report('four', 'theirs', ', four connections, speed / kysely values() of 1,000', 3)
report('trusted', 'byHand', ", keys: 'trust', speed / LOAD DATA by hand", 0.8)

/** The most memory while rows come from a generator, in the first and in the last tenth. */
async function memoryOf(count) {
  const peaks = [0, 0]
  function* generate() {
    for (let id = 0; id < count; id += 1) yield { id, name: `name of row ${id}` }
  }
  await db.bulkInsert('small', generate(), {
    progress: ({ resumeFrom }) => {
      const { rss } = process.memoryUsage()
      if (resumeFrom <= count * 0.3) peaks[0] = Math.max(peaks[0], rss)
      if (resumeFrom >= count * 0.7) peaks[1] = Math.max(peaks[1], rss)
    },
    chunkBytes: 1024 * 1024,
  })
  return peaks
}

const [early, late] = await memoryOf(rows)
reportAtMost(
  `${rows.toLocaleString('en')} rows from a generator, memory in the last third / in the first`,
  late / early,
  1.25,
)

await db.destroy()
await withStatements((send) => send(`drop database ${database}`))
process.exit()
