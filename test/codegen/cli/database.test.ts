import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Connection } from 'mysql2/promise'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readSchema } from '../../../codegen/index.js'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { Workspace, type CommandResult } from './run-cli.js'

const server = useServer(import.meta.url, { proxy: true })
const database = 'kmo_codegen_cli'

let raw: Connection

async function execute(...statements: readonly string[]): Promise<void> {
  for (const statement of statements) await raw.query(statement)
}

beforeAll(async () => {
  ;({ raw } = await openDatabase(server, database))
  await execute(
    `create table ${database}.articles (id bigint auto_increment primary key, title varchar(200) not null comment 'shown 😀', kind enum('a','b') default 'a', fulltext ft_title (title))`,
    `create table ${database}.orders (id int primary key, total decimal(10,2))`,
    `create view ${database}.titles as select title from ${database}.articles`,
  )
})

let work: Workspace
beforeEach(() => {
  work = new Workspace()
})
afterEach(() => work.remove())

const start = (...argv: readonly string[]): Promise<CommandResult> =>
  work.run(argv, { DATABASE_URL: `${server.url}/${database}` })
const text = (name: string): string => readFileSync(work.path(name), 'utf8')

describe('a database', () => {
  it('becomes types and a snapshot beside them, and nothing is written a second time', async () => {
    expect(await start()).toEqual({
      code: 0,
      stdout: '',
      stderr: 'Wrote generated/db.ts (3 tables).\nWrote generated/db.schema.json.\n',
    })
    expect(text('generated/db.ts')).toContain('shown 😀')
    expect(text('generated/db.schema.json')).toContain('"parser":"default"')
    expect((await start()).stderr).toBe(
      'generated/db.ts is up to date (3 tables).\ngenerated/db.schema.json is up to date.\n',
    )
  })

  it('gives files that name neither server, user, password nor database', async () => {
    await start()
    const { host, port, user, password } = server.options
    for (const name of readdirSync(work.path('generated'))) {
      for (const secret of [host, String(port), `${user}:${password}`, database]) {
        expect(text(`generated/${name}`)).not.toContain(secret)
      }
    }
  })

  it('gives the files of another one with an equal schema, whatever rows and counters it has', async () => {
    const twin = `${database}_twin`
    await execute(
      `drop database if exists ${twin}`,
      `create database ${twin}`,
      `create table ${twin}.orders (id int primary key, total decimal(10,2))`,
      `create table ${twin}.articles (id bigint auto_increment primary key, title varchar(200) not null comment 'shown 😀', kind enum('a','b') default 'a', fulltext ft_title (title))`,
      `create view ${twin}.titles as select title from ${twin}.articles`,
      `insert into ${twin}.articles (title) values ('a'), ('b')`,
    )
    await start()
    const files = ['db.ts', 'db.schema.json']
    await work.run(['--url', `${server.url}/${twin}`, '--out-file', 'twin/db.ts'])
    expect(files.map((name) => text(`twin/${name}`))).toEqual(
      files.map((name) => text(`generated/${name}`)),
    )
    await execute(`drop database ${twin}`)
  })

  it('agrees with its files until it is changed, and again after generate', async () => {
    await start()
    expect((await start('check')).code).toBe(0)
    await execute(`alter table ${database}.orders add column note varchar(50) not null`)
    const { code, stdout, stderr } = await start('check')
    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toContain(
      'breaking  orders.note is new, and an INSERT must give it a value. column-added generated/db.ts:25:18\n' +
        '      + varchar(50) not null\n' +
        '      to undo it: alter table `orders` drop column `note`\n',
    )
    await start('generate')
    expect((await start('check')).code).toBe(0)
    await execute(`alter table ${database}.orders drop column note`)
  })

  it('is read a second time before a difference is believed: a view that is just being replaced', async () => {
    await start()
    await execute(`drop view ${database}.titles`)
    expect((await start('check')).stdout).toContain('View titles is gone')
    const second = server.faults.delay({ statement: 'utc_timestamp(6)', nth: 2, ms: 500 })
    const checked = start('check')
    await second.struck
    await execute(`create view ${database}.titles as select title from ${database}.articles`)
    expect(await checked).toMatchObject({ code: 0, stderr: '' })
  })

  it('is read as it was at a snapshot of MatrixOne', async () => {
    const snapshot = 'kmo_codegen_cli_friday'
    await execute(
      `drop snapshot if exists ${snapshot}`,
      `create snapshot ${snapshot} for database ${database}`,
      `alter table ${database}.orders add column note varchar(50)`,
    )
    await start('generate', '--at', snapshot)
    expect(text('generated/db.ts')).not.toContain('note')
    expect((await start('check', '--at', snapshot.toUpperCase())).code).toBe(0)
    const { code, stdout } = await start('check')
    expect(code).toBe(1)
    expect(stdout).toContain('orders.note is new')
    const { stdout: before } = await start('snapshot', '--at', snapshot, '--print')
    expect(before).toBe(text('generated/db.schema.json'))
    await execute(`drop snapshot ${snapshot}`, `alter table ${database}.orders drop column note`)
  })

  it('is read once for all targets that take their tables from it', async () => {
    writeFileSync(
      work.path('mo-codegen.config.json'),
      JSON.stringify({
        targets: [
          { name: 'sales', outFile: 'sales/db.ts', include: ['orders'] },
          { name: 'press', outFile: 'press/db.ts', exclude: ['orders'], camelCase: true },
        ],
      }),
    )
    const second = server.faults.cut({ statement: 'utc_timestamp(6)', nth: 2 })
    expect(await start()).toEqual({
      code: 0,
      stdout: '',
      stderr:
        'Wrote sales/db.ts (1 table).\nWrote sales/db.schema.json.\n' +
        'Wrote press/db.ts (2 tables).\nWrote press/db.schema.json.\n',
    })
    expect((await start('check')).code).toBe(3)
    await second.struck
    expect((await start('check')).code).toBe(0)
  })

  it('can be checked offline from its snapshot', async () => {
    await start('snapshot')
    await start('generate', '--from', 'generated/db.schema.json')
    expect((await work.run(['check', '--offline'])).code).toBe(0)
  })

  it('is read in part by patterns, of which each has to match', async () => {
    await start()
    expect((await start('check', '--exclude-pattern', 'orders')).code).toBe(0)
    expect((await start('check', '--include-pattern', '{orders,titles}')).code).toBe(0)
    const { code, stderr } = await start('--exclude-pattern', 'order', '--include-pattern', 'x*')
    expect([code, stderr]).toEqual([2, expect.stringContaining('No table was found')])
    const misspelt = await start('--exclude-pattern', 'oders')
    expect([misspelt.code, misspelt.stderr]).toEqual([
      2,
      'mo-codegen: The exclude pattern oders matches no table. Did you mean orders?\n',
    ])
  })

  it('says for debugging what was left out', async () => {
    const { stderr } = await start('--print', '--include-pattern', 't*', '--log-level', 'debug')
    expect(stderr).toContain(`left out: ${database}.articles, ${database}.orders\n`)
    expect((await start('--print', '--include-pattern', 't*')).stderr).toBe('')
  })

  it('that is named twice is read once', async () => {
    const { model, source } = await readSchema({
      url: server.url,
      databases: [database, database, database.toUpperCase()],
    })
    expect(model.databases).toHaveLength(1)
    expect(source).toMatch(new RegExp(`/${database}$`))
  })

  it('finds its files missing, and its snapshot up to date in any layout', async () => {
    await start()
    const snapshot = text('generated/db.schema.json')
    writeFileSync(work.path('generated/db.schema.json'), JSON.stringify(JSON.parse(snapshot)))
    expect((await start()).stderr).toContain('generated/db.schema.json is up to date.')
    expect((await start('check')).code).toBe(0)
    rmSync(work.path('generated/db.schema.json'))
    const { code, stdout } = await start('check')
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining('breaking  generated/db.schema.json is missing.'),
    ])
    expect((await start('check', '--no-snapshot-file')).code).toBe(0)
    await start()
    rmSync(work.path('generated/db.ts'))
    expect((await start('check')).stdout).toContain('generated/db.ts is missing.')
  })

  it("leaves kysely's own tables out, unless they are asked for", async () => {
    await execute(
      `create table ${database}.kysely_migration (name varchar(255) primary key, timestamp varchar(255) not null)`,
    )
    await start()
    expect(text('generated/db.ts')).not.toContain('KyselyMigration')
    expect((await start('check')).code).toBe(0)
    await start('--migration-tables')
    expect(text('generated/db.ts')).toContain('export interface KyselyMigration ')
    await execute(`drop table ${database}.kysely_migration`)
  })

  it('is read as a library too, and names its tables only as far as asked', async () => {
    const { model, complete, excluded } = await readSchema({
      url: `${server.url}/${database}`,
      exclude: ['{orders,titles}'],
    })
    expect(model.databases[0]?.tables.map(({ name }) => name)).toEqual(['articles'])
    expect(complete).toBe(true)
    expect(excluded).toEqual([
      { database, table: 'orders' },
      { database, table: 'titles' },
    ])
  })
})

