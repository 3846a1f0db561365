/**
 * 20,000 random programs of three to eight statements through every kind of handle, against a model in
 * memory: no acknowledged write is lost, none stays that was rolled back, no read answers from another
 * time than it asks for.
 *
 *   MO_URL=mysql://user:password@host:6001 npm run soak -- random-programs [--programs 20000] [--seed 1]
 */
import { Kysely } from 'kysely'
import { MatrixOne, MatrixOneDialect, wrapTransaction } from 'kysely-matrixone'
import mysql from 'mysql2/promise'
import { connectionOptions, withStatements } from '../bench/server.js'
import { ProgramModel, textOf } from './program-model.js'
import { kinds } from './program-steps.js'

const DATABASE = 'kmo_soak_programs'
const SNAPSHOT = 'kmo_soak_programs_base'
const AT_ONCE = 8
/** Keys of one program; the first has a row from the beginning. */
const KEYS = 3
const numberAfter = (flag, otherwise) => {
  const at = process.argv.indexOf(flag)
  return at < 0 ? otherwise : Number(process.argv[at + 1])
}
const PROGRAMS = numberAfter('--programs', 20_000)
const SEED = numberAfter('--seed', 1)

const server = connectionOptions()
const connection = { ...server, database: DATABASE, connectionLimit: AT_ONCE }
await prepare()
const db = new MatrixOne({ connection, onHookError: 'throw' })
const plain = new Kysely({ dialect: new MatrixOneDialect({ connection }) })
const single = await mysql.createConnection({ ...server, database: DATABASE })
const given = new MatrixOne({ connection: single })

const undone = new Error('undone on purpose')
const counts = { programs: 0, acknowledged: 0, refused: 0, reads: 0, reported: 0 }
const violations = []

/** How a program gets its handle; `transaction` says who begins and ends it. */
const handles = {
  'the database': { run: (use) => use(db) },
  'the database with a schema': { run: (use) => use(db.withSchema(DATABASE)) },
  'the database with a deadline': { run: (use) => use(db.withDeadline({ timeout: 60_000 })) },
  'a plain Kysely': { run: (use) => use(plain) },
  'a given connection': { run: (use) => oneByOne(() => use(given)), alone: true },
  'a pinned connection': { run: (use) => db.pinned(use), held: true },
  'a connection': { run: (use) => db.connection().execute(use), held: true },
  'a connection of a plain Kysely': { run: (use) => plain.connection().execute(use), held: true },
  'a transaction': {
    run: (use, end) => db.transaction().execute(ending(use, end)),
    transaction: true,
  },
  'a transaction of a plain Kysely': {
    run: (use, end) => plain.transaction().execute(ending(use, end)),
    transaction: true,
  },
  'a transaction with a deadline': {
    run: (use, end) =>
      db.transaction().execute((trx) => ending(use, end)(trx.withDeadline({ timeout: 60_000 }))),
    transaction: true,
  },
  'a transaction on a pinned connection': {
    run: (use, end) => db.pinned((one) => one.transaction().execute(ending(use, end))),
    transaction: true,
  },
  'a controlled transaction': {
    run: async (use, end) => {
      const trx = await db.startTransaction().execute()
      try {
        await use(trx)
      } catch (error) {
        await trx.rollback().execute()
        throw error
      }
      await (end === 'commit' ? trx.commit().execute() : trx.rollback().execute())
      if (end !== 'commit') throw undone
    },
    transaction: true,
  },
  'a wrapped transaction': {
    run: async (use, end) => {
      const own = await mysql.createConnection({ ...server, database: DATABASE })
      try {
        await own.query('begin')
        await use(await wrapTransaction(own))
        await own.query(end)
        if (end !== 'commit') throw undone
      } finally {
        own.destroy()
      }
    },
    transaction: true,
  },
}

let before = Promise.resolve()
/** A given connection has one session: its programs run one after the other. */
function oneByOne(work) {
  const done = before.then(work)
  before = done.then(
    () => single.query('rollback'),
    () => single.query('rollback'),
  )
  return done
}

/** The callback of a transaction that commits, or throws to undo it. */
function ending(use, end) {
  return async (trx) => {
    await use(trx)
    if (end !== 'commit') throw undone
  }
}

