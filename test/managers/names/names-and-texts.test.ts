/**
 * Five hundred random names and texts, one seed, through every place where a manager takes one: what
 * comes back is what went in, or an error says why not. It runs in an account of its own, so that
 * its objects can be counted: after each place everything else must be as before. The places are one list, long
 * as it is, so that one sees which are there.
 */
import fc from 'fast-check'
import { sql } from 'kysely'
import { MatrixOne, MatrixOneError, vecf32 } from 'kysely-matrixone'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useServer } from '../../support/server.js'
import { names, texts } from './names-and-texts.js'

type Database = MatrixOne<unknown>

/** A place where a name or a text goes in. */
interface Place {
  readonly title: string
  readonly samples: number
  readonly values: fc.Arbitrary<string>
  /** Stores the text; returns what was read back, of each place, where that is known at once. */
  readonly store: (text: string, index: number) => Promise<string | readonly string[] | undefined>
  /** Everything that is stored in this place. */
  readonly read?: () => Promise<readonly string[]>
  /** How the server is known to store a name. */
  readonly fold?: (text: string) => string
  readonly clear: () => Promise<void>
}

const SEED = 20_261_121
const server = useServer(import.meta.url)
const account = 'kmo_texts'
const database = 'kmo_texts'
const admin = { name: 'admin', password: 'kmo-Test_1' }
const stage = 'kmo_texts_stage'
let folder = '/var/lib/matrixone-test/names/'
let root: Database
let db: Database

/** On 3.0 files stay for good, so each run has a folder of its own, and each file a name of its own. */
async function removeFiles(): Promise<void> {
  if (server.can.removeStageFiles) await db.stage.removeFiles(stage, '*', { ifExists: true })
}

const login = (user: string, password: string, name?: string): Database =>
  new MatrixOne<unknown>({
    connection: {
      ...server.options,
      user: `${account}#${user}`,
      password,
      ...(name === undefined ? {} : { database: name }),
    },
  })

const lower = (text: string): string => text.toLowerCase()
const namesOf = (objects: readonly { readonly name: string | null }[]): readonly string[] =>
  objects.map(({ name }) => name ?? '')
const tableNames = async (name = database): Promise<readonly string[]> =>
  namesOf(await db.metadata.tables({ database: name }))
const databaseNames = async (): Promise<readonly string[]> =>
  (await db.metadata.databases()).filter((name) => !basic.includes(name))
const dropTable = (name: string): Promise<unknown> => sql`drop table ${sql.id(name)}`.execute(db)
const dropTables = async (): Promise<void> => {
  for (const name of await tableNames()) if (name !== 'base') await dropTable(name)
}
const dropDatabases = async (): Promise<void> => {
  for (const name of await databaseNames()) await sql`drop database ${sql.id(name)}`.execute(db)
}
let basic: readonly string[] = []
let untouched: unknown

/** Where the server finds itself, whatever stands in front of it here: a tape has to be of port 6001. */
const { hostname: host, port } = new URL(process.env['MO_URL'] ?? 'mysql://127.0.0.1:6001')
const endpoint = { host, port: Number(port), account, user: admin.name, password: admin.password }
const sink = `${database}_copy`
const replication = {
  source: endpoint,
  sink: endpoint,
  tables: [{ from: `${database}.base`, to: `${sink}.base` }],
}

/** Everything that a name or a text could have changed. */
async function inventory(): Promise<unknown> {
  const accounts = namesOf(await root.account.list())
  return {
    accounts: accounts.filter((name) => name === account || !name.startsWith('kmo_')),
    databases: await db.metadata.databases(),
    tables: await tableNames(),
    columns: namesOf(await db.metadata.columns('base')),
    snapshots: namesOf(await db.snapshots.list()),
    pitrs: namesOf(await db.pitr.list()),
    tasks: namesOf(await db.cdc.list()),
    stages: namesOf(await db.stage.list()),
    publications: namesOf(await db.pubsub.publications.list()),
    users: namesOf(await db.account.users.list()),
    roles: namesOf(await db.account.roles.list()),
    grants: (await db.account.grants.list()).length,
    rows: await sql`select * from base`.execute(db).then(({ rows }) => rows),
  }
}

