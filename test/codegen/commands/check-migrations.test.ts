import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import type { Connection } from 'mysql2/promise'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { interrupt } from '../../../codegen/cli.js'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { Workspace, type CommandResult } from '../cli/run-cli.js'

// The name of the temporary database is random, and a recording knows one only.
const random = vi.hoisted(() => ({ next: 0 }))
vi.mock(import('node:crypto'), async (original) => ({
  ...(await original()),
  randomBytes: ((size: number) => Buffer.alloc(size, ++random.next)) as never,
}))

/** kysely's Migrator writes the moment of each migration. */
const normalize = (sql: string): string =>
  sql.replaceAll(/'\d{4}-\d\d-\d\dT[\d:.]+Z'/g, "'<moment>'")

const server = useServer(import.meta.url, { normalize })
const database = 'kmo_check_migrations'

let raw: Connection
beforeAll(async () => {
  ;({ raw } = await openDatabase(server, database))
})

let work: Workspace
beforeEach(() => {
  work = new Workspace()
  mkdirSync(work.path('migrations'))
  migration(
    '001-articles.ts',
    "db.schema.createTable('articles').addColumn('id', 'integer', (c) => c.primaryKey()).execute()",
  )
  migration(
    '002-title.mjs',
    "db.schema.alterTable('articles').addColumn('title', 'varchar(20)').execute()",
  )
})
afterEach(() => work.remove())

function migration(name: string, statement: string, head = ''): void {
  const type = name.endsWith('.ts') ? ': any' : ''
  writeFileSync(
    work.path(`migrations/${name}`),
    `${head}\nexport async function up(db${type}) { await ${statement} }\n`,
  )
}

const start = (...argv: readonly string[]): Promise<CommandResult> =>
  work.run(argv, { DATABASE_URL: `${server.url}/${database}` })
const check = (...flags: readonly string[]): Promise<CommandResult> =>
  start('check', '--migrations', 'migrations', '--only', 'snapshot', ...flags)

async function leftovers(): Promise<unknown> {
  const [rows] = await raw.query("show databases like 'mo_codegen_check_%'")
  return rows
}

/** Writes the snapshot of a database with these statements run. */
async function expectSchema(...statements: readonly string[]): Promise<void> {
  await raw.query(`drop database ${database}`)
  await raw.query(`create database ${database}`)
  for (const statement of statements) await raw.query(statement)
  const { code } = await start('snapshot')
  expect(code).toBe(0)
}

const articles = `create table ${database}.articles (id int primary key, title varchar(20))`

