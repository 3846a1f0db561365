import fc from 'fast-check'
import { sql } from 'kysely'
import { MatrixOne, PubSubError, UnsupportedError, ValueError } from 'kysely-matrixone'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openClient, openDatabase } from '../../support/database.js'
import { givenBack } from '../../support/queries.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_pubsub'
const publication = 'kmo_pubsub_p'
const second = 'kmo_pubsub_p2'
const [reader, stranger] = ['kmo_pubsub_reader', 'kmo_pubsub_stranger'] as const
const admin = { name: 'admin', password: 'kmo-Test_1' }
/** The publisher. */
let db: MatrixOne<unknown>
/** The subscriber. */
let sub: MatrixOne<unknown>

const login = (account: string): MatrixOne<unknown> =>
  new MatrixOne({
    connection: { ...server.options, user: `${account}#admin`, password: admin.password },
  })

async function dropAll(): Promise<void> {
  for (const name of [publication, second])
    await db.pubsub.publications.drop(name, { ifExists: true })
  for (const name of [reader, stranger]) await db.account.drop(name, { ifExists: true })
}

beforeAll(async () => {
  db = openClient<unknown>(server)
  await dropAll()
  await openDatabase(server, database)
  for (const name of [reader, stranger]) await db.account.create(name, { admin })
  for (const table of ['prices', 'secrets']) {
    await sql.raw(`create table ${database}.${table} (id int primary key, v vecf32(2))`).execute(db)
    await sql.raw(`insert into ${database}.${table} values (1, '[1,2]')`).execute(db)
  }
  sub = login(reader)
})

afterAll(async () => {
  await sub.destroy()
  await dropAll()
  await db.destroy()
})

