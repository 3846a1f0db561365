import mysql from 'mysql2/promise'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DataError, GuardError, MatrixOne, UnsupportedError } from 'kysely-matrixone'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_time_travel'
const SNAPSHOT = 'kmo_time_travel_before'
const HINT = `{snapshot = '${SNAPSHOT}'}`
/** 2100-01-01: in the future of every server. */
const FUTURE = 4_102_444_800_000_000_000n

interface DB {
  items: { id: number; title: string; v: number[] | null }
  owners: { id: number; name: string }
  titles: { title: string }
}

let db: MatrixOne<DB>
let raw: mysql.Connection
let moTs: bigint

async function clean(): Promise<void> {
  await raw.query(`drop snapshot if exists ${SNAPSHOT}`)
  await raw.query('drop snapshot if exists kmo_time_travel_doomed')
}

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, DATABASE))
  await clean()
  await raw.query(`use ${DATABASE}`)
  await raw.query('set experimental_ivf_index = 1')
  await raw.query('set experimental_fulltext_index = 1')
  await raw.query(
    'create table items (id int primary key, title varchar(50), v vecf32(2), fulltext ft (title))',
  )
  await raw.query('create table owners (id int primary key, name varchar(20))')
  await raw.query('create view titles as select title from items')
  await raw.query(
    "insert into items values (1, 'red apple', '[0,1]'), (2, 'green apple', '[0,2]'), (3, 'pear', '[0,3]'), (4, 'no vector', null)",
  )
  await raw.query("insert into owners values (1, 'ann'), (2, 'bob')")
  await raw.query("create index ivf using ivfflat on items (v) lists = 1 op_type 'vector_l2_ops'")
  const snapshot = await db.snapshots.create(SNAPSHOT, { level: 'database', database: DATABASE })
  moTs = snapshot.moTs
  await raw.query("insert into items values (5, 'new apple', '[0,1]'), (6, 'newer', '[0,1]')")
  await raw.query("update items set title = 'changed', v = '[9,9]' where id = 1")
  await raw.query('delete from items where id = 3')
  await raw.query("insert into owners values (3, 'cy')")
})

afterAll(clean)

const past = (): MatrixOne<DB> => db.at({ snapshot: SNAPSHOT })

describe('a read of the past', () => {
  it('sees rows as they were, by snapshot and by instant', async () => {
    const then = [
      { id: 1, title: 'red apple' },
      { id: 2, title: 'green apple' },
      { id: 3, title: 'pear' },
      { id: 4, title: 'no vector' },
    ]
    for (const handle of [past(), db.at({ moTs }), db.at({ snapshot: SNAPSHOT.toUpperCase() })]) {
      const query = handle.selectFrom('items').select(['id', 'title']).orderBy('id')
      expect(await query.execute()).toEqual(then)
    }
    const justAfter = db.at({ timestamp: new Date(Number(moTs / 1_000_000n) + 1) })
    expect(await justAfter.selectFrom('owners').select('id').orderBy('id').execute()).toHaveLength(
      2,
    )
    expect(await db.selectFrom('items').select('id').execute()).toHaveLength(5)
  })

  it('joins, nests and names tables of the same past', async () => {
    const rows = await past()
      .with('named', (qb) => qb.selectFrom('owners').select(['id', 'name']))
      .selectFrom('items as i')
      .innerJoin('named as n', 'n.id', 'i.id')
      .leftJoin('owners', 'owners.id', 'i.id')
      .where('i.id', 'in', (eb) => eb.selectFrom('items').select('items.id'))
      .select((eb) => [
        'i.title',
        'n.name',
        'owners.id as owner',
        eb.selectFrom('owners').select(eb.fn.countAll<number>().as('n')).as('owners'),
      ])
      .orderBy('i.id')
      .execute()
    expect(rows).toEqual([
      { title: 'red apple', name: 'ann', owner: 1, owners: 2 },
      { title: 'green apple', name: 'bob', owner: 2, owners: 2 },
    ])
  })

  it('goes through withSchema, views, unions and raw SQL', async () => {
    const elsewhere = new MatrixOne<DB>({ connection: server.options })
    const handle = elsewhere.withSchema(DATABASE).at({ snapshot: SNAPSHOT })
    expect(await handle.selectFrom('owners').select('owners.name').execute()).toHaveLength(2)
    await elsewhere.destroy()
    expect(await past().selectFrom('titles').select('title').execute()).toHaveLength(4)
    const union = past()
      .selectFrom('owners')
      .select('id')
      .unionAll((eb) => eb.selectFrom('items').select('items.id'))
    expect(await union.execute()).toHaveLength(6)
    const { rows } = await sql<{
      n: number
    }>`select count(*) as n from ${sql.table('owners')}`.execute(past())
    expect(rows).toEqual([{ n: 2 }])
  })

  it('stands beside the present in one statement', async () => {
    const rows = await db
      .selectFrom('owners as now')
      .leftJoin(past().selectFrom('owners').selectAll().as('then'), 'then.id', 'now.id')
      .where('then.id', 'is', null)
      .select('now.name')
      .execute()
    expect(rows).toEqual([{ name: 'cy' }])
  })

  it('takes part in a transaction, and brings rows back', async () => {
    await db
      .transaction()
      .execute(async (trx) => {
        await trx
          .insertInto('items')
          .columns(['id', 'title', 'v'])
          .expression(
            trx
              .at({ snapshot: SNAPSHOT })
              .selectFrom('items')
              .select(['id', 'title', 'v'])
              .where('id', '=', 3),
          )
          .execute()
        expect(await trx.selectFrom('items').select('title').where('id', '=', 3).execute()).toEqual(
          [{ title: 'pear' }],
        )
        throw new Error('undo')
      })
      .catch((error: Error) => expect(error.message).toBe('undo'))
  })

  it('fails with the reason of the server for a snapshot that does not exist', async () => {
    await expect(
      db.at({ snapshot: 'kmo_time_travel_no' }).selectFrom('items').selectAll().execute(),
    ).rejects.toMatchObject({
      errno: 20101,
      message: expect.stringMatching(/find 0 snapshot records/),
    })
  })
})