// DDL on a server that others use too can take half a minute.
describe('check --migrations', { timeout: 240_000 }, () => {
  it('agrees when the migrations make the schema of the snapshot, and drops its database', async () => {
    await expectSchema(articles)
    expect(await check()).toEqual({
      code: 0,
      stdout:
        'No drift: generated/db.schema.json and the migrations of migrations on an empty database agree on 1 table.\n',
      stderr: '',
    })
    expect(await leftovers()).toEqual([])
  })

  it('needs no database of the URL, as on a new server', async () => {
    await expectSchema(articles)
    const url = `${server.url}/kmo_no_such_database?ssl-mode=disabled`
    const flags = ['--migrations', 'migrations', '--only', 'snapshot', '--url', url]
    expect(await work.run(['check', ...flags])).toMatchObject({ code: 0, stderr: '' })
    expect(await leftovers()).toEqual([])
  })

  it('finds what a migration forgets', async () => {
    await expectSchema(articles, `alter table ${database}.articles add column body text`)
    const { code, stdout } = await check()
    expect(code).toBe(1)
    expect(stdout).toContain('articles.body is gone')
    expect(stdout).not.toContain('mo_codegen_check_')
    expect(await leftovers()).toEqual([])
  })

  it('drops the database when a migration fails, and says which one', async () => {
    await expectSchema(articles)
    migration('003-broken.ts', "db.schema.alterTable('nosuch').addColumn('a', 'integer').execute()")
    const { code, stderr } = await check()
    expect(code).toBe(2)
    expect(stderr).toContain('The migration 003-broken of migrations failed: ')
    expect(await leftovers()).toEqual([])
  })

  it('drops the databases that migrations make beside it, and no other', async () => {
    const [made, there] = [`${database}_made`, `${database}_there`]
    for (const name of [made, there]) await raw.query(`drop database if exists ${name}`)
    await raw.query(`create database ${there}`)
    await expectSchema(articles)
    migration(
      '003-others.ts',
      `Promise.all(['${made}', '${there}'].map((name) => db.schema.createSchema(name).ifNotExists().execute()))`,
    )
    expect(await check()).toMatchObject({ code: 0 })
    const [rows] = await raw.query(`show databases like '${database}\\_%'`)
    expect(rows).toEqual([{ Database: there }])
    await raw.query(`drop database ${there}`)
  })

  it('drops the database when a migration would end the process', async () => {
    await expectSchema(articles)
    migration('003-exit.ts', 'process.exit(0)')
    const { code, stderr } = await check()
    expect(code).toBe(2)
    expect(stderr).toContain('003-exit of migrations failed: it called process.exit()')
    expect(await leftovers()).toEqual([])
  })

  it('reads path aliases of the tsconfig.json', async () => {
    await expectSchema(articles)
    mkdirSync(work.path('src'))
    writeFileSync(work.path('src/size.ts'), 'export const size: number = 20\n')
    const paths = { '#/*': ['./src/*'] }
    writeFileSync(work.path('tsconfig.json'), JSON.stringify({ compilerOptions: { paths } }))
    migration(
      '002-title.mts',
      "db.schema.alterTable('articles').addColumn('title', `varchar(${size})` as never).execute()",
      "import { size } from '#/size'",
    )
    expect(await check()).toMatchObject({ code: 0 })
  })

  it('takes one of the files that a migration was compiled to', async () => {
    await expectSchema(articles)
    writeFileSync(work.path('migrations/001-articles.js'), 'throw new Error("old")')
    expect(await check()).toMatchObject({ code: 0 })
  })

  it('drops the database when the process is interrupted', async () => {
    await expectSchema(articles)
    const [started, released] = [work.path('started'), work.path('released')]
    const wait =
      "(async () => { fs.writeFileSync(STARTED, ''); while (!fs.existsSync(RELEASED)) await new Promise((resolve) => setTimeout(resolve, 20)) })()"
    migration(
      '003-slow.ts',
      wait
        .replace('STARTED', JSON.stringify(started))
        .replace('RELEASED', JSON.stringify(released)),
      "import fs from 'node:fs'",
    )
    const checked = check()
    await vi.waitFor(() => expect(existsSync(started)).toBe(true), { timeout: 20_000 })
    await interrupt()
    expect(await leftovers()).toEqual([])
    writeFileSync(released, '')
    expect((await checked).code).not.toBe(0)
  })

  it('runs only what is pending on a clone of the database', async () => {
    await expectSchema(
      articles,
      `create table ${database}.kysely_migration (name varchar(255) primary key, timestamp varchar(255) not null)`,
      `insert into ${database}.kysely_migration values ('001-articles', '2026-01-01T00:00:00.000Z'), ('002-title', '2026-01-02T00:00:00.000Z')`,
    )
    migration('003-body.ts', "db.schema.alterTable('articles').addColumn('body', 'text').execute()")
    const { code, stdout, stderr } = await check('--on-clone')
    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toContain(`the migrations of migrations on a clone of ${database}`)
    expect(stdout).toContain('articles.body is new')
    expect(stdout).toContain('1 difference')
    expect(await leftovers()).toEqual([])
  })
})

describe('what --migrations cannot do', () => {
  it('is to make a database without the right to', async () => {
    const [user, role] = ['kmo_migrations_user', 'kmo_migrations_role']
    const drops = [`drop user if exists ${user}`, `drop role if exists ${role}`]
    const grants = [
      `create role ${role}`,
      `create user ${user} identified by 'secret-word' default role ${role}`,
      `grant connect on account * to ${role}`,
    ]
    for (const statement of [...drops, ...grants]) await raw.query(statement)
    const { host, port } = server.options
    const login = encodeURIComponent(`sys:${user}:${role}`)
    const url = `mysql://${login}:secret-word@${host}:${port}/${database}`
    const flags = ['--migrations', 'migrations', '--url', url]
    const { code, stdout, stderr } = await work.run(['check', ...flags])
    for (const statement of drops) await raw.query(statement)
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toContain('may not create a temporary database on')
    expect(stderr).toContain('GRANT CREATE DATABASE ON ACCOUNT * TO <role>;')
  })

  it('is to clone a database that is not there', async () => {
    const url = `${server.url}/kmo_no_such_database`
    const flags = ['--migrations', 'migrations', '--on-clone', '--url', url]
    expect(await work.run(['check', ...flags])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(
        'There is no database kmo_no_such_database to clone',
      ) as string,
    })
  })

  it('is said before a server is asked', async () => {
    expect(await check('--offline')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--offline and --from connect to none') as string,
    })
    const empty = await start('check', '--migrations', 'nowhere')
    expect([empty.code, empty.stderr]).toEqual([
      2,
      expect.stringContaining('nowhere cannot be read'),
    ])
    mkdirSync(work.path('none'))
    const none = await start('check', '--migrations', 'none')
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('none has no migrations')])
    migration('004-typo.ts', 'db.(')
    const typo = await check()
    expect([typo.code, typo.stderr]).toEqual([
      2,
      expect.stringMatching(
        /migrations\/004-typo\.ts:\d+:\d+ cannot be loaded: Identifier expected\./,
      ),
    ])
    const { code, stderr } = await work.run(['check', '--migrations', 'migrations'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('needs a server to run them on')])
  })
})
