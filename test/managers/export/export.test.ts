import { Writable } from 'node:stream'
import { sql } from 'kysely'
import { ExportError, MatrixOne, UnsupportedError, ValueError, type Vector } from 'kysely-matrixone'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

interface DB {
  articles: {
    id: number
    title: string | null
    price: string | null
    embedding: Vector<'f32', 3> | null
  }
  copies: DB['articles']
}

const server = useServer(import.meta.url)
const database = 'kmo_export'
const stage = 'kmo_export_stage'
let db: MatrixOne<DB>

/** Empties the stage's folder; on 3.0, where files stay for good, the stage has a new one each time. */
async function removeFiles(): Promise<void> {
  if (server.can.removeStageFiles) await db.stage.removeFiles(stage, '*', { ifExists: true })
}

async function findFolder(): Promise<string> {
  const folder = 'file:///var/lib/matrixone-test/export/'
  if (server.can.removeStageFiles) return folder
  const { rows: found } = await db.execute<{ id: string }>('select uuid() as id')
  return `${folder}${String(found[0]?.id)}/`
}

const rows = [
  { id: 1, title: `it's "q", \\ and\nline 😀`, price: '1.50', embedding: [0.1, -2.5, 3e-8] },
  { id: 2, title: null, price: null, embedding: null },
  { id: 3, title: '', price: '0.00', embedding: [1, 2, 3] },
]

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, database))
  await db.stage.drop(stage, { ifExists: true })
  await db.stage.create(stage, { url: await findFolder() })
  await removeFiles()
  for (const table of ['articles', 'copies']) {
    await sql`create table ${sql.id(table)} (id int primary key, title text, price decimal(10,2), embedding vecf32(3))`.execute(
      db,
    )
  }
  await db.batchInsert('articles', rows)
})

afterAll(async () => {
  await removeFiles()
  await db.stage.drop(stage, { ifExists: true })
})

describe('a query that ends in a comment', () => {
  it('swallows INTO OUTFILE behind it: the server answers with rows (the trap)', async () => {
    const { rows: answer } = await db.execute("select 1 as a -- all into outfile 'nothing.csv'")
    expect(answer).toEqual([{ a: 1 }])
  })

  it.each(['-- all', '# all', '// all', '/* all */', '/* a */ -- b'])(
    'is exported: %s',
    async (end) => {
      const file = `comment-${Buffer.from(end).toString('hex')}.csv`
      await db.export.csv(`select id from articles order by id ${end}`, { stage, file })
      expect((await db.stage.files(stage)).some((found) => found.endsWith(file))).toBe(true)
    },
  )

  it('is refused when the comment has no end', async () => {
    const target = { stage, file: 'never.csv' }
    await expect(db.export.csv('select id from articles /* all', target)).rejects.toThrow(
      ValueError,
    )
    await expect(db.export.csv('select id from articles /*! , 1', target)).rejects.toThrow(
      /a comment \/\*! without an end/,
    )
  })
})

