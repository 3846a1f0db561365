/**
 * Vector search beside filters: recall, rows, and time against the better of exact and index.
 *
 *   MO_URL=… npm run bench -- search                                      20,000 × 128, l2
 *   MO_URL=… npm run bench -- search --rows=200000 --metric=cosine
 *   MO_URL=… npm run bench -- search --rows=20000 --dimension=768 --queries=10
 *   MO_URL=… npm run bench -- search --element=int8
 *   MO_URL=… npm run bench -- search --all [--kept]                       every size and metric, one after the other
 *
 * With `--kept` the tables stay on the server and are taken from there the next time: 200,000 rows take
 * minutes to load. `--only-load` makes them beforehand and measures nothing.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { MatrixOne } from 'kysely-matrixone'
import { median } from './measure.js'
import { reportAtLeast, reportAtMost } from './report.js'
import { connectionOptions, withStatements } from './server.js'

const flag = (name, otherwise) =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.split('=')[1] ?? otherwise
const rowCount = Number(flag('rows', '20000'))
const dimension = Number(flag('dimension', '128'))
const queryCount = Number(flag('queries', '20'))
const metric = flag('metric', 'l2')
const element = flag('element', 'f32')
const lists = Math.round(Math.sqrt(rowCount))
const isKept = process.argv.includes('--kept') || process.argv.includes('--only-load')
const database = `kmo_bench_search${isKept ? `_${rowCount}_${dimension}_${metric}_${element}` : ''}`
const K = 10

if (process.argv.includes('--all')) {
  const sizes = [
    [20_000, 128],
    [200_000, 128],
    [20_000, 768],
  ]
  const others = process.argv.slice(2).filter((word) => word.startsWith('--') && word !== '--all')
  for (const [rows, elements] of sizes) {
    for (const each of ['l2', 'cosine', 'ip']) {
      const flags = [`--rows=${rows}`, `--dimension=${elements}`, `--metric=${each}`, ...others]
      const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), ...flags], {
        stdio: 'inherit',
      })
      process.exitCode = Math.max(process.exitCode ?? 0, status ?? 1)
    }
  }
  process.exit()
}

/** The same numbers in each run. */
let state = 42
const random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return state / 2 ** 32
}
const bell = () => random() + random() + random() + random() - 2
const centres = Array.from({ length: 200 }, () =>
  Array.from({ length: dimension }, () => bell() * 4),
)
const vectors = Array.from({ length: rowCount }, () => {
  const centre = centres[Math.floor(random() * centres.length)]
  return rounded(centre.map((value) => value + bell()))
})
const queries = Array.from({ length: queryCount }, () => {
  const near = vectors[Math.floor(random() * rowCount)]
  return rounded(Array.from(near, (value) => value + bell() / 4))
})

/** As the column stores it: the narrow types hold these integers exactly. */
function rounded(vector) {
  if (element === 'f32') return Float32Array.from(vector)
  if (element === 'f64') return Float64Array.from(vector)
  const lowest = element === 'uint8' ? 0 : -127
  return vector.map((value) => Math.min(127, Math.max(lowest, Math.round(value * 8))))
}

/** Whether a whole table is there from the last time; the index is made last. */
async function isLoaded(send) {
  const rows = await send(
    `select count(*) as n from mo_catalog.mo_indexes i join mo_catalog.mo_tables t on t.rel_id = i.table_id ` +
      `where t.reldatabase = '${database}' and i.name = 'near'`,
  )
  return rows[0].n > 0
}

await withStatements(async (send) => {
  if (isKept && (await isLoaded(send))) return
  await send(`drop database if exists ${database}`)
  await send(`create database ${database}`)
  await send(
    `create table ${database}.items (id bigint primary key, half int, twentieth int, part int, few int, n int, v vec${element}(${dimension}))`,
  )
  const size = Math.max(10, Math.floor(100_000 / dimension))
  for (let at = 0; at < rowCount; at += size) {
    const rows = vectors.slice(at, at + size).map((vector, offset) => {
      const id = at + offset + 1
      // As text a vector takes the server three times as long.
      const value =
        element === 'f32'
          ? `vecf32_from_base64('${Buffer.from(vector.buffer).toString('base64')}')`
          : `'[${vector.join(',')}]'`
      return `(${id}, ${id % 2}, ${id % 20}, ${id % 200}, ${id % 1000}, ${(id * 7919) % rowCount}, ${value})`
    })
    await send(`insert into ${database}.items values ${rows.join(', ')}`)
  }
  await send(
    // Its statistics come with what is written to disk, after some seconds on its own.
    `select mo_ctl('dn', 'flush', '${database}.items')`,
  )
  await send(
    `create index near using ivfflat on ${database}.items (v) lists = ${lists} op_type 'vector_${metric}_ops'`,
  )
})
if (process.argv.includes('--only-load')) process.exit()

const indexes = [{ name: 'near', algo: 'ivfflat', metric }]
const schema = {
  tables: { items: { key: ['id'], vectors: { v: { element, dimension, indexes } } } },
}
const db = new MatrixOne({
  connection: { ...connectionOptions(), database, connectionLimit: 1 },
  schema,
})

/**
 * Each cell: its filter for the nth query, the same in memory, and whether the index can be asked at all.
 * Every query has values of its own, as users have: what there is to count is counted in the time.
 */
