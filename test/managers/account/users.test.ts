import { sql } from 'kysely'
import { AccountError, MatrixOne, ValueError } from 'kysely-matrixone'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const account = 'kmo_account_users'
const database = 'shop'
const password = 'kmo-Test_1'
let root: MatrixOne<unknown>
let db: MatrixOne<unknown>

const login = (user: string, secret = password, role = ''): MatrixOne<unknown> =>
  new MatrixOne({
    connection: { ...server.options, user: `${account}#${user}${role}`, password: secret },
  })

const canLogIn = async (user: string, secret?: string): Promise<boolean> => {
  const one = login(user, secret)
  try {
    return (await one.account.current()).user === user
  } catch {
    return false
  } finally {
    await one.destroy()
  }
}

beforeAll(async () => {
  root = new MatrixOne({ connection: server.options })
  await root.account.drop(account, { ifExists: true })
  await root.account.create(account, { admin: { name: 'admin', password } })
  db = login('admin')
  await sql.raw(`create database ${database}`).execute(db)
  await sql.raw(`create table ${database}.orders (id int primary key, note varchar(9))`).execute(db)
  await sql
    .raw(`create view ${database}.latest as select max(id) as id from ${database}.orders`)
    .execute(db)
})

afterAll(async () => {
  await db.destroy()
  await root.account.drop(account, { ifExists: true })
  await root.destroy()
})

describe('a user', () => {
  it('can log in with the password that it was given, and with a new one', async () => {
    const odd = `p'w"\\;-- 🎉`
    const user = await db.account.users.create('Ann.Lee', { password: odd })
    expect(user).toEqual({
      name: 'ann.lee',
      host: 'localhost',
      locked: false,
      defaultRole: 'public',
      roles: ['public'],
      createdAt: expect.any(Date),
    })
    expect(await canLogIn('ann.lee', odd)).toBe(true)
    await db.account.users.alter('ann.lee', { password })
    expect(await canLogIn('ann.lee')).toBe(true)
    expect(await canLogIn('ann.lee', odd)).toBe(false)
    await db.account.users.drop('ann.lee')
    expect(await db.account.users.exists('ann.lee')).toBe(false)
  })

  it('that CREATE USER … LOCK made can log in a moment later (the trap)', async () => {
    await sql`create user trap identified by ${password} lock`.execute(db)
    await sql`select sleep(2)`.execute(db)
    expect(await canLogIn('trap')).toBe(true)
    expect(await db.account.users.get('trap')).toMatchObject({ locked: false })
    await db.account.users.drop('trap')
  })

  it('that is created locked cannot log in, until it is unlocked', async () => {
    expect(await db.account.users.create('bob', { password, locked: true })).toMatchObject({
      locked: true,
    })
    expect(await canLogIn('bob')).toBe(false)
    expect(await db.account.users.alter('bob', { locked: false })).toMatchObject({ locked: false })
    expect(await canLogIn('bob')).toBe(true)
    await db.account.users.drop('bob')
  })

  it('is created once', async () => {
    await db.account.users.create('cat', { password })
    await expect(db.account.users.create('cat', { password })).rejects.toMatchObject({
      name: 'AccountError',
      errno: 20101,
    })
    await db.account.users.create('cat', {
      password: 'kmo-Other_1',
      locked: true,
      ifNotExists: true,
    })
    expect(await canLogIn('cat')).toBe(true)
    await db.account.users.drop('cat')
  })

  it('that does not exist is an error, unless ifExists says so', async () => {
    await expect(db.account.users.get('nobody')).rejects.toThrow(AccountError)
    await expect(db.account.users.alter('nobody', { locked: true })).rejects.toThrow(AccountError)
    await expect(db.account.users.drop('nobody')).rejects.toThrow(AccountError)
    await db.account.users.drop('nobody', { ifExists: true })
    await expect(
      db.account.users.create('dan', { password, defaultRole: 'nothing' }),
    ).rejects.toThrow(AccountError)
    expect(await db.account.users.exists('dan')).toBe(false)
  })

  it.each(['a b', "a'b", 'a`b', 'a"b', 'a\\b', 'a;b', 'ä', '', '.a'])(
    'cannot be named %j',
    async (bad) => {
      await expect(db.account.users.create(bad, { password })).rejects.toThrow(ValueError)
      await expect(db.account.roles.create(bad)).rejects.toThrow(ValueError)
    },
  )

  it('is listed without any hash of a password', async () => {
    const users = await db.account.users.list()
    expect(users.map(({ name }) => name)).toEqual(['admin'])
    expect(inspect(users, { depth: 9, showHidden: true })).not.toMatch(
      /\*[0-9A-F]{10}|authentication|history/i,
    )
  })
})

