import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BranchError, type DefinitionChange, MatrixOne, onEvent } from 'kysely-matrixone'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_definitions'
const copy = 'kmo_definitions_copy'
const snapshot = 'kmo_definitions_then'

let db: MatrixOne<Record<string, Record<string, unknown>>>
let raw: Connection

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<Record<string, Record<string, unknown>>>(server, database))
  await raw.query(`drop snapshot if exists ${snapshot}`)
  await raw.query(`drop database if exists ${copy}`)
  await raw.query(`use ${database}`)
  await raw.query("create table wine (id int primary key, kind set('Red','White'))")
  await raw.query(
    "create table cooks (id int primary key, name varchar(20) default 'Chef''s', note int comment 'x\\\\y')",
  )
  await raw.query("create table odd (id int primary key, kind enum('a\\\\b','c'))")
  await raw.query('create table plain (id int primary key, v varchar(20))')
  await raw.query('create table tiny (id tinyint unsigned auto_increment primary key, v int)')
  await raw.query(`create snapshot ${snapshot} for database ${database}`)
})

afterAll(async () => {
  await raw.query(`drop snapshot if exists ${snapshot}`)
  await raw.query(`drop database if exists ${copy}`)
})

const DEFAULT: DefinitionChange = {
  table: 'cooks_copy',
  column: 'name',
  property: 'default',
  from: "'Chef''s'",
  to: "'Chef''''s'",
}
const COMMENT: DefinitionChange = {
  table: 'cooks_copy',
  column: 'note',
  property: 'comment',
  from: 'x\\y',
  to: 'xy',
}

describe('a copy that the server makes from a printed definition', () => {
  it('has another default, and the server answers OK (the trap)', async () => {
    await raw.query('create table cooks_raw clone cooks')
    await raw.query('insert into cooks_raw (id) values (1)')
    const [rows] = await raw.query('select name from cooks_raw')
    expect(rows).toEqual([{ name: "Chef''s" }])
    await raw.query('drop table cooks_raw')
  })

  it('is reported by clone.createTable, now and as it was', async () => {
    const heard: string[] = []
    const stop = onEvent('kysely-matrixone:definition:changed', ({ message }) =>
      heard.push(message),
    )
    for (const at of [undefined, { snapshot }]) {
      const result = await db.clone.createTable('cooks_copy', {
        from: 'cooks',
        ...(at === undefined ? {} : { at }),
      })
      expect(result).toEqual({ created: true, changed: [DEFAULT, COMMENT] })
      await db.dropTable('cooks_copy')
    }
    stop()
    expect(heard).toHaveLength(2)
    expect(heard[0]).toMatch(/The clone cooks_copy is not defined as its source: cooks_copy\.name/)
    expect(await db.clone.createTable('plain_copy', { from: 'plain' })).toEqual({ created: true })
    await db.dropTable('plain_copy')
  })

  it('is reported by branch.createTable and inside a transaction', async () => {
    expect(await db.branch.createTable('cooks_copy', { from: 'cooks' })).toEqual({
      changed: [DEFAULT, COMMENT],
    })
    await db.branch.deleteTable('cooks_copy')
    await db
      .transaction()
      .execute(async (trx) => {
        const { changed } = await trx.clone.createTable('cooks_copy', { from: 'cooks' })
        expect(changed).toEqual([DEFAULT, COMMENT])
        throw new Error('stop')
      })
      .catch(() => undefined)
    expect(await db.branch.createTable('plain_copy', { from: 'plain' })).toEqual({})
    await db.branch.deleteTable('plain_copy')
  })

  it('is reported by restore.table', async () => {
    const { changed = [] } = await db.restore.table('wine', { snapshot })
    expect(changed).toEqual([
      {
        table: 'wine',
        column: 'kind',
        property: 'type',
        from: "SET('Red','White')",
        to: "SET('red','white')",
      },
    ])
    await raw.query(`drop table wine`)
    await raw.query("create table wine (id int primary key, kind set('Red','White'))")
  })
})

describe('a table whose branch could never be compared', () => {
  it('can be branched, and then DIFF fails for good (the trap)', async () => {
    await raw.query('data branch create table wine_raw from wine')
    await expect(raw.query('data branch diff wine_raw against wine')).rejects.toThrow(
      /different type attributes/,
    )
    await raw.query('drop table wine_raw')
  })

  it.each([
    [
      'wine',
      /wine_wip\.kind \(type: SET\('Red','White'\) → SET\('red','white'\)\).*clone\.createTable/s,
    ],
    ['odd', /odd_wip\.kind/],
    ['tiny', /auto_increment column id \(TINYINT UNSIGNED\(8\)\).*smallint/s],
  ])('is refused by name: %s', async (table, message) => {
    const made = db.branch.createTable(`${table}_wip`, { from: table })
    await expect(made).rejects.toThrow(BranchError)
    await expect(made).rejects.toThrow(message)
    expect(await db.metadata.exists(`${table}_wip`)).toBe(false)
  })
})
