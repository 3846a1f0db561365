import fc from 'fast-check'
import { Kysely, MysqlDialect, sql } from 'kysely'
import { AccountError, matrixone, MatrixOne, UnsupportedError, ValueError } from 'kysely-matrixone'
import mysql from 'mysql2'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const name = 'kmo_account_main'
const second = 'kmo_account_second'
const password = `kmo-Test_1'"\\;`
let db: MatrixOne<unknown>

const login = (user: string, secret: string): MatrixOne<unknown> =>
  new MatrixOne({ connection: { ...server.options, user, password: secret } })

beforeAll(async () => {
  db = new MatrixOne({ connection: server.options })
  for (const each of [name, second]) await db.account.drop(each, { ifExists: true })
  await db.account.create(name, { admin: { name: 'admin', password } })
})

afterAll(async () => {
  for (const each of [name, second]) await db.account.drop(each, { ifExists: true })
  await db.destroy()
})

describe('an account', () => {
  it('is created with an administrator who can log in, whatever the password is made of', async () => {
    const tenant = login(`${name}#admin`, password)
    expect(await tenant.account.current()).toEqual({
      account: name,
      accountId: expect.any(Number),
      user: 'admin',
      role: 'accountadmin',
    })
    expect((await tenant.account.list()).map((account) => account.name)).toEqual([name])
    await expect(tenant.account.get('sys')).rejects.toThrow(AccountError)
    await expect(
      tenant.account.create(second, { admin: { name: 'admin', password } }),
    ).rejects.toMatchObject({ name: 'AccountError', errno: 20101 })
    await tenant.destroy()
    const wrong = login(`${name}#admin`, 'wrong')
    await expect(wrong.account.current()).rejects.toMatchObject({ name: 'AccessDeniedError' })
    await wrong.destroy()
  })

  it('is described by a frozen object', async () => {
    const account = await db.account.get(name)
    expect(account).toEqual({
      name,
      admin: 'admin',
      status: 'open',
      comment: null,
      createdAt: expect.any(Date),
      suspendedAt: null,
      databases: expect.any(Number),
      tables: expect.any(Number),
      size: expect.any(Number),
      snapshotSize: expect.any(Number),
    })
    expect(Object.isFrozen(account)).toBe(true)
    const names = (await db.account.list()).map((each) => each.name)
    expect(names).toContain('sys')
    expect(names).toEqual(names.toSorted())
  })

  it('has the same time of creation when the connection reads times as text', async () => {
    const textual = new MatrixOne({ connection: server.options, types: { datetime: 'string' } })
    expect(await textual.account.get(name)).toMatchObject({
      createdAt: (await db.account.get(name)).createdAt,
    })
    await textual.destroy()
  })

  it('is changed one option a statement (two in one are refused, the trap)', async () => {
    await expect(
      sql.raw(`alter account ${name} suspend comment 'late'`).execute(db),
    ).rejects.toThrow(/at most one option/)
    const changed = await db.account.alter(name, { status: 'suspend', comment: 'late' })
    expect(changed).toMatchObject({ status: 'suspend', comment: 'late' })
    expect(changed.suspendedAt).toBeInstanceOf(Date)
    const tenant = login(`${name}#admin`, password)
    await expect(tenant.account.current()).rejects.toThrow(/suspended/)
    await tenant.destroy()
    expect(await db.account.alter(name, { status: 'restrict' })).toMatchObject({
      status: 'restricted',
    })
    expect(await db.account.alter(name, { status: 'open' })).toMatchObject({ status: 'open' })
  })

  it('gets a new password for its administrator', async () => {
    await db.account.alter(name, { admin: { name: 'admin', password: 'kmo-Test_2' } })
    const tenant = login(`${name}#admin`, 'kmo-Test_2')
    expect((await tenant.account.current()).user).toBe('admin')
    await tenant.destroy()
    await expect(
      db.account.alter(name, { admin: { name: 'nobody', password: 'kmo-Test_3' } }),
    ).rejects.toThrow(/there is no user nobody/)
  })

  it('pastes its comment into SQL of the server’s own (the trap)', async () => {
    await sql`alter account ${sql.raw(name)} comment ${'a","zz") -- '}`
      .execute(db)
      .catch(() => undefined)
    await expect(
      sql`alter account ${sql.raw(name)} comment ${'a " b'}`.execute(db),
    ).rejects.toThrow(/syntax/)
  })

  it('keeps every comment as it was given, or refuses it', async () => {
    const texts = fc.sample(fc.string({ unit: 'grapheme', maxLength: 60 }), {
      seed: 5,
      numRuns: 8,
    })
    const others = async (): Promise<readonly string[]> =>
      (await db.account.list())
        .map((each) => each.name)
        .filter((each) => !/^kmo_(?!account_main)/.test(each))
    const before = await others()
    for (const comment of ['a","zz") -- ', 'b\\', "it's", '\n\t', '🎉'.repeat(256), ...texts]) {
      const account = await db.account.alter(name, { comment })
      expect(account.comment).toBe(comment === '' ? null : comment)
    }
    await expect(db.account.alter(name, { comment: '🎉'.repeat(257) })).rejects.toThrow(ValueError)
    expect(await others()).toEqual(before)
  })

  it.each([`a b`, `a'b`, 'a`b', 'a"b', 'a.b', 'ä', '', '-a', 'x'.repeat(301)])(
    'cannot be named %j',
    async (bad) => {
      await expect(db.account.create(bad, { admin: { name: 'admin', password } })).rejects.toThrow(
        ValueError,
      )
      await expect(
        db.account.create(second, { admin: { name: bad === 'a.b' ? 'a;b' : bad, password } }),
      ).rejects.toThrow(ValueError)
      await expect(db.account.drop(bad)).rejects.toThrow(ValueError)
    },
  )

  it('is created once', async () => {
    await expect(db.account.create(name, { admin: { name: 'admin', password } })).rejects.toThrow(
      `Could not create account ${name}: the tenant ${name} exists`,
    )
    const same = await db.account.create(name.toUpperCase(), {
      admin: { name: 'admin', password },
      ifNotExists: true,
    })
    expect(same.name).toBe(name)
  })

  it('is dropped with everything in it', async () => {
    await db.account.create(second, { admin: { name: 'ad.min', password }, comment: 'to go' })
    expect(await db.account.exists(second)).toBe(true)
    await db.account.drop(second)
    expect(await db.account.exists(second)).toBe(false)
    await expect(db.account.drop(second)).rejects.toThrow(/there is no account/)
    await db.account.drop(second, { ifExists: true })
  })

  it('is neither made nor changed nor dropped inside a transaction, which goes on', async () => {
    await db.transaction().execute(async (trx) => {
      const { account } = trx
      await expect(account.create(second, { admin: { name: 'a', password } })).rejects.toThrow(
        UnsupportedError,
      )
      await expect(account.alter(name, { comment: 'x' })).rejects.toThrow(UnsupportedError)
      await expect(account.drop(name)).rejects.toThrow(UnsupportedError)
      await expect(account.users.create('u', { password })).rejects.toThrow(UnsupportedError)
      await expect(account.users.alter('u', { locked: true })).rejects.toThrow(UnsupportedError)
      await expect(account.users.drop('u')).rejects.toThrow(UnsupportedError)
      await expect(account.roles.create('r')).rejects.toThrow(UnsupportedError)
      await expect(account.roles.grant('r', { to: 'u' })).rejects.toThrow(UnsupportedError)
      await expect(account.roles.revoke('r', { from: 'u' })).rejects.toThrow(UnsupportedError)
      await expect(account.roles.drop('r')).rejects.toThrow(UnsupportedError)
      const what = { on: 'account', privileges: ['connect'] } as const
      await expect(account.grants.grant(what, { to: 'r' })).rejects.toThrow(UnsupportedError)
      await expect(account.grants.revoke(what, { from: 'r' })).rejects.toThrow(UnsupportedError)
      await expect(account.createCodegenRole('r', { databases: ['d'] })).rejects.toThrow(
        UnsupportedError,
      )
      expect(await account.exists(name)).toBe(true)
      expect((await account.users.list()).length).toBeGreaterThan(0)
      expect((await account.roles.list()).length).toBeGreaterThan(0)
    })
  })
})