describe('CSV', () => {
  it('loads again row by row', async () => {
    const exported = await db.export.csv(db.selectFrom('articles').selectAll(), {
      stage,
      file: 'articles.csv',
    })
    expect(exported).toEqual({ file: `stage://${stage}/articles.csv`, format: 'csv' })
    await db.loadData.csv('copies', { stage, file: 'articles.csv' }, { skipLines: 1 })
    const read = (table: 'articles' | 'copies'): Promise<unknown> =>
      db.selectFrom(table).selectAll().orderBy('id').execute()
    expect(await read('copies')).toEqual(await read('articles'))
  })

  it('takes every option, and the values of a query', async () => {
    await db.export.csv(
      db
        .selectFrom('articles')
        .select(['id', 'price'])
        .where('id', '>', 2)
        .where('title', '!=', "a'?"),
      { stage, file: 'some.csv' },
      {
        separator: ';',
        enclosedBy: "'",
        lineTerminator: '\r\n',
        header: false,
        forceQuote: ['price'],
        maxFileSize: 2048,
      },
    )
    expect(await db.stage.readFile(stage, 'some.csv')).toBe("3;'0.00'\r\n")
    const parts = db.export.csv(
      'select 1 as a;',
      { stage, file: 'part%d.csv' },
      { splitSize: '1M' },
    )
    if (!server.can.exportFormat) return expect(parts).rejects.toThrow(UnsupportedError)
    await parts
    expect(await db.stage.files(stage, 'part*')).toEqual([expect.stringMatching(/part0\.csv$/)])
  })

  it('never overwrites a file', async () => {
    await db.export.csv('select 1 as a', { stage, file: 'once.csv' })
    await expect(db.export.csv('select 2 as a', { stage, file: 'once.csv' })).rejects.toMatchObject(
      {
        name: 'ExportError',
        errno: 20406,
      },
    )
  })

  it('stays when the transaction is rolled back, with the rows that it saw', async () => {
    const run = db.transaction().execute(async (trx) => {
      await trx.insert('articles', { id: 9, title: 'gone', price: null, embedding: null })
      await trx.export.csv(trx.selectFrom('articles').select('title').where('id', '=', 9), {
        stage,
        file: 'trx.csv',
      })
      throw new Error('undo')
    })
    await expect(run).rejects.toThrow('undo')
    expect(await db.stage.readFile(stage, 'trx.csv')).toBe('title\n"gone"\n')
    expect(await db.selectFrom('articles').select('id').where('id', '=', 9).execute()).toEqual([])
  })
})

describe('JSON lines and Parquet', () => {
  it('hold one object a row', async () => {
    const exported = db.export.jsonLines(
      db.selectFrom('articles').select(['id', 'price', 'embedding']).where('id', '=', 3),
      {
        stage,
        file: 'articles.jsonl',
      },
    )
    if (!server.can.exportFormat)
      return expect(exported).rejects.toThrow(/^Exporting with jsonLines needs MatrixOne 4\.1;/)
    await exported
    expect(JSON.parse(await db.stage.readFile(stage, 'articles.jsonl'))).toEqual({
      id: 3,
      price: '0.00',
      embedding: [1, 2, 3],
    })
  })

  it('of Parquet load again, but hold no vectors', async () => {
    const exported = db.export.parquet(db.selectFrom('articles').select(['id', 'title']), {
      stage,
      file: 'articles.parquet',
    })
    if (!server.can.exportFormat) return expect(exported).rejects.toThrow(UnsupportedError)
    await exported
    await sql`delete from copies`.execute(db)
    expect(
      (
        await db.loadData.parquet(
          'copies',
          { stage, file: 'articles.parquet' },
          { columns: ['id', 'title'] },
        )
      ).rows,
    ).toBe(3)
    await expect(
      db.export.parquet(db.selectFrom('articles').selectAll(), { stage, file: 'vectors.parquet' }),
    ).rejects.toThrow(ExportError)
  })
})

describe('what cannot be exported', () => {
  it('is refused before it is sent', async () => {
    const target = { stage, file: 'x.csv' }
    await expect(db.export.csv('delete from articles', target)).rejects.toThrow('Only one SELECT')
    await expect(db.export.csv('select 1; drop table articles', target)).rejects.toThrow(
      'Only one SELECT',
    )
    await expect(db.export.csv('', target)).rejects.toThrow(ValueError)
    for (const wrong of [{ table: 'articles' }, ['articles'], 5] as never[]) {
      await expect(db.export.csv(wrong, target)).rejects.toThrow(/must be a query with compile/)
      const sink = new Writable()
      await expect(db.export.toStream(wrong, sink)).rejects.toThrow(ValueError)
      expect(sink.destroyed).toBe(false)
    }
    await expect(db.export.csv('select 1', { serverFile: 'relative.csv' })).rejects.toThrow(
      ValueError,
    )
    await expect(db.export.csv('select 1', { stage, file: '../x.csv' })).rejects.toThrow(ValueError)
    await expect(db.export.csv('select 1', target, { separator: '"' })).rejects.toThrow(ValueError)
    await expect(db.export.csv('select 1', target, { splitSize: "1M' header" })).rejects.toThrow(
      ValueError,
    )
    await expect(db.export.csv('select 1', target, { maxFileSize: 0 })).rejects.toThrow(ValueError)
    expect(await db.stage.files(stage, 'x.csv').catch(() => [])).toEqual([])
  })
})
