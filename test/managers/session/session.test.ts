import { type CreateTableBuilder, type Generated, sql } from 'kysely'
import {
  arrayOf,
  bit,
  datalink,
  enumOf,
  type MatrixOne,
  type MatrixOneTransaction,
  setOf,
  UnsupportedError,
  uuid,
  ValueError,
  type Vector,
  VectorIndexError,
  vecf32,
  vecf64,
  vecint8,
} from 'kysely-matrixone'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { typeText } from '../../../src/schema/type-text.js'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

interface DB {
  users: { id: Generated<number>; name: string; age: number | null }
  documents: { id: number; content: string | null; embedding: Vector<'f32', 3> | null }
}

const server = useServer(import.meta.url)
const database = 'kmo_session'
let db: MatrixOne<DB>

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, database))
})

beforeEach(async () => {
  await sql`drop table if exists users, documents`.execute(db)
  await db.createTable('users', (table) =>
    table
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('name', 'varchar(50)', (column) => column.notNull())
      .addColumn('age', 'integer'),
  )
})

const names = async (on: Pick<MatrixOne<DB>, 'selectFrom'> = db): Promise<readonly string[]> =>
  (await on.selectFrom('users').select('name').orderBy('id').execute()).map(({ name }) => name)

describe('execute', () => {
  it('puts a value in the place of each ?, and types the rows', async () => {
    const inserted = await db.execute('insert into users (name, age) values (?, ?)', [
      "O'Brien \\",
      30,
    ])
    expect(inserted.numAffectedRows).toBe(1n)
    const { rows } = await db.execute<{ name: string }>(
      "select name, '?' as mark from users where age > ? and name like ?",
      [25, "O'%"],
      { logMode: 'off' },
    )
    expect(rows).toEqual([{ name: "O'Brien \\", mark: '?' }])
  })

  it('refuses a number of values that is not the number of placeholders', async () => {
    await expect(db.execute('select ?', [1, 2])).rejects.toThrow(ValueError)
  })
})

describe('a session is a transaction', () => {
  it('that commits when the callback returns', async () => {
    await db.transaction().execute(async (session) => {
      await session.insert('users', { name: 'ann', age: 1 })
      await session.execute('update users set age = ? where name = ?', [2, 'ann'])
    })
    expect(await names()).toEqual(['ann'])
  })

  it('that rolls back when it throws', async () => {
    const run = db.transaction().execute(async (session: MatrixOneTransaction<DB>) => {
      await session.batchInsert('users', [{ name: 'ann' }, { name: 'bob' }])
      expect(await names(session)).toEqual(['ann', 'bob'])
      throw new Error('undo')
    })
    await expect(run).rejects.toThrow('undo')
    expect(await names()).toEqual([])
  })

  it('that rolls back at the end of its block unless it was committed', async () => {
    {
      await using session = await db.startTransaction().execute()
      await session.insert('users', { name: 'lost' })
    }
    expect(await names()).toEqual([])
    {
      await using session = await db.startTransaction().execute()
      await session.insert('users', { name: 'kept' })
      await session.commit().execute()
    }
    {
      await using session = await db.startTransaction().execute()
      await session.insert('users', { name: 'undone' })
      await session.rollback().execute()
    }
    expect(await names()).toEqual(['kept'])
  })
})

describe('insert and batchInsert', () => {
  it('take quotes, NULL and vectors, and leave out what is not given', async () => {
    await db.createTable('documents', (table) =>
      table
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('content', 'text')
        .addColumn('embedding', vecf32(3)),
    )
    await db.insert('documents', {
      id: 1,
      content: `it's "x"`,
      embedding: new Float32Array([1, 2, 3]),
    })
    await db.batchInsert('documents', [
      { id: 2, embedding: [4, 5, 6] },
      { id: 3, content: null },
    ])
    expect(await db.selectFrom('documents').selectAll().orderBy('id').execute()).toEqual([
      { id: 1, content: `it's "x"`, embedding: [1, 2, 3] },
      { id: 2, content: null, embedding: [4, 5, 6] },
      { id: 3, content: null, embedding: null },
    ])
  })

  it('send as few statements as fit', async () => {
    const rows = Array.from({ length: 25 }, (_, n) => ({ id: n + 1, name: `user ${n}`, age: n }))
    expect(await db.batchInsert('users', rows, { maxRows: 10 })).toEqual({
      rows: 25,
      statements: 3,
    })
    expect(await names()).toHaveLength(25)
    expect(await db.batchInsert('users', [])).toEqual({ rows: 0, statements: 0 })
    const long = rows.map((row) => ({ name: 'x'.repeat(30), age: row.age }))
    const { statements } = await db.batchInsert('users', long, { maxBytes: 500 })
    expect(statements).toBeGreaterThan(5)
  })

  it('keep all rows or none, also of several statements', async () => {
    const rows = [
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
      { id: 1, name: 'again' },
    ]
    await expect(db.batchInsert('users', rows, { maxRows: 1 })).rejects.toMatchObject({
      errno: 1062,
    })
    expect(await names()).toEqual([])
  })

  it('refuse sizes that make no sense', async () => {
    await expect(db.batchInsert('users', [{ name: 'a' }], { maxRows: 0 })).rejects.toThrow(
      ValueError,
    )
    await expect(db.batchInsert('users', [{ name: 'a' }], { maxBytes: 0.5 })).rejects.toThrow(
      ValueError,
    )
  })
})

