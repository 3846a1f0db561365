import type { Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { Workspace } from './run-cli.js'

const server = useServer(import.meta.url)
const database = 'kmo_codegen_rights'
const reader = 'kmo_codegen_reader'
const role = 'kmo_codegen_role'

let raw: Connection

async function execute(...statements: readonly string[]): Promise<void> {
  for (const statement of statements) await raw.query(statement)
}

const drops = [`drop user if exists ${reader}`, `drop role if exists ${role}`]

beforeAll(async () => {
  ;({ raw } = await openDatabase(server, database))
  await execute(
    ...drops,
    `create table ${database}.articles (id int primary key, e vecf32(3))`,
    `create role ${role}`,
    `create user ${reader} identified by 'secret-word' default role ${role}`,
    `grant connect on account * to ${role}`,
  )
})
afterAll(() => execute(...drops))

let work: Workspace
beforeEach(() => {
  work = new Workspace()
})
afterEach(() => work.remove())

const asReader = (): string => {
  const { host, port } = server.options
  return `mysql://${encodeURIComponent(`sys:${reader}:${role}`)}:secret-word@${host}:${port}/${database}`
}

describe('a role that may not read the catalog', () => {
  it('gets types with a warning that names the grants', async () => {
    const { code, stderr } = await work.run(['--url', asReader()])
    expect(code).toBe(0)
    expect(stderr).toMatch(/^mo-codegen: warning: [^]*GRANT SELECT ON TABLE mo_catalog\.mo_tables/)
    expect(stderr).not.toContain('secret-word')
  })

  it('proves no drift by a difference: exit code 3', async () => {
    await work.run(['--url', `${server.url}/${database}`])
    await execute(`alter table ${database}.articles add column title varchar(10)`)
    const { code, stdout, stderr } = await work.run(['check', '--url', asReader()])
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toContain('so a difference proves nothing')
    expect(stderr).not.toContain('secret-word')
  })

  it('is told what the doctor needs: exit code 3', async () => {
    const doctor = await work.run(['doctor', '--url', asReader()])
    expect([doctor.code, doctor.stdout]).toEqual([3, ''])
    expect(doctor.stderr).toContain(`The role of sys:${reader}:${role} may not read the vectors`)
    expect(doctor.stderr).toContain('GRANT SELECT ON TABLE <table> TO <role>;')
  })
})

describe('a role that may read the catalog and no view', () => {
  const start = (...argv: readonly string[]) => work.run([...argv, '--url', asReader()])
  const asRoot = (...argv: readonly string[]) =>
    work.run([...argv, '--url', `${server.url}/${database}`])

  beforeAll(() =>
    execute(
      `create table ${database}.notes (id int primary key, text varchar(10))`,
      `create view ${database}.all_notes as select * from ${database}.notes`,
      `alter table ${database}.notes add column Lang varchar(2)`,
      `alter table ${database}.notes drop column text`,
      ...['mo_database', 'mo_tables', 'mo_columns', 'mo_indexes', 'mo_foreign_keys'].map(
        (table) => `grant select on table mo_catalog.${table} to ${role}`,
      ),
    ),
  )

  it('reads its columns as they were made (the trap)', async () => {
    const [rows] = await raw.query(
      `select group_concat(attname order by attnum) as names from mo_catalog.mo_columns where att_database = '${database}' and att_relname = 'all_notes' and att_is_hidden = 0`,
    )
    expect(rows).toEqual([{ names: 'id,text' }])
    const { code, stderr } = await start()
    expect(code).toBe(0)
    expect(stderr).toContain('the views all_notes. Their columns are those of their creation')
  })

  it('finds no drift in a view that is defined as before', async () => {
    await asRoot()
    const { code, stdout } = await start('check')
    expect([code, stdout]).toEqual([0, expect.stringContaining('No drift')])
  })

  it('proves no drift by a view that is not defined as before: exit code 3', async () => {
    await asRoot()
    await execute(
      `drop view ${database}.all_notes`,
      `create view ${database}.all_notes as select id from ${database}.notes`,
    )
    const { code, stdout, stderr } = await start('check')
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toContain('so a difference proves nothing')
  })

  it('finds drift in tables all the time', async () => {
    await asRoot()
    await execute(`alter table ${database}.notes add column more int`)
    const { code, stdout } = await start('check')
    expect([code, stdout]).toEqual([1, expect.stringContaining('notes.more is new')])
  })
})