describe('a database that cannot be read ends with exit code 3 and one message, when', () => {
  const expectRefusal = (result: CommandResult, message: string): void => {
    expect(result).toEqual({ code: 3, stdout: '', stderr: `mo-codegen: ${message}\n` })
    expect(existsSync(work.path('generated'))).toBe(false)
  }

  it('nothing listens there', async () => {
    const port = await freePort()
    const url = `mysql://root:secret-word@127.0.0.1:${port}/x`
    for (const command of ['generate', 'check', 'snapshot']) {
      expectRefusal(
        await work.run([command], { DATABASE_URL: url }),
        `127.0.0.1:${port} refused the connection.\nIs MatrixOne running there? The address came from DATABASE_URL.`,
      )
    }
    const debugging = await work.run(['--url', url, '--log-level', 'debug'])
    expect(debugging.stderr).toContain('caused by')
    expect(debugging.stderr).not.toContain('secret-word')
  })

  it('there is no such host', async () => {
    expectRefusal(
      await work.run(['--url', 'mysql://root:secret-word@no-such-host.invalid/x']),
      'There is no host named no-such-host.invalid.\nThe address came from --url.',
    )
  })

  it('the password is wrong', async () => {
    const { host, port, user } = server.options
    const url = `mysql://${user}:secret-word@${host}:${port}/${database}`
    expectRefusal(
      await work.run(['--url', url]),
      `${host}:${port} refused the login of ${user}.\nCheck user and password (account#user as account%23user) in --url.`,
    )
  })

  it('the database does not exist', async () => {
    const { host, port, user } = server.options
    expectRefusal(
      await work.run(['--url', `${server.url}/kmo_codegen_none`]),
      `There is no database kmo_codegen_none on ${host}:${port}, or ${user} may not see it.\nCheck the name and the account in --url.`,
    )
  })

  it('the snapshot does not exist', async () => {
    const { host, port, user } = server.options
    expectRefusal(
      await start('--at', 'kmo_codegen_none'),
      `There is no snapshot kmo_codegen_none on ${host}:${port}, or ${user} may not see it.\nSHOW SNAPSHOTS lists them.`,
    )
  })
})

describe('a URL', () => {
  it('without a database is a mistake of usage', async () => {
    expect(await work.run(['--url', server.url])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'mo-codegen: The URL of --url names no database.\nAdd it to the URL (mysql://host:6001/shop) or name it with --database.\n',
    })
    const named = await work.run(['--url', server.url, '--database', database, '--print'])
    expect(named.code).toBe(0)
  })

  it('is not at fault when no snapshot can have the name after --at', async () => {
    const { code, stderr } = await start('--at', 'no snapshot')
    expect([code, stderr.split(':')[1]]).toEqual([2, ' No snapshot can be named "no snapshot"'])
  })

  it('that is none is a mistake of usage, and is not repeated', async () => {
    const { code, stderr } = await work.run(['--url', 'root:secret-word@127.0.0.1/x'])
    expect(code).toBe(2)
    expect(stderr).toContain('mysql://user:password@host:6001/database')
    expect(stderr).not.toContain('secret-word')
  })
})

async function freePort(): Promise<number> {
  const listener = createServer()
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as AddressInfo
  await new Promise((resolve) => listener.close(resolve))
  return port
}
