import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Connection, createConnection } from 'mysql2/promise'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { retryTransaction } from '../../../src/connection/limits/retry.js'
import { UnsupportedError } from '../../../src/errors.js'
import { readCatalogState } from '../../../src/metadata.js'
import { openDatabase } from '../../support/database.js'

import { useServer } from '../../support/server.js'
import { type CommandResult, Workspace } from '../cli/run-cli.js'
import { changes, zooSchema } from '../drift-zoo/changes.js'

const server = useServer(import.meta.url, { proxy: true })
const database = 'kmo_last_run'
const zoo = 'kmo_last_run_zoo'
const account = 'kmo_last_run_account'

let raw: Connection
beforeAll(async () => {
  ;({ raw } = await openDatabase(server, database))
  await raw.query(`create table ${database}.orders (id int primary key, note varchar(9))`)
})

let work: Workspace
let records: string
beforeEach(() => {
  work = new Workspace()
  records = work.path('node_modules/.cache/mo-codegen')
  mkdirSync(work.path('node_modules'))
})
afterEach(() => work.remove())

const start = (...argv: readonly string[]): Promise<CommandResult> =>
  work.run(argv, { DATABASE_URL: `${server.url}/${database}` })
const countRecords = (): number =>
  readdirSync(work.path('node_modules'), { recursive: true }).length
const isUpToDate = (tables: number): string =>
  `generated/db.ts is up to date (${tables} table${tables === 1 ? '' : 's'}).\n` +
  'generated/db.schema.json is up to date.\n'

/** An account of its own, where no other test makes a table meanwhile. */
async function openAccount(): Promise<{
  readonly name: string
  readonly tenant: Connection
  readonly run: () => Promise<CommandResult>
}> {
  await raw.query(`drop account if exists ${account}`)
  await raw.query(`create account ${account} admin_name 'admin' identified by '111'`)
  server.beforeClose(() => retryTransaction(() => raw.query(`drop account if exists ${account}`)))
  const tenant = await createConnection({
    ...server.options,
    user: `${account}:admin`,
    password: '111',
  })
  server.beforeClose(() => tenant.destroy())
  const { host, port } = server.options
  const url = `mysql://${account}%3Aadmin:111@${host}:${port}/shop`
  return { name: account, tenant, run: () => work.run([], { DATABASE_URL: url }) }
}

/** Writes a number of tables into the record that only the record can know. */
function markRecord(): void {
  const [name = ''] = readdirSync(records)
  const record = readFileSync(join(records, name), 'utf8')
  writeFileSync(join(records, name), record.replace(/ \d+\n$/, ' 77\n'))
}

describe('generate with nothing to change', () => {
  it('does not read the tables again when neither they nor the files have changed', async () => {
    await start()
    expect((await start()).stderr).toBe(isUpToDate(1))
    markRecord()
    expect((await start()).stderr).toBe(isUpToDate(77))
  })

  it('reads them when a table, a file or an option is another one', async () => {
    await start()
    await start()
    markRecord()
    await raw.query(`create index by_note on ${database}.orders (note)`)
    expect((await start()).stderr).toContain('Wrote generated/db.ts (1 table).')
    markRecord()
    await raw.query(`drop index by_note on ${database}.orders`)
    expect((await start()).stderr).toContain('Wrote generated/db.ts (1 table).')
    markRecord()
    writeFileSync(work.path('generated/db.ts'), 'export {}\n', { flag: 'a' })
    expect((await start()).stderr).toContain('was edited by hand')
    markRecord()
    rmSync(work.path('generated/db.schema.json'))
    expect((await start()).stderr).toContain('Wrote generated/db.schema.json.')
    markRecord()
    expect((await start('--camel-case')).stderr).toContain('Wrote generated/db.ts (1 table).')
  })

  it('is not believed by check, and keeps no password', async () => {
    await start()
    await start()
    markRecord()
    // The name of the server, with its port, may have 77 in it.
    expect((await start('check')).stdout).toContain('agree on 1 table.')
    const [name = ''] = readdirSync(records)
    expect(readFileSync(join(records, name), 'utf8')).toMatch(/^[0-9a-f]{64} 77\n$/)
  })

  it('reads views again when a table of any database is another one', async () => {
    const { run, tenant } = await openAccount()
    for (const statement of [
      'create database other',
      'create table other.lots (id int primary key)',
      'create database shop',
      'create view shop.open_lots as select * from other.lots',
    ]) {
      await tenant.query(statement)
    }
    await run()
    await run()
    markRecord()
    expect((await run()).stderr).toBe(isUpToDate(77))
    await tenant.query('alter table other.lots add column price int')
    expect((await run()).stderr).toContain('Wrote generated/db.ts (1 table).')
    expect(readFileSync(work.path('generated/db.ts'), 'utf8')).toContain('price:')
    await run()
    markRecord()
    await tenant.query('create table shop.lots (id int primary key)')
    expect((await run()).stderr).toContain('Wrote generated/db.ts (2 tables).')
  })

  it('is not asked of views where the account is subscribed to a database, of which no state is known', async () => {
    const { run, tenant, name } = await openAccount()
    await tenant.query('create database shop')
    await tenant.query('create table shop.lots (id int primary key)')
    await tenant.query('create view shop.open_lots as select * from shop.lots')
    await raw.query(`create publication kmo_last_run_pub database ${database} account ${name}`)
    await tenant.query('create database copied from sys publication kmo_last_run_pub')
    await run()
    await run()
    expect(countRecords()).toBe(0)
    const of = (ofViews: boolean): Promise<string> =>
      readCatalogState({ ...server.options, user: `${name}:admin`, password: '111' }, [
        { database: 'shop', ofViews },
      ])
    await expect(of(true)).rejects.toThrow(UnsupportedError)
    expect(await of(false)).toBe(await of(false))
    await tenant.query('drop database copied')
    await raw.query('drop publication kmo_last_run_pub')
  })

  it('keeps nothing of a view that reads the past, which depends on a snapshot', async () => {
    await raw.query(`create snapshot kmo_last_run for database ${database}`)
    await raw.query(
      `create view ${database}.notes as select note from ${database}.orders {snapshot = 'kmo_last_run'}`,
    )
    await start()
    await start()
    expect(countRecords()).toBe(0)
    await raw.query(`drop view ${database}.notes`)
    await raw.query('drop snapshot kmo_last_run')
  })

  it('keeps nothing without node_modules, and reads the tables with --force', async () => {
    await start()
    await start()
    markRecord()
    expect((await start('--force')).stderr).toContain('(1 table)')
    rmSync(work.path('node_modules'), { recursive: true })
    expect((await start()).stderr).toBe(isUpToDate(1))
    expect(readdirSync(work.folder)).toEqual(['generated'])
  })
})

describe('the state of a database', () => {
  const share = Number(process.env['DRIFT_ZOO_EVERY'] ?? 20)
  const chosen = changes.filter((_, at) => at % share === 0)
  let connection: Connection

  beforeAll(async () => {
    ;({ raw: connection } = await openDatabase(server, zoo))
    for (const statement of [`use ${zoo}`, ...zooSchema]) await connection.query(statement)
  })

  it.each(chosen)('is another one: $name', { timeout: 60_000 }, async ({ apply, undo }) => {
    const readState = (): Promise<string> =>
      readCatalogState(`${server.url}/${zoo}`, [{ database: zoo }])
    const before = await readState()
    for (const statement of apply) await connection.query(statement)
    const between = await readState()
    for (const statement of undo) await connection.query(statement)
    // What is made and removed again leaves nothing behind.
    expect(between).not.toBe(before)
    expect(await readState()).not.toBe(between)
  })
})