beforeAll(async () => {
  root = new MatrixOne<unknown>({ connection: server.options })
  await root.account.drop(account, { ifExists: true })
  await root.account.create(account, { admin })
  const first = login(admin.name, admin.password)
  await sql`create database ${sql.id(database)}`.execute(first)
  // A CDC task makes it when it gets to it, perhaps before it is dropped.
  await sql`create database ${sql.id(sink)}`.execute(first)
  await first.destroy()
  db = login(admin.name, admin.password, database)
  await sql`create table base (id int primary key, note varchar(20))`.execute(db)
  await sql`insert into base values (1, 'a')`.execute(db)
  await db.pitr.create('kmo_texts_pitr', { level: 'database', database, range: 2, unit: 'h' })
  if (!server.can.removeStageFiles) {
    const { rows } = await db.execute<{ id: string }>('select uuid() as id')
    folder += `${String(rows[0]?.id)}/`
  }
  await db.stage.create(stage, { url: `file://${folder}` })
  await removeFiles()
  basic = await db.metadata.databases()
  untouched = await inventory()
})

afterAll(async () => {
  await removeFiles()
  await db.destroy()
  await root.account.drop(account, { ifExists: true })
  await root.destroy()
})

/** A name with which an object is made, listed and dropped. */
const named = (
  title: string,
  samples: number,
  create: (name: string, index: number) => Promise<unknown>,
  list: () => Promise<readonly string[]>,
  drop: (name: string) => Promise<unknown>,
): Place => {
  let before: readonly string[] = []
  return {
    title,
    samples,
    values: names,
    fold: lower,
    async store(name, index) {
      if (index === 0) before = await list()
      await create(name, index)
      return undefined
    },
    read: async () => (await list()).filter((name) => !before.includes(name)),
    async clear() {
      for (const name of await list()) if (!before.includes(name)) await drop(name)
    },
  }
}

/** A table with rows, of which a column can be indexed. */
async function makeIndexable(table: string, column: string, type: string): Promise<void> {
  const created = sql`create table ${sql.id(table)} (
    id bigint primary key, ${sql.id(column)} ${sql.raw(type)})`
  await created.execute(db)
  const value = type === 'text' ? 'word' : '[1,2]'
  await sql`insert into ${sql.id(table)} values (1, ${value})`.execute(db)
}

const keep = (text: string): string => text

/** A text that is read back at once. */
const text = (
  title: string,
  samples: number,
  store: (text: string, index: number) => Promise<string | readonly string[] | undefined>,
): Place => ({ title, samples, values: texts, store, clear: dropTables })