let state = SEED
/** A number from 0 to 1 that depends on the seed only (mulberry32). */
function random() {
  state = (state + 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
const pick = (items) => items[Math.floor(random() * items.length)]

const totalWeight = kinds.reduce((sum, { weight }) => sum + weight, 0)
function pickStep() {
  let left = random() * totalWeight
  const drawn = kinds.find(({ weight }) => (left -= weight) < 0)
  const name = pick(Object.keys(drawn.steps))
  return { kind: drawn.kind, name, perform: drawn.steps[name] }
}

async function prepare() {
  await withStatements(async (send) => {
    await send(`drop snapshot if exists ${SNAPSHOT}`)
    await send(`drop database if exists ${DATABASE}`)
    await send(`create database ${DATABASE}`)
    await send(`create table ${DATABASE}.entries (id int primary key, v int)`)
    for (let from = 0; from < PROGRAMS; from += 1_000) {
      const rows = Array.from(
        { length: Math.min(1_000, PROGRAMS - from) },
        (_, at) => `(${(from + at) * KEYS}, 7)`,
      )
      await send(`insert into ${DATABASE}.entries values ${rows.join(', ')}`)
    }
    await send(`use ${DATABASE}`)
    await send(
      "create procedure kmo_soak_put (in k int, in x int) 'begin replace into entries (id, v) values (k, x); end'",
    )
    await send(`create snapshot ${SNAPSHOT} for database ${DATABASE}`)
  })
}

async function runProgram(number) {
  const keys = Array.from({ length: KEYS }, (_, at) => number * KEYS + at)
  const model = new ProgramModel([[keys[0], 7]])
  const name = pick(Object.keys(handles))
  const { run, held = false, alone = false, transaction = false } = handles[name]
  const end = random() < 0.6 ? 'commit' : 'rollback'
  const steps = Array.from({ length: 3 + Math.floor(random() * 6) }, pickStep)
  const values = steps.map(() => Math.floor(random() * 1_000))
  const chosen = steps.map(() => pick(keys))
  const trace = [`${name}, ${end}`]
  const blame = (what) => violations.push(`program ${number}: ${what}\n  ${trace.join('\n  ')}`)

  const use = async (handle) => {
    if (transaction) model.begin()
    for (const [at, { kind, name: step, perform }] of steps.entries()) {
      let sent = ''
      const context = {
        handle,
        keys,
        key: chosen[at],
        value: values[at],
        model,
        snapshot: SNAPSHOT,
        pick: (texts) => (sent = pick(texts)),
      }
      const outcome = await Promise.resolve()
        .then(() => perform(context))
        .then(
          (result) => ({ result }),
          (error) => ({ error }),
        )
      trace.push(
        `${step} ${context.key} ${context.value} ${sent}: ${outcome.error?.name ?? 'ok'} ${outcome.error?.message.slice(0, 90) ?? ''}`,
      )
      if (outcome.error !== undefined) {
        counts.refused += 1
        continue
      }
      counts.acknowledged += 1
      settle(kind, sent, outcome.result)
    }
  }

  const settle = (kind, sent, result) => {
    if (model.ended && kind !== 'rollback' && kind !== 'past')
      blame('acknowledged after the end of its transaction')
    if (kind === 'change') {
      for (const [key, value] of Object.entries(result)) model.write(Number(key), value)
    } else if (kind === 'read' || kind === 'past') {
      counts.reads += 1
      const expected = textOf(kind === 'past' ? model.base : model.visible)
      if (textOf(result) !== expected) blame(`read ${textOf(result)} and not ${expected}`)
    } else if (kind === 'forbidden') {
      blame('a forbidden statement was acknowledged')
    } else if (kind === 'begin' && transaction) {
      blame('BEGIN was acknowledged in a transaction')
    } else if (kind === 'begin' && (held || alone)) {
      model.begin()
    } else if (kind === 'commit' || kind === 'rollback') {
      if (transaction) {
        if (kind === 'commit') model.commit()
        else model.rollback()
        model.ended = true
      } else if (kind === 'commit') model.commit()
      else model.rollback()
    }
  }

  const error = await run(use, end).then(
    () => undefined,
    (reason) => reason,
  )
  if (error !== undefined && error !== undone) {
    counts.reported += 1
    trace.push(`ended with ${error.name}: ${error.message}`)
  }
  if (transaction && error === undefined && !model.ended) model.commit()
  else model.rollback()
  return { number, keys, expected: textOf(model.committed), trace }
}

async function main() {
  const rowsOf = async (send, keys) =>
    (await send(`select id, v from ${DATABASE}.entries where id in (${keys.join(', ')})`)).map(
      ({ id, v }) => [id, v],
    )
  for (let from = 0; from < PROGRAMS; from += 400) {
    const done = []
    let next = from
    const until = Math.min(PROGRAMS, from + 400)
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (next < until) done.push(await runProgram(next++))
      }),
    )
    counts.programs += done.length
    await withStatements(async (send) => {
      const rows = new Map(
        await rowsOf(
          send,
          done.flatMap(({ keys }) => keys),
        ),
      )
      for (const { number, keys, expected, trace } of done) {
        const found = textOf(keys.filter((key) => rows.has(key)).map((key) => [key, rows.get(key)]))
        if (found !== expected) {
          violations.push(
            `program ${number}: the table has ${found} and not ${expected}\n  ${trace.join('\n  ')}`,
          )
        }
      }
    })
    if (violations.length > 20) break
  }
}

await main()
console.log(JSON.stringify(counts))
for (const violation of violations.slice(0, 20)) console.log(violation)
console.log(
  violations.length === 0 ? 'The model and the server agree.' : `${violations.length} violations`,
)
await db.destroy()
await plain.destroy()
await given.destroy()
await withStatements(async (send) => {
  await send(`use ${DATABASE}`)
  await send('drop procedure kmo_soak_put')
  await send(`drop snapshot if exists ${SNAPSHOT}`)
  await send(`drop database if exists ${DATABASE}`)
})
process.exitCode = violations.length === 0 ? 0 : 1
