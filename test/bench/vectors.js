/**
 * 1,000 and 10,000 rows of a 768-dimensional vector by `selectAll()`, beside kysely's own MysqlDialect with
 * JSON.parse, and beside the wire alone: mysql2 with values that stay the bytes that they arrive as.
 */
import { Kysely, MysqlDialect } from 'kysely'
import { MatrixOne } from 'kysely-matrixone'
import { createPool } from 'mysql2'
import { interleave, millisecondsOf, ratioOf, spreadOf } from './measure.js'
import { reportAtLeast } from './report.js'
import { connectionOptions, withStatements } from './server.js'

const database = 'kmo_bench_vectors'
const dimension = 768
const sizes = [
  { rows: 1_000, rounds: 7 },
  { rows: 10_000, rounds: 3 },
]

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
  const values = floats()
  for (const { rows } of sizes) {
    const table = `${database}.v${rows}`
    await send(`create table ${table} (id int primary key, v vecf32(${dimension}))`)
    for (let id = 0; id < rows; id += 100) {
      const inserted = Array.from({ length: 100 }, (_, offset) => {
        const vector = Float32Array.from({ length: dimension }, () => values.next().value)
        const bytes = Buffer.from(vector.buffer).toString('base64')
        return `(${id + offset}, vecf32_from_base64('${bytes}'))`
      })
      await send(`insert into ${table} values ${inserted.join(', ')}`)
    }
  }
})

const options = { ...connectionOptions(), database, connectionLimit: 1 }
const pool = createPool(options)
const wire = createPool(options)
const theirs = new Kysely({ dialect: new MysqlDialect({ pool }) })

const table = { columns: ['id', 'v'], vectors: { v: { element: 'f32', dimension } } }
const tables = Object.fromEntries(sizes.map(({ rows }) => [`v${rows}`, table]))

/** A client with the schema value that mo-codegen writes for these tables. */
function client(vector) {
  return new MatrixOne({ connection: options, schema: { types: { vector }, tables } })
}

const numbers = client('number[]')
const typed = client('Float32Array')

const byId = (a, b) => a.id - b.id
const textOf = (rows) =>
  JSON.stringify(rows.toSorted(byId).map(({ id, v }) => [id, Array.from(Float32Array.from(v))]))

async function readTheirs(name) {
  const rows = await theirs.selectFrom(name).selectAll().execute()
  // mysql2 gives the vector as text.
  return rows.map((row) => ({ ...row, v: JSON.parse(row.v) }))
}

function readWire(sql) {
  const typeCast = (field) => field.buffer()
  return new Promise((resolve, reject) => {
    wire.query({ sql, typeCast }, (error, rows) => (error ? reject(error) : resolve(rows)))
  })
}

for (const { rows, rounds } of sizes) {
  const name = `v${rows}`
  const peers = {
    theirs: () => readTheirs(name),
    numbers: () => numbers.selectFrom(name).selectAll().execute(),
    typed: () => typed.selectFrom(name).selectAll().execute(),
    textWire: () => readWire(`select id, v from ${name}`),
    base64Wire: () => readWire(`select id, to_base64(v) as v from ${name}`),
  }
  const read = textOf(await peers.theirs())
  if (textOf(await peers.numbers()) !== read || textOf(await peers.typed()) !== read) {
    throw new Error('The peers do not read the same vectors.')
  }
  const timed = Object.entries(peers).map(([peer, run]) => [peer, () => millisecondsOf(run)])
  const times = await interleave(rounds, Object.fromEntries(timed))
  const report = (ours, peer, words, target) =>
    reportAtLeast(
      `${rows.toLocaleString('en')} × vecf32(${dimension}) by selectAll() as ${ours === 'typed' ? 'Float32Array' : 'number[]'}, speed / ${words}`,
      ratioOf(times[peer], times[ours]),
      target,
      spreadOf(times[peer], times[ours]),
    )
  report('numbers', 'theirs', 'MysqlDialect and JSON.parse', 20)
  report('typed', 'theirs', 'MysqlDialect and JSON.parse', 30)
  report('typed', 'textWire', 'text wire', 1)
  report('typed', 'base64Wire', 'base64 wire', 0.7)
}

await Promise.all([numbers.destroy(), typed.destroy()])
await withStatements((send) => send(`drop database ${database}`))
// kysely's destroy() would wait for sockets that MatrixOne never closes.
process.exit()
