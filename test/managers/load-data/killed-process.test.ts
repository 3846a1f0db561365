/** A process that is killed while it loads: of a block there is all or nothing, and no table of ours stays. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import type { BulkReport, MatrixOne } from 'kysely-matrixone'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, type TestDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url, { proxy: true })
const SMALL = { chunkBytes: 4_000 }
const COUNT = 2_000

interface DB {
  points: { id: number; name: string | null }
}

let database: TestDatabase<DB>
let db: MatrixOne<DB>

beforeAll(async () => {
  database = await openDatabase<DB>(server, 'kmo_killed_process')
  db = database.db
  await sql`create table points (id int primary key, name varchar(40))`.execute(db)
})

beforeEach(async () => {
  await sql`delete from points where true`.execute(db)
})

const rows = Array.from({ length: COUNT }, (_, id) => ({ id, name: `point ${id}` }))

/** A process of its own that runs the statement with `db` and `rows`, and prints each report. */
function startProgram(statement: string): ChildProcess {
  const program = `
    import { MatrixOne } from ${JSON.stringify(new URL('../../../src/dist/index.js', import.meta.url).href)}
    const db = new MatrixOne({ connection: ${JSON.stringify(database.options)} })
    const rows = ${JSON.stringify(rows)}
    const progress = (report) => console.log(JSON.stringify(report))
    await ${statement}
    console.log('done')`
  return spawn(process.execPath, ['--input-type=module'], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    stdio: ['pipe', 'pipe', 'inherit'],
  }).once('spawn', function (this: ChildProcess) {
    this.stdin?.end(program)
  })
}

/** Kills the program in the middle of the statement; resolves with what it has printed. */
async function killDuring(
  statement: RegExp,
  nth: number,
  call: string,
): Promise<readonly string[]> {
  // Held up by the network: the server has the block and its transaction open, and waits for more.
  const held = server.faults.blackHole({ at: 'after', statement, nth })
  const child = startProgram(call)
  let said = ''
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = once(child, 'close')
  await held.struck
  child.kill('SIGKILL')
  await ended
  return said.split('\n').filter((line) => line !== '')
}

const idsThere = async (): Promise<number[]> =>
  (await db.selectFrom('points').select('id').orderBy('id').execute()).map(({ id }) => id)

/** The server hears of the end of a connection a little later than the process that was killed. */
async function tablesLeft(): Promise<unknown[]> {
  for (let poll = 0; ; poll += 1) {
    const { rows: tables } = await sql`show tables`.execute(db)
    if (tables.length === 1 || poll === 20) return tables
    await sleep(server.mode === 'replay' ? 0 : 200)
  }
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe('a process that is killed', () => {
  it.each([
    ['while a block is on its way', /^load data/],
    ['between a load and the copy that checks keys', /^insert into .*__load_/],
  ])('in bulkInsert, %s, leaves whole blocks, and another goes on', async (_when, statement) => {
    const call = `db.bulkInsert('points', rows, { ...${JSON.stringify(SMALL)}, progress })`
    const said = await killDuring(statement, 3, call)
    const report = JSON.parse(said.at(-1) ?? '') as BulkReport
    expect(report.resumeFrom).toBeGreaterThan(0)
    expect(report.resumeFrom).toBeLessThan(COUNT)
    expect(await tablesLeft()).toEqual([{ Tables_in_kmo_killed_process: 'points' }])
    expect(await idsThere()).toEqual(numbers(report.resumeFrom))

    const rest = await db.bulkInsert('points', rows, { ...SMALL, resume: report })
    expect(rest.resumeFrom).toBe(COUNT)
    expect(await idsThere()).toEqual(numbers(COUNT))
  })

  it.each([
    ['check', /^insert into .*__load_/],
    ['trust', /^load data/],
  ])('in loadData.rows with keys: %j leaves nothing', async (keys, statement) => {
    const said = await killDuring(
      statement,
      1,
      `db.loadData.rows('points', rows, { keys: '${keys}' })`,
    )
    expect(said).toEqual([])
    expect(await tablesLeft()).toEqual([{ Tables_in_kmo_killed_process: 'points' }])
    expect(await idsThere()).toEqual([])
    await db.loadData.rows('points', rows)
    expect(await idsThere()).toEqual(numbers(COUNT))
  })
})