describe('a publication', () => {
  it('is read by another account, kept from it, and given back', async () => {
    const made = await db.pubsub.publications.create(publication.toUpperCase(), {
      database,
      tables: ['prices'],
      accounts: [reader],
      comment: 'for you',
    })
    expect(await db.pubsub.publications.showCreate(publication)).toMatch(
      new RegExp(
        `^CREATE PUBLICATION ${publication} DATABASE ${database} TABLE prices ACCOUNT`,
        'i',
      ),
    )
    const listed = async (filter: object): Promise<readonly string[]> =>
      (await db.pubsub.publications.list(filter)).map(({ name }) => name)
    expect(await listed({ account: reader, database })).toContain(publication)
    expect(await listed({ account: stranger, database })).toEqual([])
    expect(await listed({ database: 'no_such_database' })).toEqual([])
    expect(made).toEqual({
      name: publication,
      database,
      tables: ['prices'],
      accounts: [reader],
      subscribers: [],
      comment: 'for you',
      createdAt: expect.any(Date),
      updatedAt: null,
    })
    expect(Object.isFrozen(made) && Object.isFrozen(made.tables)).toBe(true)

    expect(await sub.pubsub.subscriptions.list()).toEqual([])
    const offered = {
      name: null,
      publication,
      account: 'sys',
      status: 'normal',
      database,
      tables: ['prices'],
      comment: 'for you',
      publishedAt: expect.any(Date),
      subscribedAt: null,
    }
    expect(await sub.pubsub.subscriptions.list({ all: true })).toContainEqual(offered)
    await sub.pubsub.subscriptions.create('prices_of_sys', { from: 'sys', publication })
    expect(await sub.pubsub.subscriptions.get('PRICES_of_sys')).toEqual({
      ...offered,
      name: 'prices_of_sys',
      subscribedAt: expect.any(Date),
    })
    expect((await sql`select * from prices_of_sys.prices`.execute(sub)).rows).toEqual([
      { id: 1, v: [1, 2] },
    ])
    await expect(sql`select * from prices_of_sys.secrets`.execute(sub)).rejects.toThrow(
      /does not exist/,
    )
    await expect(
      sql`insert into prices_of_sys.prices values (2, null)`.execute(sub),
    ).rejects.toThrow(/public table/)
    expect((await db.pubsub.publications.get(publication)).subscribers).toEqual([reader])

    const altered = await db.pubsub.publications.alter(publication, {
      accounts: { drop: [reader] },
    })
    expect(altered).toMatchObject({ accounts: [], updatedAt: expect.any(Date) })
    expect(await sub.pubsub.subscriptions.get('prices_of_sys')).toMatchObject({
      status: 'not allowed',
      database: null,
      tables: null,
    })
    await expect(sql`select * from prices_of_sys.prices`.execute(sub)).rejects.toThrow(
      /not allowed/,
    )
    await db.pubsub.publications.alter(publication, { accounts: { add: [reader, stranger] } })
    expect((await sql`select id from prices_of_sys.prices`.execute(sub)).rows).toHaveLength(1)

    await db.pubsub.publications.drop(publication)
    expect((await sub.pubsub.subscriptions.get('prices_of_sys')).status).toBe('publication dropped')
    await sub.pubsub.subscriptions.drop('prices_of_sys')
    expect(await sub.pubsub.subscriptions.exists('prices_of_sys')).toBe(false)
  })

  it('of a database holds the tables that are made later', async () => {
    await db.pubsub.publications.create(publication, { database, accounts: 'all' })
    expect(await db.pubsub.publications.get(publication)).toMatchObject({
      tables: null,
      accounts: null,
      comment: null,
    })
    await sub.pubsub.subscriptions.create('everything', { from: 'sys', publication })
    await sql.raw(`create table ${database}.later (id int primary key)`).execute(db)
    expect((await sql`select * from everything.later`.execute(sub)).rows).toEqual([])
    const narrowed = await db.pubsub.publications.alter(publication, {
      accounts: [reader],
      tables: ['prices', 'later'],
      comment: 'less',
    })
    expect(narrowed).toMatchObject({
      accounts: [reader],
      tables: ['later', 'prices'],
      comment: 'less',
    })
    await expect(sql`select * from everything.secrets`.execute(sub)).rejects.toThrow(
      /does not exist/,
    )
    expect(await db.pubsub.publications.alter(publication, { accounts: 'all' })).toMatchObject({
      accounts: null,
    })
    await sub.pubsub.subscriptions.drop('everything')
    await db.pubsub.publications.drop(publication)
    await sql.raw(`drop table ${database}.later`).execute(db)
  })

  it('keeps every comment as it was given', async () => {
    await db.pubsub.publications.create(publication, { database, accounts: [reader] })
    const texts = fc.sample(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), {
      seed: 3,
      numRuns: 25,
    })
    for (const comment of [`it's "c" \\ x`, "a'); -- ", '🎉\n', ...texts]) {
      const altered = db.pubsub.publications.alter(publication, { comment })
      if (!server.can.publicationTextsEscaped && /['\\]/.test(comment)) {
        await expect(altered).rejects.toThrow(/neither ' nor \\ on MatrixOne 3\.0/)
        const again = { database, accounts: [reader], comment }
        await expect(db.pubsub.publications.create(second, again)).rejects.toThrow(UnsupportedError)
      } else expect((await altered).comment).toBe(comment)
    }
    // A comment that was kept must not break the next change.
    const { comment } = await db.pubsub.publications.alter(publication, {
      accounts: { add: [stranger] },
    })
    expect(comment).toBe(
      texts.findLast((each) => server.can.publicationTextsEscaped || !/['\\]/.test(each)),
    )
    expect(
      (await db.pubsub.publications.list()).filter(({ name }) => name.startsWith('kmo_pubsub')),
    ).toHaveLength(1)
    await db.pubsub.publications.drop(publication)
  })

  it('is created once, although the server ignores IF NOT EXISTS', async () => {
    await db.pubsub.publications.create(publication, { database, accounts: [reader] })
    await expect(
      sql
        .raw(
          `create publication if not exists ${publication} database ${database} account ${reader}`,
        )
        .execute(db),
    ).rejects.toMatchObject({ errno: server.can.publicationNamesUnique ? 1062 : 20101 })
    await expect(
      db.pubsub.publications.create(publication, { database, accounts: [reader] }),
    ).rejects.toThrow(
      server.can.publicationNamesUnique
        ? /Could not create publication kmo_pubsub_p: Duplicate entry/
        : /Could not create publication kmo_pubsub_p: there is one of that name/,
    )
    const same = await db.pubsub.publications.create(publication, {
      database,
      accounts: [stranger],
      ifNotExists: true,
    })
    expect(same.accounts).toEqual([reader])
    await db.pubsub.publications.drop(publication)
  })

  it('of a table with a comma in its name would be seen by no account (the trap), and is refused', async () => {
    await sql.raw(`create table ${database}.\`a,b\` (id int)`).execute(db)
    await sql
      .raw(`create publication ${second} database ${database} table \`a,b\` account ${reader}`)
      .execute(db)
    await sub.pubsub.subscriptions.create('commas', { from: 'sys', publication: second })
    expect((await sql`show tables from commas`.execute(sub)).rows).toEqual([])
    await sub.pubsub.subscriptions.drop('commas')
    await db.pubsub.publications.drop(second)
    await sql.raw(`drop table ${database}.\`a,b\``).execute(db)
    await expect(
      db.pubsub.publications.create(second, { database, tables: ['a,b'], accounts: [reader] }),
    ).rejects.toThrow(ValueError)
  })

  it.each([
    ['a database', { database: 'kmo_pubsub_nope', accounts: [reader] }],
    ['a table', { database, tables: ['nope'], accounts: [reader] }],
    ['an account', { database, accounts: ['kmo_pubsub_nobody'] }],
    ['its own account', { database, accounts: ['sys'] }],
    ['a system database', { database: 'mo_catalog', accounts: [reader] }],
  ])('is refused for %s that does not exist or cannot be meant', async (_what, options) => {
    await expect(db.pubsub.publications.create(second, options)).rejects.toMatchObject({
      name: 'PubSubError',
      errno: 20101,
    })
    expect(await db.pubsub.publications.exists(second)).toBe(false)
  })

  it('is refused before it is sent when a name or list makes no sense', async () => {
    const { publications } = db.pubsub
    await expect(publications.create('a b', { database, accounts: 'all' })).rejects.toThrow(
      ValueError,
    )
    await expect(publications.create(second, { database, accounts: [] })).rejects.toThrow(
      ValueError,
    )
    await expect(
      publications.create(second, { database, tables: [], accounts: 'all' }),
    ).rejects.toThrow(ValueError)
    await expect(publications.create(second, { database, accounts: ["x' or 1"] })).rejects.toThrow(
      ValueError,
    )
    await expect(publications.alter(second, { comment: '' })).rejects.toThrow(
      /ignores an empty comment/,
    )
    await expect(publications.alter(second, {})).rejects.toThrow(/something to change/)
    await expect(publications.get("x' or 1=1 -- ")).rejects.toThrow(ValueError)
  })

  it('that does not exist is an error, unless ifExists says so', async () => {
    const { publications } = db.pubsub
    await expect(publications.get(second)).rejects.toThrow(PubSubError)
    await expect(publications.alter(second, { comment: 'x' })).rejects.toMatchObject({
      errno: 20101,
    })
    await expect(publications.drop(second)).rejects.toMatchObject({
      name: 'PubSubError',
      errno: 20101,
    })
    await publications.drop(second, { ifExists: true })
  })

  it('to all accounts is for sys only', async () => {
    await sql`create database mine`.execute(sub)
    await expect(
      sub.pubsub.publications.create(second, { database: 'mine', accounts: 'all' }),
    ).rejects.toThrow(/only sys account/)
    await sub.pubsub.publications.create(second, { database: 'mine', accounts: [stranger] })
    await sub.pubsub.publications.drop(second)
  })

  it('is neither made nor changed nor dropped inside a transaction, where the list can be read', async () => {
    await db.transaction().execute(async (trx) => {
      const { publications } = trx.pubsub
      await expect(publications.create(second, { database, accounts: 'all' })).rejects.toThrow(
        UnsupportedError,
      )
      await expect(publications.alter(second, { comment: 'x' })).rejects.toThrow(UnsupportedError)
      await expect(publications.drop(second)).rejects.toThrow(UnsupportedError)
      expect(await publications.exists(second)).toBe(false)
    })
  })
})

describe('a subscription', () => {
  it('takes part in a transaction and rolls back with it', async () => {
    await db.pubsub.publications.create(publication, { database, accounts: [reader] })
    const trx = await sub.startTransaction().execute()
    await trx.pubsub.subscriptions.create('rolled_back', { from: 'sys', publication })
    expect(await trx.pubsub.subscriptions.exists('rolled_back')).toBe(false)
    await trx.rollback().execute()
    await givenBack()
    expect(await sub.pubsub.subscriptions.list()).toEqual([])

    await sub.transaction().execute(async (again) => {
      await again.pubsub.subscriptions.create('kept', { from: 'sys', publication })
    })
    expect(await sub.pubsub.subscriptions.exists('kept')).toBe(true)
    const dropping = await sub.startTransaction().execute()
    await dropping.pubsub.subscriptions.drop('kept')
    await dropping.rollback().execute()
    await givenBack()
    expect(await sub.pubsub.subscriptions.exists('kept')).toBe(true)
  })

  it('is made once, of what there is', async () => {
    const { subscriptions } = sub.pubsub
    const from = 'sys'
    await expect(subscriptions.create('again', { from, publication })).rejects.toThrow(
      /only be subscribed once/,
    )
    await expect(subscriptions.create('kept', { from, publication })).rejects.toMatchObject({
      name: 'PubSubError',
      errno: 1007,
    })
    await expect(subscriptions.create('x', { from, publication: 'nope' })).rejects.toThrow(
      PubSubError,
    )
    await expect(subscriptions.create('x', { from: 'nobody', publication })).rejects.toThrow(
      PubSubError,
    )
    await expect(subscriptions.create('a b', { from, publication })).rejects.toThrow(ValueError)
    await expect(subscriptions.get('x')).rejects.toThrow(PubSubError)
    await subscriptions.drop('kept')
    await db.pubsub.publications.drop(publication)
  })

  it('is the only thing that drop drops', async () => {
    await expect(sub.pubsub.subscriptions.drop('mine')).rejects.toThrow(
      /is not a subscription, so it is not dropped/,
    )
    await expect(sub.pubsub.subscriptions.drop('nope')).rejects.toThrow(PubSubError)
    await sub.pubsub.subscriptions.drop('nope', { ifExists: true })
    expect(await sub.metadata.databases()).toContain('mine')
  })
})
