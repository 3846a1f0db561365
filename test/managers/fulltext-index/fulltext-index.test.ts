import { sql } from 'kysely'
import { FulltextIndexError, MatrixOne } from 'kysely-matrixone'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

interface DB {
  articles: { id: number; title: string | null; body: string | null }
  keyless: { title: string | null }
}

const server = useServer(import.meta.url)
const database = 'kmo_fulltext_index'
let db: MatrixOne<DB>

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, database))
})

beforeEach(async () => {
  await sql`drop table if exists articles, keyless`.execute(db)
  await sql`create table articles (id bigint primary key, title varchar(100), body text)`.execute(
    db,
  )
  await sql`insert into articles values (1, 'red apple', '数据库 世界')`.execute(db)
})

describe('a full-text index', () => {
  it('is created with every option, read back, used and dropped', async () => {
    const created = await db.fulltextIndex.create('articles', ['title', 'body'], {
      name: 'ft',
      parser: 'ngram',
      comment: 'all "words"',
    })
    expect(created).toMatchObject({
      table: 'articles',
      name: 'ft',
      columns: ['title', 'body'],
      parser: 'ngram',
      comment: 'all "words"',
    })
    const { rows } = await db.execute(
      "select id from articles where match(body, title) against ('数据')",
    )
    expect(rows).toEqual([{ id: 1 }])
    expect(await db.fulltextIndex.list('articles')).toEqual([created])
    expect(await db.fulltextIndex.get(`${database}.articles` as 'articles', 'FT')).toEqual(created)
    await db.fulltextIndex.drop('articles', 'ft')
    expect(await db.fulltextIndex.exists('articles', 'ft')).toBe(false)
    await db.fulltextIndex.drop('articles', 'ft', { ifExists: true })
    await expect(db.fulltextIndex.drop('articles', 'ft')).rejects.toThrow(
      new FulltextIndexError('There is no full-text index ft on articles. The table has none.'),
    )
  })

  it('may be asynchronous, and gets its name from its columns', async () => {
    const created = db.fulltextIndex.create('articles', ['title'], { async: true })
    if (!server.can.indexAsync) {
      await expect(created).rejects.toThrow(/with async needs MatrixOne 4\.1/)
      expect((await db.fulltextIndex.create('articles', ['title'])).name).toBe('ft_title')
      return
    }
    expect(await created).toMatchObject({ name: 'ft_title', parameters: { async: 'true' } })
  })

  it('on the same columns as another one is refused, in whatever order', async () => {
    await db.fulltextIndex.create('articles', ['title', 'body'])
    await expect(
      db.fulltextIndex.create('articles', ['body', 'title'], { name: 'other', parser: 'ngram' }),
    ).rejects.toThrow(
      'articles has a full-text index on body, title already: ft_title_body (parser default).',
    )
    await db.fulltextIndex.create('articles', ['title'])
  })

  it('needs a primary key and columns', async () => {
    await sql`create table keyless (title text)`.execute(db)
    await expect(db.fulltextIndex.create('keyless', ['title'])).rejects.toMatchObject({
      name: 'FulltextIndexError',
      errno: 20101,
    })
    await expect(db.fulltextIndex.create('articles', [])).rejects.toThrow(
      'needs at least one column',
    )
  })

  it('takes part in a transaction and goes with its rollback', async () => {
    await expect(
      db.transaction().execute(async (trx) => {
        await trx.fulltextIndex.create('articles', ['title'])
        expect(await trx.fulltextIndex.exists('articles', 'ft_title')).toBe(true)
        expect(await db.fulltextIndex.exists('articles', 'ft_title')).toBe(false)
        throw new Error('undo')
      }),
    ).rejects.toThrow('undo')
    expect(await db.fulltextIndex.list('articles')).toEqual([])
  })
})