describe('a role', () => {
  it('is created, granted, revoked and dropped', async () => {
    expect(await db.account.roles.create('Reader')).toEqual({
      name: 'reader',
      createdAt: expect.any(Date),
    })
    await expect(db.account.roles.create('reader')).rejects.toMatchObject({ errno: 20101 })
    await db.account.roles.create('reader', { ifNotExists: true })
    await db.account.users.create('eve', { password, defaultRole: 'reader' })
    expect(await db.account.users.get('eve')).toMatchObject({
      defaultRole: 'reader',
      roles: ['public', 'reader'],
    })
    await db.account.roles.create('writer')
    await db.account.roles.grant('writer', { to: 'eve', withGrantOption: true })
    expect((await db.account.users.get('eve')).roles).toEqual(['public', 'reader', 'writer'])
    await db.account.roles.revoke('writer', { from: 'eve' })
    await db.account.roles.revoke('writer', { from: 'eve' })
    expect((await db.account.users.get('eve')).roles).toEqual(['public', 'reader'])
    await db.account.roles.grant('writer', { to: 'reader' })
    await expect(db.account.roles.grant('nothing', { to: 'eve' })).rejects.toThrow(AccountError)
    await db.account.users.drop('eve')
    await db.account.roles.drop('reader')
    await db.account.roles.drop('writer')
    expect((await db.account.roles.list()).map(({ name }) => name)).toEqual([
      'accountadmin',
      'public',
    ])
    await expect(db.account.roles.drop('reader')).rejects.toThrow(AccountError)
    await db.account.roles.drop('reader', { ifExists: true })
    await expect(db.account.roles.get('reader')).rejects.toThrow(AccountError)
  })
})

