import { setTimeout as sleep } from 'node:timers/promises'
import { CamelCasePlugin } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UnknownObjectError } from '../../../src/errors.js'
import { assembleTables } from '../../../src/managers/metadata/assemble-tables.js'
import { ColumnCollector } from '../../../src/managers/metadata/collect-columns.js'
import { MetadataManager } from '../../../src/managers/metadata/metadata-manager.js'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { type Session, openSession } from './metadata-support.js'

const server = useServer(import.meta.url)
const database = 'kmo_metadata_read'

let session: Session
let metadata: MetadataManager

beforeAll(async () => {
  session = openSession((await openDatabase(server, database)).options)
  metadata = new MetadataManager(session.db)
})

afterAll(() => session.close())

async function names(): Promise<readonly string[]> {
  return (await metadata.tables()).map(({ name }) => name)
}

/** The server's clock in nanoseconds. */
async function readClock(): Promise<bigint> {
  const [row] = await session.sql(
    'select cast(unix_timestamp(now(6)) as char) as seconds, cast(now(6) as char) as local',
  )
  const fraction = String(row?.['local']).split('.')[1] ?? ''
  return BigInt(String(row?.['seconds'])) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))
}

describe('a join of two catalog tables by name', () => {
  it('returns nothing when both sides are compared with the same literal (the trap)', async () => {
    await session.sql('create table joined (id int primary key)')
    const where = `t.reldatabase = '${database}'`
    const count = async (condition: string): Promise<number> => {
      const [row] = await session.sql(
        'select count(*) as n from mo_catalog.mo_tables t join mo_catalog.mo_columns c ' +
          `on c.att_database = t.reldatabase and c.att_relname = t.relname where ${condition}`,
      )
      return Number(row?.['n'])
    }
    expect(await count(where)).toBeGreaterThan(0)
    expect(await count(`${where} and c.att_database = '${database}'`)).toBe(0)
  })

  it('is never sent: no statement names two catalog tables but the first', async () => {
    session.sent.length = 0
    await metadata.read()
    for (const sql of session.sent) {
      expect(sql.match(/mo_catalog\.\w+/g)?.length ?? 0).toBeLessThanOrEqual(1)
    }
  })
})

describe('the default text', () => {
  it('changes when all rows are deleted, without any DDL (the trap), and is read the same', async () => {
    await session.sql(`create table emptied (id int primary key, a int, b varchar(5) default 'x')`)
    await session.sql('insert into emptied (id) values (1)')
    const texts = async (): Promise<unknown> =>
      (
        await session.sql(
          'select attname, mo_show_visible_bin(att_default,1) as def, att_relname_id as id ' +
            'from mo_catalog.mo_columns where account_id = current_account_id() ' +
            `and att_database = '${database}' and att_relname = 'emptied' and attname = 'a'`,
        )
      )[0]
    const before = { read: await metadata.table('emptied'), raw: await texts() }
    await session.sql('delete from emptied')
    const after = { read: await metadata.table('emptied'), raw: await texts() }
    expect(after.raw).not.toEqual(before.raw)
    expect(after.read).toEqual(before.read)
  })
})

describe('a view', () => {
  it('whose table is gone answers LIMIT 0 as if it were there (the trap), and is read as broken', async () => {
    await session.sql('create table gone (id int primary key, x int)')
    await session.sql('create view orphan as select * from gone')
    await session.sql('drop table gone')
    await expect(session.sql('select * from orphan limit 0')).resolves.toEqual([])
    await expect(session.sql('select * from orphan')).rejects.toThrow(UnknownObjectError)
    expect((await metadata.table('orphan')).broken).toBe('missing table')
    await session.sql('drop view orphan')
  })

  it('is read with the type that its table has now', async () => {
    await session.sql('create table widened (id int primary key, x int not null)')
    await session.sql('create view narrow as select id, x as y from widened')
    await session.sql('alter table widened modify column x bigint')
    const { tables, warnings } = await metadata.read({ include: ['narrow', 'widened'] })
    expect(tables[0]?.columns[1]).toMatchObject({
      name: 'y',
      nullable: true,
      type: { name: 'bigint' },
    })
    expect(warnings).toEqual([
      expect.stringContaining('its tables have changed the type of y from int to bigint'),
    ])
    await session.sql('drop view narrow')
  })
})

describe('DDL that was committed just before', () => {
  it('is always part of the read', async () => {
    for (let round = 0; round < 10; round++) {
      await session.sql(`create table fresh_${round} (id int primary key)`)
      expect(await metadata.exists(`fresh_${round}`)).toBe(true)
    }
  })
})

