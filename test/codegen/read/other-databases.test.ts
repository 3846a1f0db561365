import { CompiledQuery, type LogEvent } from 'kysely'
import { MatrixOne } from 'kysely-matrixone'
import { beforeAll, expect, it } from 'vitest'
import { OtherDatabases } from '../../../codegen/read/other-databases.js'
import { openDatabase, type TestDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)

let own: TestDatabase<Record<string, never>>
beforeAll(async () => {
  own = await openDatabase(server, 'kmo_other')
})

const said = (sql: string): LogEvent => ({
  level: 'query',
  query: CompiledQuery.raw(sql),
  queryDurationMillis: 1,
})

it('are known by their whole names, so that no other database made meanwhile is dropped', async () => {
  const others = new OtherDatabases()
  await others.begin(own.db)
  const statements = [
    'create database if not exists kmo_other',
    'CREATE DATABASE kmo_other_archive; create schema `kmo_other_``q`',
    "select 'create a database kmo_other_text'",
  ]
  for (const sql of statements) others.see(said(sql))
  const names = ['kmo_other_archive', 'kmo_other_', 'kmo_other_archive_2', 'kmo_other_text']
  for (const name of names) await own.raw.query(`create database ${name}`)
  expect(await others.made(own.db)).toEqual(['kmo_other_archive'])
  for (const name of names) await own.raw.query(`drop database ${name}`)
})

it('need no right to SHOW DATABASES, where the role may read the catalog', async () => {
  const drops = ['drop user if exists kmo_other_user', 'drop role if exists kmo_other_role']
  const grants = [
    'create role kmo_other_role',
    "create user kmo_other_user identified by '111' default role kmo_other_role",
    'grant connect on account * to kmo_other_role',
    'grant select on table mo_catalog.mo_database to kmo_other_role',
  ]
  for (const statement of [...drops, ...grants]) await own.raw.query(statement)
  const url = new URL(server.url)
  url.username = encodeURIComponent('sys:kmo_other_user:kmo_other_role')
  url.password = '111'
  const db = new MatrixOne<Record<string, never>>({ connection: url.href })
  await expect(db.execute('show databases')).rejects.toMatchObject({ name: 'PrivilegeError' })
  const others = new OtherDatabases()
  await others.begin(db)
  others.see(said('create database kmo_other_made'))
  await own.raw.query('create database kmo_other_made')
  expect(await others.made(db)).toEqual(['kmo_other_made'])
  await db.destroy()
  for (const statement of ['drop database kmo_other_made', ...drops]) await own.raw.query(statement)
})
