/**
 * Random histories of DDL, and `check` after each step: a finding for each table that changed, none for
 * the others, at once and when the server has flushed its catalog.
 *
 *   MO_URL=… HISTORIES=200 HISTORY_ROUNDS=3 npx vitest run test/codegen/commands/histories.test.ts
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { MatrixOne } from 'kysely-matrixone'
import type { Finding } from 'mo-codegen'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeRandom, type Random, randomPair } from '../../schema/severity/random-pairs.js'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { Workspace } from '../cli/run-cli.js'

/** Few in the recording; a live run may ask for more. */
const HISTORIES = Number(process.env['HISTORIES'] ?? 8)
const ROUNDS = Number(process.env['HISTORY_ROUNDS'] ?? 1)
const SEED = Number(process.env['HISTORY_SEED'] ?? 1)
/** Seconds after a round; the catalog is flushed after five. */
const LATER = [0, 10, 30]

const server = useServer(import.meta.url)
const database = 'kmo_histories'
const work = new Workspace()
const random = makeRandom(SEED)
let db: MatrixOne<Record<string, never>>

/** One table, with its view, parent and a child with a composite foreign key. */
interface History {
  readonly table: string
  before: readonly string[]
}

const histories: History[] = []

async function run(statements: readonly string[]): Promise<void> {
  for (const statement of statements) {
    await db.execute(statement).catch((error: Error) => {
      throw new Error(`${statement}: ${error.message}`)
    })
  }
}

const drop = (table: string): readonly string[] => [
  `drop view if exists ${table}v`,
  `drop table if exists ${table}`,
  `drop table if exists ${table}p`,
]

/** DDL and DML that leave the schema as it was. */
const neutral: readonly ((history: History) => readonly string[])[] = [
  () => [],
  ({ table }) => [`delete from ${table} where id < 0`],
  ({ table }) => [`truncate table ${table}`],
  ({ table }) => [`alter table ${table} add column zz int`, `alter table ${table} drop column zz`],
  ({ table }) => [`create index zi on ${table} (n)`, `drop index zi on ${table}`],
  ({ table }) => [`create unique index zu on ${table} (n, s)`, `drop index zu on ${table}`],
  ({ table }) => [`alter table ${table} modify column note varchar(20) null`],
  ({ table }) => [
    `alter table ${table}c rename to ${table}d`,
    `alter table ${table}d rename to ${table}c`,
  ],
  ({ table, before }) => [...drop(table), ...before],
]

/** DDL that changes the schema. */
const real: readonly ((history: History) => readonly string[])[] = [
  ({ table }) => [`alter table ${table} add column zz int`],
  ({ table }) => [`alter table ${table} modify column note varchar(30) null`],
  ({ table }) => [`alter table ${table} comment 'changed'`],
  ({ table }) => [`create index zi on ${table} (n)`],
  ({ table }) => [`create unique index zu on ${table} (n, s)`],
  ({ table }) => drop(table),
  ({ table }) => [`create or replace view ${table}v as select id from ${table} where n > 99`],
]

const pick = <Item>(list: readonly Item[]): Item => list[random(list.length)] as Item

beforeAll(async () => {
  ;({ db } = await openDatabase<Record<string, never>>(server, database))
  await db.execute('create table pairs (x int, y int, primary key (x, y))')
  for (let at = 0; at < HISTORIES; at++) {
    const table = `h${at}`
    const { before } = randomPair(random, table)
    histories.push({ table, before })
    await run([
      ...before,
      `create table ${table}c (a int, b int, constraint ${table}fk foreign key (b, a) references pairs (y, x))`,
    ])
  }
}, 600_000)

afterAll(() => work.remove())

/** The tables that `check` has findings about, each with their rules. */
async function checkDrift(): Promise<ReadonlyMap<string, readonly string[]>> {
  const { stdout, stderr, code } = await work.run(['check', '--reporter', 'json'], env())
  if (code > 1) throw new Error(stderr)
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly Finding[] }
  const found = new Map<string, readonly string[]>()
  for (const { table = '', ruleId } of findings)
    found.set(table, [...(found.get(table) ?? []), ruleId])
  return found
}

function env(): Readonly<Record<string, string>> {
  return { DATABASE_URL: `${server.url}/${database}` }
}

/** Half of the histories go on with something that changes their schema; returns those. */
async function goOn(): Promise<ReadonlyMap<string, readonly string[]>> {
  const changed = new Map<string, readonly string[]>()
  for (const history of histories) {
    const { table, before } = history
    const isChanged = random(2) === 0
    const fresh = randomPairOf(random, table)
    const statements = !isChanged
      ? pick(neutral)(history)
      : random(3) === 0
        ? [...drop(table), ...fresh]
        : pick(real)(history)
    await run(statements)
    if (isChanged && statements.join() !== [...drop(table), ...before].join()) {
      changed.set(table, statements)
    }
  }
  return changed
}

/** The DDL of a table that has nothing to do with the one before. */
function randomPairOf(from: Random, table: string): readonly string[] {
  return randomPair(from, table).after
}

/** Findings without a change, and changes without a finding. */
function surprises(
  found: ReadonlyMap<string, readonly string[]>,
  changed: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const historyOf = (table: string): string => table.replace(/[pvcd]$/, '')
  const foundHistories = new Set([...found.keys()].map(historyOf))
  return [
    ...[...found]
      .filter(([table]) => !changed.has(historyOf(table)) || /[cd]$/.test(table))
      .map(([table, rules]) => `${table}: ${rules.join(', ')}, and nothing was changed`),
    ...[...changed]
      .filter(([table]) => !foundHistories.has(table))
      .map(([table, statements]) => `${table}: nothing found after ${statements.join('; ')}`),
  ]
}

describe.each(Array.from({ length: ROUNDS }, (_, at) => at + 1))(
  'round %i of the histories',
  (round) => {
    it('is found as it was made, at once and later', async () => {
      // Each round begins with the tables as they were.
      if (round > 1)
        for (const { table, before } of histories) await run([...drop(table), ...before])
      expect((await work.run(['generate'], env())).code).toBe(0)
      expect([...(await checkDrift())]).toEqual([])
      const changed = await goOn()
      let waited = 0
      for (const seconds of LATER) {
        if (server.mode !== 'replay') await sleep((seconds - waited) * 1_000)
        waited = seconds
        expect([seconds, surprises(await checkDrift(), changed)]).toEqual([seconds, []])
      }
    }, 1_200_000)
  },
)