describe('a password', () => {
  const secret = 'kmo-Hidden_9'
  const everything = (error: unknown): string =>
    `${inspect(error, { depth: 9, showHidden: true })}${String((error as Error).stack)}`

  it.each(['', 'a\0b'])('is not %j', async (bad) => {
    await expect(
      db.account.create(second, { admin: { name: 'admin', password: bad } }),
    ).rejects.toThrow(ValueError)
    await expect(db.account.users.create('kmo_u', { password: bad })).rejects.toThrow(ValueError)
  })

  it('is in no error, of this dialect or another', async () => {
    const pool = mysql.createPool({ ...server.options })
    const plain = new Kysely<unknown>({ dialect: new MysqlDialect({ pool }) })
    for (const { account } of [db, matrixone(plain)]) {
      const failures = await Promise.all([
        account
          .create(name, { admin: { name: 'admin', password: secret } })
          .catch((error: unknown) => error),
        account
          .alter(name, { admin: { name: 'nobody', password: secret } })
          .catch((error: unknown) => error),
        account.users.create('root', { password: secret }).catch((error: unknown) => error),
        account.users.alter('kmo_nobody', { password: secret }).catch((error: unknown) => error),
      ])
      for (const failure of failures) {
        expect(failure).toBeInstanceOf(AccountError)
        expect((failure as AccountError).errno).toBe(20101)
        expect(everything(failure)).not.toContain(secret)
      }
    }
    for (const connection of (
      pool as unknown as { _allConnections: { toArray(): { destroy(): void }[] } }
    )._allConnections.toArray()) {
      connection.destroy()
    }
  })

  it('is in no text that kysely logs', async () => {
    const logged: string[] = []
    const logging = new MatrixOne({
      connection: server.options,
      log: (event) => {
        logged.push(event.query.sql)
      },
    })
    await logging.account.alter(name, { admin: { name: 'admin', password: secret } })
    expect(logged).toContain(`alter account \`${name}\` admin_name 'admin' identified by ?`)
    expect(logged.join()).not.toContain(secret)
    await logging.destroy()
  })
})
