import { CompiledQuery, type LogEvent } from 'kysely'
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