describe('DDL of another session', () => {
  it('tears two statements of one transaction apart (the trap)', async () => {
    const other = openSession({ ...server.options, database })
    const count = async (): Promise<unknown> =>
      await session.sql(
        `select count(*) as n from mo_catalog.mo_tables where reldatabase = '${database}'`,
      )
    await session.sql('begin')
    const before = await count()
    await other.sql('create table torn (id int primary key)')
    const after = await count()
    await session.sql('rollback')
    other.close()
    expect(after).not.toEqual(before)
  })

  it('never tears a read: each table is there with all its columns and indexes, or not at all', async () => {
    const other = openSession({ ...server.options, database })
    const writing = (async () => {
      for (let index = 10; index < 30; index++) {
        await other.sql(
          `create table busy_${index} (id bigint primary key, v vecf32(3), t varchar(50), unique key u (id, t), ` +
            `key i using ivfflat (v) lists = 1 op_type 'vector_l2_ops', fulltext f (t))`,
        )
      }
    })()
    const seen: number[] = []
    for (let round = 0; round < 8; round++) {
      const tables = await metadata.tables({ include: ['busy_*'] })
      seen.push(tables.length)
      expect(tables.map(({ name }) => name)).toEqual(
        Array.from({ length: tables.length }, (_, index) => `busy_${index + 10}`),
      )
      for (const table of tables) {
        expect(table.columns.map(({ name }) => name)).toEqual(['id', 'v', 't'])
        expect(table.vectorIndexes).toHaveLength(1)
        expect(table.fulltextIndexes).toHaveLength(1)
        expect(table.uniqueKeys).toHaveLength(1)
      }
    }
    await writing
    other.close()
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(await metadata.tables({ include: ['busy_*'] })).toHaveLength(20)
  })
})

describe('inside a transaction', () => {
  it('its own DDL is invisible under an instant (the trap) and is read anyway', async () => {
    // Without a fraction the clock may be half a second ahead; a second earlier the database is there, too.
    const lead = server.can.utcTimestampFraction ? 0 : 1000
    if (server.mode !== 'replay') await sleep(lead)
    const now = await readClock()
    await session.db.transaction().execute(async (trx) => {
      const inside = new MetadataManager(trx)
      await trx.schema
        .createTable('uncommitted')
        .addColumn('id', 'integer', (c) => c.primaryKey())
        .execute()
      // A node that has not applied everything up to an instant reads its present instead (4.2.0).
      if (server.mode !== 'replay') await sleep(500)
      const moTs = now - BigInt(lead) * 1_000_000n
      expect(await inside.exists('uncommitted', { at: { moTs } })).toBe(false)
      expect(await inside.exists('uncommitted')).toBe(true)
      await trx.schema.dropTable('uncommitted').execute()
      expect(await inside.exists('uncommitted')).toBe(false)
    })
  })
})

describe('a past state', () => {
  it('is read at a snapshot, at a MatrixOne timestamp and at a Date', async () => {
    await session.sql('create table aged (id int primary key)')
    await session.sql('drop snapshot if exists kmo_metadata_snapshot')
    await session.sql(`create snapshot kmo_metadata_snapshot for database ${database}`)
    await session.sql('select sleep(0.01)')
    const moTs = await readClock()
    await session.sql('alter table aged add column later int')
    const columnsAt = async (
      at: Parameters<typeof metadata.columns>[1],
    ): Promise<readonly string[]> => (await metadata.columns('aged', at)).map(({ name }) => name)
    expect(await columnsAt({})).toEqual(['id', 'later'])
    expect(await columnsAt({ at: { snapshot: 'kmo_metadata_snapshot' } })).toEqual(['id'])
    expect(await columnsAt({ at: { moTs } })).toEqual(['id'])
    const timestamp = new Date(Number(moTs / 1_000_000n))
    expect(await columnsAt({ at: { timestamp } })).toEqual(['id'])
    expect(await columnsAt({ at: { snapshot: 'KMO_Metadata_Snapshot' } })).toEqual(['id'])
    await session.sql('drop snapshot kmo_metadata_snapshot')
  })

  it('in the future is refused: under {mo_ts} the server reads the present (the trap)', async () => {
    const moTs = 4_070_908_800_000_000_000n
    const [row] = await session.sql(
      `select count(*) as n from mo_catalog.mo_tables {mo_ts = ${moTs}} where reldatabase = '${database}'`,
    )
    expect(Number(row?.['n'])).toBeGreaterThan(0)
    await expect(metadata.read({ at: { moTs } })).rejects.toThrow('invalid timestamp value')
  })
})

