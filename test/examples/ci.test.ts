import { readdirSync, readFileSync, mkdirSync, writeFileSync } from 'node:fs'
import type { Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { serializeSnapshot } from '../../src/schema/snapshot/snapshot-text.js'
import { Workspace } from '../codegen/cli/run-cli.js'
import { shopModel } from '../codegen/cli/shop-model.js'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const folder = new URL('../../examples/ci/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name))

/** The commands of mo-codegen in a file, without `npx`. */
const commandsOf = (name: string): readonly (readonly string[])[] =>
  [...read(name).matchAll(/npx mo-codegen (.+)$/gm)].map(([, line = '']) => line.split(' '))

let raw: Connection
let work: Workspace
beforeEach(() => {
  work = new Workspace()
})
afterEach(() => work.remove())

describe('the files for CI', () => {
  it.each(files)('%s is YAML with a command of mo-codegen', (name) => {
    expect(parse(read(name))).toBeTypeOf('object')
    expect(commandsOf(name).length).toBeGreaterThan(0)
  })

  it.each(files)(
    '%s has offline checks that pass, and fail when the snapshot changes alone',
    async (name) => {
      mkdirSync(work.path('generated'))
      const snapshot = work.path('generated/db.schema.json')
      writeFileSync(snapshot, serializeSnapshot(shopModel()))
      await work.run(['--from', 'generated/db.schema.json'])
      const offline = commandsOf(name).filter((argv) => argv.includes('--offline'))
      expect(offline.length).toBeGreaterThan(0)
      for (const argv of offline) expect((await work.run(argv)).code).toBe(0)
      writeFileSync(snapshot, serializeSnapshot(shopModel((columns) => void columns.pop())))
      for (const argv of offline) expect((await work.run(argv)).code).toBe(1)
    },
  )

  it('hook into commits of the folder that init chooses, and of the default one', () => {
    const { repos } = parse(read('pre-commit.yaml')) as {
      readonly repos: readonly [{ readonly hooks: readonly [{ readonly files: string }] }]
    }
    const pattern = new RegExp(repos[0].hooks[0].files)
    for (const folder of ['', 'src/', 'apps/web/src/']) {
      expect(`${folder}generated/db.schema.json`).toMatch(pattern)
    }
    expect('src/not-generated/db.ts').not.toMatch(pattern)
  })

  it('run what is not offline at night, where only the flags of a report differ', () => {
    const nightly = files.flatMap(commandsOf).filter((argv) => !argv.includes('--offline'))
    expect(nightly).toEqual([
      'check --impact tsconfig.json --reporter text --reporter sarif=drift.sarif'.split(' '),
      ['check'],
    ])
  })
})

describe('the account of the nightly check', () => {
  const database = 'kmo_ci_shop'
  const user = 'kmo_ci_nightly'
  const role = 'kmo_ci_reader'
  const drops = [`drop user if exists ${user}`, `drop role if exists ${role}`]
  const execute = async (...statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await raw.query(statement)
  }

  beforeAll(async () => {
    ;({ raw } = await openDatabase(server, database))
    await execute(
      ...drops,
      `create table ${database}.articles (id int primary key, title varchar(20), embedding vecf32(3))`,
      `create view ${database}.sold_articles as select id, title as Title from ${database}.articles`,
      ...read('nightly-account.sql')
        .replaceAll(/^--.*$/gm, '')
        .replaceAll('shop.', `${database}.`)
        .replaceAll('schema_reader', role)
        .replaceAll('nightly', user)
        .split(';')
        .map((statement) => statement.trim())
        .filter((statement) => statement !== '')
        // Before 4.1 there are no such tables.
        .filter(
          (statement) => server.can.partitionInShowCreate || !/mo_partition_/.test(statement),
        ),
    )
  })
  afterAll(() => execute(...drops))

  const url = (): string => {
    const { host, port } = server.options
    return `mysql://${encodeURIComponent(`sys:${user}:${role}`)}:change-me@${host}:${port}/${database}`
  }

  it('reads the whole schema: a check of what root has generated finds nothing', async () => {
    await work.run(['--url', `${server.url}/${database}`])
    expect(await work.run(['check', '--url', url()])).toMatchObject({ code: 0, stderr: '' })
    await execute(`alter table ${database}.articles add column body text`)
    const { code, stdout } = await work.run(['check', '--url', url()])
    expect([code, stdout]).toEqual([1, expect.stringContaining('articles.body is new')])
  })

  it('reads no row of a table', async () => {
    const { createConnection } = await import('mysql2/promise')
    const reader = await createConnection(url())
    await expect(reader.query('select * from articles')).rejects.toThrow(/privilege/)
    reader.destroy()
  })
})
