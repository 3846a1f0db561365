/**
 * Random histories of DDL, some steps each, and `check` after them: a finding for each table that is
 * another now, none for the others; at once, when the server has flushed its catalog, and after a
 * restart of the server where the environment names the commands for it.
 *
 *   MO_URL=… HISTORIES=200 npx vitest run test/codegen/commands/histories.test.ts
 */
import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Finding } from 'mo-codegen'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeRandom } from '../../schema/severity/random-pairs.js'
import { withClient } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { Workspace } from '../cli/run-cli.js'
import { History } from './random-history.js'

/** Few in the recording; a live run may ask for more. */
const HISTORIES = Number(process.env['HISTORIES'] ?? 8)
const ROUNDS = Number(process.env['HISTORY_ROUNDS'] ?? 1)
const SEED = Number(process.env['HISTORY_SEED'] ?? 1)
/** Steps of a history between two checks, at most. */
const STEPS = 5
/** Seconds after a round; the catalog is flushed after five. */
const LATER = [0, 10, 30]
const { MO_NODE_STOP: stop, MO_NODE_START: start } = process.env

const server = useServer(import.meta.url)
const database = 'kmo_histories'
const work = new Workspace()
const random = makeRandom(SEED)
let histories: readonly History[] = []

type Send = (statement: string) => Promise<unknown>

/** A client for each phase: a restart in between would break its connection. */
async function withStatements(use: (send: Send) => Promise<void>, name?: string): Promise<void> {
  const options = name === undefined ? server.options : { ...server.options, database: name }
  await withClient({ options }, { connection: { connectionLimit: 1 } }, (db) =>
    use((statement) => db.execute(statement)),
  )
}

const dropDatabase = (): Promise<void> =>
  withStatements((send) => send(`drop database if exists ${database}`).then(() => undefined))

beforeAll(async () => {
  histories = Array.from(
    { length: HISTORIES },
    (_, at) => new History(`h${at}`, random, server.can),
  )
  await dropDatabase()
  server.beforeClose(dropDatabase)
  await withStatements(async (send) => {
    await send(`create database ${database}`)
  })
  await withStatements(async (send) => {
    await send('create table pairs (x int, y int, primary key (x, y))')
    for (const { opening } of histories) for (const statement of opening) await send(statement)
  }, database)
}, 1_200_000)

afterAll(() => work.remove())

function env(): Readonly<Record<string, string>> {
  return { DATABASE_URL: `${server.url}/${database}` }
}

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

async function goOn(): Promise<void> {
  await withStatements(async (send) => {
    const trySend = (statement: string): Promise<boolean> =>
      send(statement).then(
        () => true,
        () => false,
      )
    for (const history of histories) {
      history.begin()
      for (let left = 1 + random(STEPS); left > 0; left--) await history.step(trySend)
    }
  }, database)
}

/** Findings without a change, and changes without a finding. */
function surprises(found: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const strangers = [...found.keys()].filter((name) => !/^h\d+[pvcdx]?$/.test(name))
  const wrong = histories.flatMap((history) => {
    const { table, log } = history
    const rulesOf = (names: readonly string[]): readonly string[] =>
      names.flatMap((name) => (found.get(name) ?? []).map((rule) => `${name} ${rule}`))
    const compare = (names: readonly string[], isChanged: boolean): readonly string[] => {
      const rules = rulesOf(names)
      if (isChanged === rules.length > 0) return []
      return [`${isChanged ? 'nothing' : rules.join(', ')} found after: ${log}`]
    }
    return [
      ...compare([table, `${table}p`, `${table}v`, `${table}x`], history.isChanged),
      ...compare([`${table}c`, `${table}d`], history.isChildChanged),
    ]
  })
  return [...strangers, ...wrong]
}

/** The server is on this machine: its commands wait until it has stopped and until it answers. */
async function restart(): Promise<void> {
  for (const command of [stop, start]) {
    if (command !== undefined) execFileSync('sh', ['-c', command], { stdio: 'ignore' })
  }
}

describe.each(Array.from({ length: ROUNDS }, (_, at) => at + 1))(
  'round %i of the histories',
  () => {
    it('is found as it was made, at once, later and after a restart', async () => {
      expect((await work.run(['generate'], env())).code).toBe(0)
      expect([...(await checkDrift())]).toEqual([])
      await goOn()
      let waited = 0
      for (const seconds of LATER) {
        if (server.mode !== 'replay') await sleep((seconds - waited) * 1_000)
        waited = seconds
        expect([seconds, surprises(await checkDrift())]).toEqual([seconds, []])
      }
      if (server.mode !== 'live' || start === undefined) return
      await restart()
      expect(['after a restart', surprises(await checkDrift())]).toEqual(['after a restart', []])
    }, 2_400_000)
  },
)
