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
})