describe('an instant in the future', () => {
  it('reads the present when it is written as mo_ts (the trap)', async () => {
    const [rows] = await raw.query(`select id from owners {mo_ts = ${FUTURE}}`)
    expect(rows).toHaveLength(3)
  })

  it('is refused, by the clock of the server', async () => {
    const query = db.at({ moTs: FUTURE }).selectFrom('owners').selectAll()
    await expect(query.execute()).rejects.toThrow(DataError)
    await expect(query.execute()).rejects.toMatchObject({ errno: 20203 })
  })
})

describe('a hint in an UPDATE', () => {
  it('corrupts the table: two rows with one primary key (the trap)', async () => {
    await raw.query('create table doomed (id int primary key, n int)')
    await raw.query('insert into doomed values (1, 1)')
    await raw.query('create snapshot kmo_time_travel_doomed for account')
    await raw.query('update doomed set n = 2')
    await raw.query("update doomed {snapshot = 'kmo_time_travel_doomed'} set n = 3 where id = 1")
    await raw.query('drop snapshot kmo_time_travel_doomed')
    const [rows] = await raw.query('select id, n from doomed')
    await raw.query('drop table doomed')
    expect(rows).toHaveLength(2)
  })

  it('is never sent', async () => {
    await expect(past().updateTable('owners').set({ name: 'x' }).execute()).rejects.toThrow(
      UnsupportedError,
    )
    await expect(past().deleteFrom('owners').execute()).rejects.toThrow(/corrupts/)
  })
})

describe('a hint on a common table expression', () => {
  it('is ignored by the server (the trap), so it is never put there', async () => {
    const [rows] = await raw.query(`with c as (select id from owners) select id from c ${HINT}`)
    expect(rows).toHaveLength(3)
    const query = past()
      .with('c', (qb) => qb.selectFrom('owners').select('id'))
      .selectFrom('c')
      .select('id')
    expect(await query.execute()).toHaveLength(2)
  })
})

describe('a vector search of the past', () => {
  const distance = sql<number>`l2_distance(v, ${'[0,1]'})`

  it('is answered with present rows, or too few, from the index (the trap)', async () => {
    const [rows] = await raw.query(
      `select id from items ${HINT} order by l2_distance(v, '[0,1]') limit 3`,
    )
    expect(rows).not.toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
  })

  it('is exact, without rows that have no vector', async () => {
    const rows = await past()
      .selectFrom('items')
      .select(['id', distance.as('d')])
      .orderBy('d')
      .limit(3)
      .execute()
    expect(rows).toEqual([
      { id: 1, d: 0 },
      { id: 2, d: 1 },
      { id: 3, d: 2 },
    ])
  })

  it('is exact when the distance is computed below and sorted above', async () => {
    const nested = past()
      .selectFrom((eb) =>
        eb
          .selectFrom('items')
          .where('v', 'is not', null)
          .select(['id', distance.as('d')])
          .as('x'),
      )
      .select('x.id')
      .orderBy('x.d')
      .limit(3)
    expect(await nested.execute()).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
    const named = past()
      .with('x', (qb) =>
        qb
          .selectFrom('items')
          .where('v', 'is not', null)
          .select(['id', distance.as('d')]),
      )
      .selectFrom('x')
      .select('x.id')
      .orderBy('x.d')
      .limit(3)
    expect(await named.execute()).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
  })
})

describe('a past distance that is sorted in the present', () => {
  it('would be sorted by the index of now, so it is not sent', async () => {
    const inner = past()
      .selectFrom('items')
      .select(['id', sql<number>`l2_distance(v, ${'[0,1]'})`.as('d')])
      .as('x')
    const query = db.selectFrom(inner).select('x.id').orderBy('x.d').limit(3)
    await expect(query.execute()).rejects.toThrow(GuardError)
    await expect(query.execute()).rejects.toThrow(/Guard: timeHint/)
    const exact = query
      .where('x.d', 'is not', null)
      .modifyEnd(sql`by rank with option 'mode=force'`)
    expect(await exact.execute()).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
  })
})

describe('a full-text search of the past', () => {
  const match = sql<boolean>`match (title) against ('apple' in natural language mode)`

  it('finds too few (the trap)', async () => {
    const text = "match (title) against ('apple' in natural language mode)"
    const [rows] = await raw.query(`select id from items ${HINT} where ${text}`)
    expect(rows).not.toEqual([{ id: 1 }, { id: 2 }])
  })

  it('is refused, and works on a clone of that past', async () => {
    await expect(past().selectFrom('items').select('id').where(match).execute()).rejects.toThrow(
      /clone the table at that state/,
    )
    await db.clone.createTable('old_items', { from: 'items', at: { snapshot: SNAPSHOT } })
    const clone = db.withTables<{ old_items: DB['items'] }>()
    const rows = await clone
      .selectFrom('old_items')
      .select('id')
      .where(match)
      .orderBy('id')
      .execute()
    expect(rows).toEqual([{ id: 1 }, { id: 2 }])
    await raw.query('drop table old_items')
  })
})