const places: readonly Place[] = [
  named(
    'the name of a snapshot',
    20,
    (name) => db.snapshots.create(name, { level: 'database', database }),
    async () => namesOf(await db.snapshots.list()),
    (name) => db.snapshots.drop(name),
  ),
  named(
    'the table of a snapshot',
    15,
    async (name, index) => {
      await db.createTable(`${database}.${name}`, (build) => build.addColumn('id', 'integer'))
      await db.snapshots.create(`of_table_${index}`, {
        level: 'table',
        table: `${database}.${name}`,
      })
    },
    async () => (await db.snapshots.list()).map(({ table }) => table ?? ''),
    async (name) => {
      const found = (await db.snapshots.list()).find(({ table }) => table === name)
      await db.snapshots.drop(found?.name ?? '')
      await dropTables()
    },
  ),
  named(
    'the name of a PITR',
    15,
    async (name, index) => {
      const table = `pitr_${index}`
      await db.createTable(table, (build) => build.addColumn('id', 'integer'))
      await db.pitr.create(name, { level: 'table', table, range: 1, unit: 'h' })
    },
    async () => namesOf(await db.pitr.list()),
    (name) => db.pitr.drop(name),
  ),
  named(
    'the name of a stage',
    20,
    (name) => db.stage.create(name, { url: 'file:///var/lib/matrixone-test/names/' }),
    async () => namesOf(await db.stage.list()),
    (name) => db.stage.drop(name),
  ),
  named(
    'the name of a publication',
    20,
    (name) => db.pubsub.publications.create(name, { database, accounts: ['sys'] }),
    async () => namesOf(await db.pubsub.publications.list()),
    (name) => db.pubsub.publications.drop(name),
  ),
  named(
    'the name of a user',
    25,
    (name) => db.account.users.create(name, { password: admin.password }),
    async () => namesOf(await db.account.users.list()),
    (name) => db.account.users.drop(name),
  ),
  named(
    'the name of a role',
    20,
    (name) => db.account.roles.create(name),
    async () => namesOf(await db.account.roles.list()),
    (name) => db.account.roles.drop(name),
  ),
  named(
    'the name of a cloned database',
    15,
    (name) => db.clone.createDatabase(name, { from: database }),
    databaseNames,
    dropDatabases,
  ),
  named(
    'the name of a branched database',
    15,
    (name) => db.branch.createDatabase(name, { from: database }),
    databaseNames,
    dropDatabases,
  ),
  named(
    'the name of a table',
    25,
    (name) => db.createTable(name, (build) => build.addColumn('id', 'integer')),
    tableNames,
    dropTable,
  ),
  named(
    'the name of a cloned table',
    15,
    (name) => db.clone.createTable(`${database}.${name}`, { from: 'base' }),
    tableNames,
    dropTable,
  ),
  named(
    'the name of a branched table',
    15,
    (name) => db.branch.createTable(`${database}.${name}`, { from: 'base' }),
    tableNames,
    (name) =>
      server.can.branchDeleteChecksTarget
        ? db.branch.deleteTable(`${database}.${name}`)
        : dropTable(name),
  ),
  named(
    'the table of a publication',
    15,
    async (name, index) => {
      await db.createTable(`${database}.${name}`, (build) => build.addColumn('id', 'integer'))
      const options = { database, tables: [name], accounts: ['sys'] }
      await db.pubsub.publications.create(`of_table_${index}`, options)
    },
    async () =>
      (await db.pubsub.publications.list()).flatMap(({ tables }) => tables ?? ['all tables']),
    async (name) => {
      const published = await db.pubsub.publications.list()
      const found = published.find(({ tables }) => tables?.includes(name))
      await db.pubsub.publications.drop(found?.name ?? '')
    },
  ),
  {
    ...named(
      'the name of a column',
      25,
      (name, index) => db.createTable(`t${index}`, (build) => build.addColumn(name, 'integer')),
      async () => (await db.metadata.tables()).flatMap(({ columns }) => namesOf(columns)),
      async () => undefined,
    ),
    fold: keep,
  },
  named(
    'the name of a vector index',
    12,
    async (name, index) => {
      await makeIndexable(`v${index}`, 'v', 'vecf32(2)')
      await db.vectorOps.create(`v${index}`, 'v', { algorithm: 'ivfflat', name })
    },
    async () => (await db.metadata.tables()).flatMap((table) => namesOf(table.vectorIndexes ?? [])),
    async () => undefined,
  ),
  text('the column of a vector index', 10, async (name, index) => {
    await makeIndexable(`c${index}`, name, 'vecf32(2)')
    const made = await db.vectorOps.create(`c${index}`, name, {
      algorithm: 'ivfflat',
      name: 'i',
    })
    return made.column
  }),
  named(
    'the name of a full-text index',
    12,
    async (name, index) => {
      await makeIndexable(`f${index}`, 'b', 'text')
      await db.fulltextIndex.create(`f${index}`, ['b'], { name })
    },
    async () =>
      (await db.metadata.tables()).flatMap((table) => namesOf(table.fulltextIndexes ?? [])),
    async () => undefined,
  ),
  {
    ...text('the column of a full-text index', 10, async (name, index) => {
      await makeIndexable(`c${index}`, name, 'text')
      const { columns } = await db.fulltextIndex.create(`c${index}`, [name], { name: 'i' })
      return columns[0]
    }),
    values: names,
  },
  named(
    'the name of a CDC task',
    12,
    (name) => db.cdc.create(name, replication),
    async () => namesOf(await db.cdc.list()),
    (name) => db.cdc.drop(name),
  ),
  text('the comment of an account', 15, async (comment) => {
    return (await root.account.alter(account, { comment })).comment ?? ''
  }),
  text('the comment of a stage', 20, async (comment) => {
    return (await db.stage.alter(stage, { comment })).comment ?? ''
  }),
  text('the URL of a stage', 20, async (path) => {
    const url = `file:///var/lib/matrixone-test/${path}`
    const made = await db.stage.create('kmo_texts_url', { url })
    await db.stage.drop('kmo_texts_url')
    return made.url.slice('file:///var/lib/matrixone-test/'.length)
  }),
  text('a credential of a stage', 15, async (value) => {
    await db.stage.alter(stage, { credentials: { PROVIDER: value, ROLE_ARN: 'x' } })
    const { rows } = await sql<{ stored: string }>`select stage_credentials as stored
      from mo_catalog.mo_stages where stage_name = ${stage}`.execute(db)
    return (rows[0]?.stored ?? '').slice('PROVIDER='.length, -',ROLE_ARN=x'.length)
  }),
  text('the comment of a publication', 20, async (comment) => {
    const publications = db.pubsub.publications
    const made = await publications.create('of_comment', { database, accounts: ['sys'], comment })
    await publications.drop('of_comment')
    return made.comment ?? ''
  }),
  text('the comments of a table, a column and a key', 20, async (comment, index) => {
    const name = `commented_${index}`
    const column = (columnName: string) =>
      ({ name: columnName, type: { name: 'int' }, comment }) as const
    await db.createTable({
      name,
      kind: 'table',
      comment,
      columns: [column('a'), column('b')],
      indexes: [{ name: 'k', columns: ['b'], comment }],
    })
    const table = await db.metadata.table(name)
    await db.dropTable(name)
    return [table.comment ?? '', table.columns[0]?.comment ?? '', table.indexes?.[0]?.comment ?? '']
  }),
  text('the comment of a vector index', 12, async (comment, index) => {
    const table = `v${index}`
    await db.createTable(table, (build) =>
      build.addColumn('id', 'integer', (column) => column.primaryKey()).addColumn('v', vecf32(2)),
    )
    const made = await db.vectorOps.create(table, 'v', { algorithm: 'ivfflat', comment })
    await sql`truncate table ${sql.id(table)}`.execute(db)
    return made.comment
  }),
  text('the comment of a full-text index', 12, async (comment, index) => {
    const table = `f${index}`
    await db.createTable(table, (build) =>
      build.addColumn('id', 'integer', (column) => column.primaryKey()).addColumn('b', 'text'),
    )
    return (await db.fulltextIndex.create(table, ['b'], { comment })).comment
  }),
  text('a password', 10, async (password, index) => {
    await db.account.users.create(`kmo_user_${index}`, { password })
    const own = login(`kmo_user_${index}`, password)
    const { user } = await own.account.current()
    await own.destroy()
    await db.account.users.drop(`kmo_user_${index}`)
    return user === `kmo_user_${index}` ? password : user
  }),
  text('the name of a file in a stage', 15, async (file) => {
    await db.stage.writeFile(stage, `${file}.txt`, 'x')
    const content = await db.stage.readFile(stage, `${file}.txt`)
    const paths = await db.stage.files(stage)
    await removeFiles()
    if (content !== 'x') return content
    const names = paths.map((path) => path.slice(folder.length, -'.txt'.length))
    return names.find((name) => name === file) ?? names[0]
  }),
  text('the content of a file in a stage', 10, async (content, index) => {
    const file = server.can.removeStageFiles ? 'a.txt' : `content_${index}.txt`
    await db.stage.writeFile(stage, file, content)
    const back = await db.stage.readFile(stage, file)
    await removeFiles()
    return back
  }),
  text('a value that is inserted, loaded and found again', 15, async (note, index) => {
    const table = `values_${index}`
    await db.createTable(table, (build) =>
      build.addColumn('id', 'integer').addColumn('note', 'text'),
    )
    await db.insert(table, { id: 1, note })
    await db.loadData.rows(table, [{ id: 2, note }])
    const found = 'select id, note from ' + table + ' where note = ? order by id'
    const { rows } = await db.execute<{ id: number; note: string }>(found, [note])
    return rows.length === 2 ? rows.map((row) => row.note) : `${rows.length} rows`
  }),
]