describe('a grant', () => {
  it('names its object in the list, which SHOW GRANTS does not', async () => {
    await db.account.roles.create('reader')
    const to = { to: 'reader' }
    await db.account.grants.grant({ on: 'account', privileges: ['connect', 'show databases'] }, to)
    await db.account.grants.grant(
      { on: { database }, privileges: ['show tables', 'create table'] },
      to,
    )
    await db.account.grants.grant(
      { on: { table: `${database}.orders` }, privileges: ['insert'] },
      { ...to, withGrantOption: true },
    )
    await db.account.grants.grant({ on: { table: `${database}.*` }, privileges: ['select'] }, to)
    await db.account.grants.grant({ on: { table: '*.*' }, privileges: ['delete'] }, to)
    await db.account.grants.grant({ on: { database: '*' }, privileges: ['drop table'] }, to)
    await db.account.grants.grant(
      { on: { view: `${database}.latest` }, privileges: ['select'] },
      to,
    )
    const grants = await db.account.grants.list({ role: 'reader' })
    expect(
      grants
        .map(({ on, privilege, database: d, table, withGrantOption }) =>
          [on, privilege, d ?? '-', table ?? '-', withGrantOption].join(' '),
        )
        .toSorted(),
    ).toEqual([
      'account connect - - false',
      'account show databases - - false',
      'database create table shop - false',
      'database drop table - - false',
      'database show tables shop - false',
      'table delete - - false',
      'table insert shop orders true',
      'table select shop - false',
      'view select shop latest false',
    ])
    await db.account.grants.revoke(
      { on: { table: `${database}.*` }, privileges: ['select'] },
      { from: 'reader' },
    )
    expect(await db.account.grants.list({ role: 'reader' })).toHaveLength(8)
    expect((await db.account.grants.list()).length).toBeGreaterThan(8)
    await db.account.roles.drop('reader')
    expect(await db.account.grants.list({ role: 'reader' })).toEqual([])
  })

  it('lets a user do what it says, and nothing else', async () => {
    await db.account.roles.create('reader')
    await db.account.grants.grant({ on: 'account', privileges: ['connect'] }, { to: 'reader' })
    await db.account.grants.grant(
      { on: { table: `${database}.orders` }, privileges: ['select'] },
      { to: 'reader' },
    )
    await db.account.users.create('fay', { password, defaultRole: 'reader' })
    const fay = login('fay')
    expect((await sql.raw(`select * from ${database}.orders`).execute(fay)).rows).toEqual([])
    await expect(
      sql.raw(`insert into ${database}.orders values (1, 'x')`).execute(fay),
    ).rejects.toMatchObject({
      name: 'PrivilegeError',
    })
    await expect(fay.account.users.list()).rejects.toMatchObject({ name: 'AccountError' })
    await fay.destroy()
    await db.account.users.drop('fay')
    await db.account.roles.drop('reader')
  })

  it('is refused when it cannot be meant', async () => {
    const to = { to: 'accountadmin' }
    await expect(
      db.account.grants.grant({ on: { table: 'orders' }, privileges: ['select'] }, to),
    ).rejects.toThrow(/write 'database.table'/)
    await expect(
      db.account.grants.grant({ on: { table: '*.*' }, privileges: [] }, to),
    ).rejects.toThrow(ValueError)
    await expect(
      db.account.grants.grant(
        { on: 'account', privileges: ['connect on account * to x; --' as 'connect'] },
        to,
      ),
    ).rejects.toThrow(/The option privileges of account.grants.grant must be an array, each item/)
    await expect(
      db.account.grants.grant({ on: { table: 'shop.nope' }, privileges: ['select'] }, to),
    ).rejects.toMatchObject({ name: 'AccountError', errno: 20101 })
    await expect(
      db.account.grants.grant({ on: 'account', privileges: ['connect'] }, { to: 'nothing' }),
    ).rejects.toThrow(AccountError)
  })
})

describe('the codegen role', () => {
  it('lets its user read all that mo-codegen needs, and no rows', async () => {
    await db.account.createCodegenRole('codegen', {
      databases: [database],
      user: { name: 'gen', password },
    })
    const gen = login('gen')
    const seen = await gen.metadata.read({ database, strict: true })
    expect(seen.tables).toEqual((await db.metadata.read({ database, strict: true })).tables)
    expect(seen.warnings).toEqual([
      expect.stringMatching(/may not select from them.*latest.*\nGRANT SELECT ON VIEW .*latest/),
    ])
    await expect(sql.raw(`select * from ${database}.orders`).execute(gen)).rejects.toMatchObject({
      name: 'PrivilegeError',
    })
    await expect(
      sql.raw(`insert into ${database}.orders values (1, 'x')`).execute(gen),
    ).rejects.toMatchObject({
      name: 'PrivilegeError',
    })
    await gen.destroy()
    await db.account.users.drop('gen')
    await db.account.roles.drop('codegen')
  })

  it('lets its user read the views when asked, so that they can be checked', async () => {
    await db.account.createCodegenRole('codegen', {
      databases: [database],
      views: true,
      user: { name: 'gen', password },
    })
    const gen = login('gen')
    const seen = await gen.metadata.read({ database, strict: true })
    expect(seen).toEqual(await db.metadata.read({ database, strict: true }))
    await gen.destroy()
    await db.account.users.drop('gen')
    await db.account.roles.drop('codegen')
  })

  it('leaves nothing behind when it cannot be made', async () => {
    await expect(
      db.account.createCodegenRole('codegen', { databases: [database, 'nope'] }),
    ).rejects.toThrow(AccountError)
    expect(await db.account.roles.exists('codegen')).toBe(false)
    await db.account.roles.create('codegen')
    await expect(
      db.account.createCodegenRole('codegen', { databases: [database] }),
    ).rejects.toThrow(AccountError)
    expect(await db.account.roles.exists('codegen')).toBe(true)
    await db.account.roles.drop('codegen')
    await expect(db.account.createCodegenRole('codegen', { databases: [] })).rejects.toThrow(
      ValueError,
    )
  })
})
