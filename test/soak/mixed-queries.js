/**
 * 50,000 mixed queries with hooks, listeners, an interceptor, deadlines and the log on: nothing grows.
 * Memory, timers, listeners and sockets are printed for each tenth.
 *
 *   MO_URL=mysql://user:password@host:6001 npm run soak -- mixed-queries [--queries 50000]
 */
import { getEventListeners } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { sql } from 'kysely'
import { MatrixOne, queryLogger, setSession } from 'kysely-matrixone'
import { connectionOptions, withStatements } from '../bench/server.js'
import { watchSockets } from './sockets.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')

const DATABASE = 'kmo_soak_mixed'
const POOL = 8
const flag = process.argv.indexOf('--queries')
const QUERIES = flag < 0 ? 50_000 : Number(process.argv[flag + 1])

const server = connectionOptions()
const sockets = watchSockets(server.port)
await withStatements(async (send) => {
  await send(`drop database if exists ${DATABASE}`)
  await send(`create database ${DATABASE}`)
})

const heard = { checkout: 0, checkin: 0, connect: 0, intercepted: 0, lines: 0, hooks: 0 }
const stopLog = queryLogger({ mode: 'auto', slowAfter: 60_000, write: () => (heard.lines += 1) })
const db = new MatrixOne({
  connection: { ...server, database: DATABASE, connectionLimit: POOL },
  hooks: ['enable_vector', setSession({ probe_limit: 8 }), () => void (heard.hooks += 1)],
  listeners: [
    {
      connect: () => void (heard.connect += 1),
      checkout: () => void (heard.checkout += 1),
      checkin: () => void (heard.checkin += 1),
    },
  ],
  interceptors: [
    {
      execute: (call, next) => {
        heard.intercepted += 1
        return next(call)
      },
    },
  ],
  statementTimeout: 60_000,
  acquireTimeout: 60_000,
})
await sql`create table items (id int primary key, v varchar(50), e vecf32(8))`.execute(db)

const { signal } = new AbortController()
const row = (id) => ({ id, v: `item ${id}`, e: Array.from({ length: 8 }, (_, i) => id / (i + 1)) })
const kinds = [
  (n) =>
    db
      .selectFrom('items')
      .selectAll()
      .where('id', '=', n % 500)
      .execute(),
  (n) =>
    db
      .insertInto('items')
      .values(row(1_000 + n))
      .execute(),
  (n) =>
    db
      .deleteFrom('items')
      .where('id', '=', 1_000 + n - POOL * 8)
      .execute(),
  (n) =>
    db
      .updateTable('items')
      .set({ v: `new ${n}` })
      .where('id', '=', n % 500)
      .execute(),
  (n) => sql`select ${n} as n`.execute(db.withDeadline({ timeout: 30_000, signal })),
  () => sql`selec nothing`.execute(db).catch(() => undefined),
  (n) =>
    db
      .withDeadline({ timeout: 30_000, signal })
      .transaction()
      .retry()
      .execute(async (trx) => {
        await trx
          .selectFrom('items')
          .select('id')
          .where('id', '=', n % 500)
          .execute()
      }),
  async () => {
    for await (const item of db.selectFrom('items').select('id').limit(20).stream(5)) {
      if (item.id > 10) break
    }
  },
  () => sql`select 1 as one`.execute(db, { signal }),
]
await db
  .insertInto('items')
  .values(Array.from({ length: 500 }, (_, id) => row(id)))
  .execute()

const measure = () => {
  collectGarbage()
  const { heapUsed, rss } = process.memoryUsage()
  const resources = process.getActiveResourcesInfo()
  return {
    heapMB: Number((heapUsed / 1e6).toFixed(1)),
    rssMB: Math.round(rss / 1e6),
    timers: resources.filter((name) => name === 'Timeout').length,
    sockets: sockets.open,
    signalListeners: getEventListeners(signal, 'abort').length,
    processListeners: process.eventNames().reduce((n, name) => n + process.listenerCount(name), 0),
  }
}

let next = 0
const run = async (until) => {
  const work = async () => {
    while (next < until) {
      const n = next++
      await kinds[n % kinds.length](n)
    }
  }
  await Promise.all(Array.from({ length: POOL }, work))
}

const started = performance.now()
const samples = []
for (let part = 1; part <= 10; part += 1) {
  await run((QUERIES * part) / 10)
  samples.push(measure())
  console.log(`${next} queries`, JSON.stringify(samples.at(-1)))
}
console.log('heard', heard, `in ${((performance.now() - started) / 1_000).toFixed(0)} s`)
stopLog()
await db.destroy()
await new Promise((resolve) => setTimeout(resolve, 200))
console.log('after destroy()', JSON.stringify(measure()))
const findings = []
const [first, last] = [samples[1], samples.at(-1)]
for (const name of ['timers', 'sockets', 'signalListeners', 'processListeners']) {
  if (last[name] > first[name]) findings.push(`${name} grew from ${first[name]} to ${last[name]}`)
}
if (last.heapMB > first.heapMB + 3)
  findings.push(`the heap grew by ${last.heapMB - first.heapMB} MB`)
if (sockets.open > 0) findings.push(`${sockets.open} sockets are open after destroy()`)
await withStatements((send) => send(`drop database ${DATABASE}`))
sockets.stop()
console.log(findings.length === 0 ? 'Nothing grew.' : findings.join('\n'))
process.exitCode = findings.length === 0 ? 0 : 1
setTimeout(() => {
  console.error('The process does not end by itself:', process.getActiveResourcesInfo())
  process.exit(1)
}, 5_000).unref()