describe('which tables are read', () => {
  it('is decided in SQL, with underscores, quotes and backslashes as themselves', async () => {
    await session.sql('create table pick_a (id int primary key)')
    await session.sql('create table pickxa (id int primary key)')
    const quoted = server.can.quotesInTableNames ? "pick'q" : 'pick"q'
    await session.sql(`create table \`${quoted}\` (id int primary key)`)
    await session.sql('create table `pick\\b` (id int primary key)')
    const picked = async (include: string[], exclude: string[] = []): Promise<readonly string[]> =>
      (await metadata.tables({ include, exclude })).map(({ name }) => name)
    expect(await picked(['pick_*'])).toEqual(['pick_a'])
    expect(await picked(['pick?a'])).toEqual(['pick_a', 'pickxa'])
    expect(await picked(['PICK*'])).toEqual([quoted, 'pick\\b', 'pick_a', 'pickxa'])
    expect(await picked([`${quoted.slice(0, 5)}*`, 'pick\\*'])).toEqual([quoted, 'pick\\b'])
    expect(await picked(['pick*'], [quoted, 'pick?a'])).toEqual(['pick\\b'])
    expect(await picked(['nothing'])).toEqual([])
  })
})

describe('one table', () => {
  it('has columns and indexes of every kind', async () => {
    await session.sql(
      'create table several (id bigint primary key, a int, t text, v vecf32(3), unique key u (a), ' +
        "key p (a, id), fulltext f (t), key i using ivfflat (v) lists = 1 op_type 'vector_ip_ops')",
    )
    expect((await metadata.columns('several')).map(({ name }) => name)).toEqual([
      'id',
      'a',
      't',
      'v',
    ])
    expect((await metadata.indexes('several')).map(({ kind, name }) => [kind, name])).toEqual([
      ['unique', 'u'],
      ['plain', 'p'],
      ['vector', 'i'],
      ['fulltext', 'f'],
    ])
    expect(await metadata.vectorIndexes('several')).toMatchObject([
      { table: 'several', metric: 'ip' },
    ])
    expect(await metadata.fulltextIndexes('several')).toMatchObject([
      { table: 'several', columns: ['t'] },
    ])
    expect((await metadata.vectorIndexes()).map(({ table }) => table)).toContain('several')
  })

  it('that does not exist is an error that says where it was looked for', async () => {
    expect(await metadata.exists('missing')).toBe(false)
    await expect(metadata.table('missing')).rejects.toThrow(
      `The database ${database} has no table or view missing.`,
    )
  })

  it('with a column __proto__ is read, with a warning', async () => {
    await session.sql('create table proto (id int primary key, `__proto__` int)')
    await session.sql('create view proto_view as select * from proto')
    const { tables, warnings } = await metadata.read({ include: ['proto*'] })
    expect(tables.map(({ columns }) => columns.map(({ name }) => name))).toEqual([
      ['id', '__proto__'],
      ['id', '__proto__'],
    ])
    expect(warnings).toEqual([
      expect.stringContaining('the views proto_view'),
      expect.stringContaining('proto has a column __proto__'),
      expect.stringContaining('proto_view has a column __proto__'),
    ])
    await session.sql('drop view proto_view')
  })
})

describe('the database', () => {
  it("is the connection's own, or the one that is named in any case", async () => {
    expect((await metadata.read()).name).toBe(database)
    expect((await metadata.read({ database: database.toUpperCase() })).name).toBe(database)
    expect(await metadata.databases()).toEqual(expect.arrayContaining([database, 'mo_catalog']))
    expect((await metadata.serverVersion()).text).toBe(server.version)
  })

  it('without tables is read as empty', async () => {
    await session.sql(`create database if not exists ${database}_empty`)
    expect((await metadata.read({ database: `${database}_empty` })).tables).toEqual([])
    await session.sql(`drop database ${database}_empty`)
  })

  it('that is missing, or not named at all, is an error that says what to do', async () => {
    await expect(metadata.read({ database: 'kmo_metadata_missing' })).rejects.toThrow(
      /^The database kmo_metadata_missing does not exist in this account\./,
    )
    const nowhere = openSession(server.options)
    await expect(new MetadataManager(nowhere.db).read()).rejects.toThrow(/^No database is selected/)
    nowhere.close()
  })
})

describe('what surrounds a read', () => {
  it('may be plugins that rename columns', async () => {
    const camel = new MetadataManager(session.db.withPlugin(new CamelCasePlugin()))
    expect(await camel.table('several')).toEqual(await metadata.table('several'))
  })

  it('may not be a server that lists a table without columns', () => {
    const row = {
      rel_id: 1,
      relname: 't',
      relkind: 'r',
      rel_comment: '',
      partitioned: 0,
      rel_version: 0,
      extra: '',
      definition: null,
    }
    const rows = {
      tables: [row],
      columns: new ColumnCollector([row], []),
      indexes: [],
      foreignKeys: [],
      partitions: new Map(),
    }
    expect(() => assembleTables(rows, 'd')).toThrow(
      'The catalog lists the table t but no column of it.',
    )
  })

  it('sees what was created meanwhile', async () => {
    expect(await names()).toContain('several')
  })
})