describe('createTable and dropTable', () => {
  it('know the types that only MatrixOne has', async () => {
    const common = (table: CreateTableBuilder<string, never>): CreateTableBuilder<string, string> =>
      table
        .addColumn('a', vecf32(3))
        .addColumn('b', vecf64(2))
        .addColumn('d', enumOf('x', "it's"))
        .addColumn('e', setOf('x', 'y'))
        .addColumn('f', bit(12))
        .addColumn('g', uuid)
        .addColumn('h', datalink)
    await db.createTable('types', common)
    const columns = await db.metadata.columns('types')
    expect(columns.map(({ type }) => typeText(type))).toEqual([
      'vecf32(3)',
      'vecf64(2)',
      "enum('x','it''s')",
      "set('x','y')",
      'bit(12)',
      'uuid',
      'datalink',
    ])
    await db.dropTable('types')
    const later = [
      ['vecint8(4)', vecint8(4), server.can.narrowVectors, /vecbf16.*need MatrixOne 4\.2/],
      [
        'array(varchar(10))',
        arrayOf('varchar(10)'),
        server.can.arrayColumns,
        /array.*need MatrixOne 4\.1/,
      ],
    ] as const
    for (const [declared, type, has, refusal] of later) {
      const made = db.createTable('types', (table) => common(table).addColumn('i', type))
      if (!has) {
        await expect(made).rejects.toThrow(refusal)
        await expect(made).rejects.toBeInstanceOf(UnsupportedError)
        continue
      }
      await made
      const last = (await db.metadata.columns('types')).at(-1)
      expect(last && typeText(last.type)).toBe(declared)
      await db.dropTable('types')
    }
    expect(await db.metadata.exists('types')).toBe(false)
    await db.dropTable('types', { ifExists: true })
    await expect(db.dropTable('types')).rejects.toThrow(/no such table/)
  })

  it('refuse types that cannot be', () => {
    expect(() => vecf32(0)).toThrow(ValueError)
    expect(() => vecf32(65_536)).toThrow(ValueError)
    expect(() => bit(65)).toThrow(ValueError)
    expect(() => enumOf()).toThrow(ValueError)
    expect(() => setOf('a,b')).toThrow('comma')
    expect(() => arrayOf('int) x, (y')).toThrow(ValueError)
  })

  it('take part in a transaction', async () => {
    const run = db.transaction().execute(async (trx) => {
      await trx.createTable('documents', (table) => table.addColumn('id', 'integer'))
      expect(await trx.metadata.exists('documents')).toBe(true)
      await trx.dropTable('users')
      throw new Error('undo')
    })
    await expect(run).rejects.toThrow('undo')
    expect(await db.metadata.exists('documents')).toBe(false)
    expect(await names()).toEqual([])
  })
})

describe('createTableWithIndex', () => {
  it('makes the table with vector and full-text indexes in one call', async () => {
    await db.createTableWithIndex(
      'documents',
      (table) =>
        table
          .addColumn('id', 'bigint', (column) => column.primaryKey())
          .addColumn('content', 'text')
          .addColumn('embedding', vecf32(3))
          .addColumn('picture', vecf32(3)),
      {
        vector: [
          { column: 'embedding', algorithm: 'ivfflat', lists: 4, metric: 'cosine' },
          { column: 'picture', algorithm: 'hnsw', m: 8, efConstruction: 32 },
        ],
        fulltext: [{ columns: ['content'], parser: 'ngram' }],
      },
    )
    const { vectorIndexes, fulltextIndexes } = await db.metadata.table('documents')
    expect(vectorIndexes?.map(({ name, algorithm }) => [name, algorithm])).toEqual([
      ['idx_embedding', 'ivfflat'],
      ['idx_picture', 'hnsw'],
    ])
    expect(fulltextIndexes).toMatchObject([{ name: 'ft_content', parser: 'ngram' }])
    const { rows } = await db.execute('select @@experimental_hnsw_index as hnsw')
    expect(rows).toEqual([{ hnsw: '0' }])
  })

  it('makes nothing when one index cannot be made', async () => {
    await expect(
      db.createTableWithIndex('documents', (table) => table.addColumn('embedding', vecf32(3)), {
        vector: [
          { column: 'embedding', algorithm: 'ivfflat' },
          { column: 'embedding', algorithm: 'hnsw' },
        ],
      }),
    ).rejects.toThrow(VectorIndexError)
    expect(await db.metadata.exists('documents')).toBe(false)
  })

  it('refuses HNSW in a transaction without the hook, before SET would commit it', async () => {
    const run = db
      .transaction()
      .execute((trx) =>
        trx.createTableWithIndex(
          'documents',
          (table) =>
            table
              .addColumn('id', 'bigint', (column) => column.primaryKey())
              .addColumn('v', vecf32(3)),
          { vector: [{ column: 'v', algorithm: 'hnsw' }] },
        ),
      )
    await expect(run).rejects.toThrow(UnsupportedError)
    expect(await db.metadata.exists('documents')).toBe(false)
  })
})
