import { readFileSync } from 'node:fs'
import type { Connection } from 'mysql2/promise'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { watch } from '../../../codegen/commands/watch.js'
import { resolveTargets } from '../../../codegen/config/targets.js'
import { interrupt } from '../../../codegen/workspace/interruption.js'
import { Output } from '../../../codegen/workspace/output.js'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { Workspace } from '../cli/run-cli.js'

const server = useServer(import.meta.url, { proxy: true })
const database = 'kmo_codegen_watch'

let raw: Connection
let work: Workspace

beforeAll(async () => {
  ;({ raw } = await openDatabase(server, database))
  await raw.query(`create table ${database}.orders (id int primary key)`)
})
beforeEach(() => {
  work = new Workspace()
})
afterEach(() => work.remove())

const environment = (): Readonly<Record<string, string>> => ({
  DATABASE_URL: `${server.url}/${database}`,
})
const generated = (): string => readFileSync(work.path('generated/db.ts'), 'utf8')

/** Watches; each step runs in a pause, and the watch ends after the last one. */
async function watchSteps(...steps: readonly (() => Promise<unknown>)[]): Promise<string[]> {
  const around = { cwd: work.folder, env: environment() }
  const [first, ...more] = await resolveTargets({ watch: true }, around)
  if (first === undefined) throw new TypeError('There is always a target.')
  const said: string[] = []
  const streams = {
    stdout: { write: () => true },
    stderr: { write: (text: string) => said.push(text) > 0 },
  }
  const output = new Output(streams, { logLevel: 'info', colors: false, redact: (text) => text })
  const pending = [...steps]
  const code = await watch([first, ...more], output, async () => {
    const step = pending.shift()
    await step?.()
    return step !== undefined
  })
  expect(code).toBe(0)
  return said.map((line) => line.trimEnd())
}

describe('--watch', () => {
  it('generates at once, after each change, and not without one', async () => {
    const texts: string[] = []
    const said = await watchSteps(
      async () => raw.query(`alter table ${database}.orders add column note varchar(9)`),
      async () => texts.push(generated()),
      async () => raw.query(`create view ${database}.notes as select note from ${database}.orders`),
      async () => texts.push(generated()),
      async () => raw.query(`drop view ${database}.notes`),
    )
    expect(said).toEqual([
      'Wrote generated/db.ts (1 table).',
      'Wrote generated/db.schema.json.',
      'Watching the database; Ctrl-C ends it.',
      'Wrote generated/db.ts (1 table).',
      'Wrote generated/db.schema.json.',
      'Wrote generated/db.ts (2 tables).',
      'Wrote generated/db.schema.json.',
      'Wrote generated/db.ts (1 table).',
      'Wrote generated/db.schema.json.',
    ])
    expect(texts[0]).toContain('note: string | null')
    expect(texts[1]).toContain('interface Notes')
  })

  it('warns once of a database that is away, and goes on when it is back', async () => {
    const said = await watchSteps(
      async () => raw.query(`drop database ${database}`),
      async () => undefined,
      async () => {
        await raw.query(`create database ${database}`)
        await raw.query(`create table ${database}.orders (id int primary key, total int)`)
      },
    )
    expect(said.slice(3)).toEqual([
      expect.stringContaining(`warning: There is no database ${database}`),
      'Wrote generated/db.ts (1 table).',
      'Wrote generated/db.schema.json.',
      'The files are up to date again.',
    ])
    expect(generated()).toContain('total: number | null')
  })

  it.each([
    [['--from', 'db.schema.json'], '--from'],
    [['--at', 'release_7'], '--at'],
    [['--print'], '--print'],
    [['--verify'], '--verify'],
  ])('cannot go with %o', async (argv, flag) => {
    const { code, stderr } = await work.run(['--watch', ...argv], environment())
    expect(code).toBe(2)
    expect(stderr).toContain(`--watch cannot go with ${flag}`)
  })

  it('ends when the process is interrupted', async () => {
    const result = work.run(['--watch'], environment())
    const timer = setInterval(() => void interrupt(), 50)
    expect((await result).code).toBe(0)
    clearInterval(timer)
  })
})