const cells = {
  'no filter': [() => [(search) => search, () => true], true],
  '50 %': [(nth) => equal('half', nth, 2), true],
  '5 %': [(nth) => equal('twentieth', nth, 20), true],
  '0.5 %': [(nth) => equal('part', nth, 200), true],
  '0.1 %': [(nth) => equal('few', nth, 1000), true],
  '100 matches': [(nth) => range('n', nth * 200, 100), true],
  '101 matches': [(nth) => range('n', nth * 200, 101), true],
  'key range': [(nth) => range('id', nth * 10, rowCount / 20), false],
  'key list': [(nth) => list([1, 5, 9, 14].map((id) => id + nth)), false],
  'key and column': [
    (nth) => [
      (search) => search.where('id', '>', rowCount / 2 + nth).where('half', '=', 1),
      (id) => id > rowCount / 2 + nth && id % 2 === 1,
    ],
    false,
  ],
}

const columns = {
  id: (id) => id,
  half: (id) => id % 2,
  twentieth: (id) => id % 20,
  part: (id) => id % 200,
  few: (id) => id % 1000,
  n: (id) => (id * 7919) % rowCount,
}

function equal(column, nth, values) {
  const value = (3 + nth) % values
  return [(search) => search.where(column, '=', value), (id) => columns[column](id) === value]
}

function range(column, from, count) {
  return [
    (search) => search.where(column, '>=', from).where(column, '<', from + count),
    (id) => columns[column](id) >= from && columns[column](id) < from + count,
  ]
}

function list(ids) {
  return [(search) => search.where('id', 'in', ids), (id) => ids.includes(id)]
}

const dot = (a, b) => a.reduce((sum, value, at) => sum + value * b[at], 0)
const measures = {
  l2: (a, b) => a.reduce((sum, value, at) => sum + (value - b[at]) ** 2, 0),
  cosine: (a, b) => 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)),
  ip: (a, b) => -dot(a, b),
}

/** The rows that may be among the nearest, and how many there are to find, by comparing all of them here. */
function nearest(distances, matches) {
  const sorted = distances.filter(([id]) => matches(id)).toSorted((a, b) => a[1] - b[1])
  const most = sorted[Math.min(K, sorted.length) - 1]?.[1]
  // Integers have rows of one distance: any of them will do as the last.
  const ids = new Set(sorted.filter(([, distance]) => distance <= most).map(([id]) => id))
  return { ids, count: Math.min(K, sorted.length) }
}

/** The share of the nearest rows that a search found. */
function recallOf(found, { ids, count }) {
  return count === 0 ? 1 : Math.min(count, found.filter((id) => ids.has(id)).length) / count
}

/** The nth order of a list; all of them take turns. */
function orderOf(list, nth) {
  if (list.length < 2) return list
  const at = nth % list.length
  return [list[at], ...orderOf(list.toSpliced(at, 1), Math.floor(nth / list.length))]
}

async function timed(search) {
  const start = performance.now()
  const rows = await search.execute()
  return { ms: performance.now() - start, ids: rows.map(({ id }) => id) }
}

const results = Object.fromEntries(
  Object.keys(cells).map((name) => [
    name,
    { recall: [], missing: 0, plain: [], times: [], exact: [], index: [] },
  ]),
)
for (const [nth, query] of queries.entries()) {
  const distances = vectors.map((vector, at) => [at + 1, measures[metric](vector, query)])
  for (const [name, [filterOf, hasIndex]] of Object.entries(cells)) {
    const result = results[name]
    const [filter, matches] = filterOf(nth)
    const truth = nearest(distances, matches)
    const search = filter(db.vectorSearch('items', 'v', query).select('id').limit(K))
    // In every order equally often, so that each path runs behind each other one, and as often first: behind
    // the index, whose reading takes the caches, the same statement takes half as long again.
    const runs = [
      ['auto', search],
      ['exact', search.using('exact')],
    ]
    if (hasIndex) runs.push(['index', search.using('index')])
    const done = {}
    for (const [path, run] of orderOf(runs, nth)) done[path] = await timed(run)
    result.recall.push(recallOf(done.auto.ids, truth))
    if (done.auto.ids.length < truth.count) result.missing += 1
    if (hasIndex) result.plain.push(recallOf(done.index.ids, truth))
    result.times.push(done.auto.ms)
    result.exact.push(done.exact.ms)
    if (hasIndex) result.index.push(done.index.ms)
  }
}

const size = `${rowCount} × ${dimension} ${element}, ${metric}`
console.log(`${size}, ivfflat with ${lists} lists, ${queryCount} queries, ${K} rows`)
for (const [name, result] of Object.entries(results)) {
  const { recall, missing, plain, times, exact, index: indexTimes } = result
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
  const isRight = plain.length > 0 && mean(plain) >= 0.99
  // An index that loses rows is not an answer that a search could be as fast as.
  const best = Math.min(median(exact), isRight ? median(indexTimes) : Infinity)
  const alone = plain.length === 0 ? '' : `; recall of the index alone ${mean(plain).toFixed(2)}`
  const ms = (each) => (each.length === 0 ? '–' : median(each).toFixed(1))
  console.log(
    `${name}: ${missing} of ${queryCount} with too few rows${alone}; ${ms(times)} ms, exact ${ms(exact)}, index ${ms(indexTimes)}`,
  )
  reportAtLeast(`${size}, ${name}: recall@${K}`, mean(recall), 0.99)
  reportAtMost(`${size}, ${name}: time / better of exact and index`, median(times) / best, 1.3)
}

await db.destroy()
if (!isKept) await withStatements((send) => send(`drop database ${database}`))
process.exit()