it('makes five hundred of them', () => {
  expect(places.reduce((sum, { samples }) => sum + samples, 0)).toBe(500)
})

describe.each(places)('$title', ({ samples, values, store, read, fold = keep, clear }) => {
  it('is stored exactly or refused, and nothing else changes', async () => {
    const stored: string[] = []
    const seen = new Set<string>()
    for (const [index, text] of fc.sample(values, { seed: SEED, numRuns: samples }).entries()) {
      // A name that is taken is another matter.
      if (seen.has(fold(text))) continue
      seen.add(fold(text))
      try {
        const back = await store(text, index)
        for (const each of [back ?? fold(text)].flat()) expect(each).toBe(fold(text))
        stored.push(fold(text))
      } catch (error) {
        expectClearRefusal(error, text)
      }
    }
    if (read !== undefined) expect((await read()).toSorted()).toEqual(stored.toSorted())
    expect(stored.length).toBeGreaterThan(0)
    await clear()
    await dropTables()
    expect(await inventory()).toEqual(untouched)
  })
})

/** Throws unless a person understands the refusal: no syntax error in SQL that the test did not write. */
function expectClearRefusal(error: unknown, text: string): void {
  const unclear = /SQL syntax|syntax error|Column count|goroutine|panic|runtime/
  if (error instanceof MatrixOneError && !unclear.test(error.message)) return
  const message = `${JSON.stringify(text)} is neither stored nor clearly refused: ${String(error)}`
  throw new Error(message, { cause: error })
}
