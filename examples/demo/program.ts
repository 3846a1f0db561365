import { sql } from 'kysely'
import { MatrixOne, setSession } from 'kysely-matrixone'
import { type DB, schema } from '../../generated/db.js'
import { DEMO_DATABASE } from './database.js'

type Print = (line: string) => void

/** A typed program against the generated interfaces. */
export async function runProgram(url: string, print: Print): Promise<void> {
  const db = new MatrixOne<DB>({
    connection: url,
    schema,
    hooks: ['enable_vector', setSession({ probe_limit: 10 })],
  })
  try {
    await join(db, print)
    await transaction(db, print)
    await nearestNeighbours(db, print)
    await fullText(db, print)
    await timeTravel(db, print)
  } finally {
    await db.destroy()
  }
}

async function join(db: MatrixOne<DB>, print: Print): Promise<void> {
  const articles = await db
    .selectFrom('articles')
    .innerJoin('authors', 'authors.id', 'articles.author_id')
    .select(['articles.title', 'articles.lang', 'articles.minutes', 'authors.name as author'])
    .where('articles.lang', '!=', 'de')
    .orderBy('articles.id')
    .execute()
  print('join')
  for (const { title, lang, minutes, author } of articles) {
    print(`  ${title} by ${author} (${lang}, ${minutes} min)`)
  }
}

async function transaction(db: MatrixOne<DB>, print: Print): Promise<void> {
  const undone = new Error('undo everything')
  await db
    .transaction()
    .execute(async (trx) => {
      const { id } = await trx
        .insertInto('articles')
        .values({
          author_id: 1,
          title: 'Work in progress 🚧',
          body: 'Not for readers yet.',
          words: 10,
          embedding: new Float32Array(8).fill(0.5),
          facts: { tags: ['draft'] },
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      await sql`alter table articles add column editor varchar(40)`.execute(trx)
      // A manager runs on the transaction's own connection, so it sees what only this one sees.
      const columns = await trx.metadata.columns('articles')
      print('transaction')
      print(`  article ${id}, and ${columns.length} columns inside`)
      throw undone
    })
    .catch((error: unknown) => {
      if (error !== undone) throw error
    })
  const columns = await db.metadata.columns('articles')
  const { n } = await db
    .selectFrom('articles')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  print(`  rolled back: ${n} articles and ${columns.length} columns`)
}

async function nearestNeighbours(db: MatrixOne<DB>, print: Print): Promise<void> {
  const wanted = new Float32Array([0.9, 0.1, 0.1, 0, 0, 0.2, 0, 0])
  const near = db.vectorSearch('articles', 'embedding', wanted).select(['title', 'author_id'])
  // The hits are a table for any other query.
  const hits = await db
    .selectFrom(near.limit(3).as('hit'))
    .innerJoin('authors', 'authors.id', 'hit.author_id')
    .select(['hit.title', 'hit.distance', 'authors.name as author'])
    .orderBy('hit.rank')
    .execute()
  print('nearest neighbours')
  for (const { title, distance, author } of hits) {
    print(`  ${distance.toFixed(3)}  ${title} by ${author}`)
  }
}

async function fullText(db: MatrixOne<DB>, print: Print): Promise<void> {
  const found = await db
    .textSearch('articles', ['title', 'body'], 'search')
    .select(['id', 'title'])
    .execute()
  print('full text')
  for (const { title } of found) print(`  ${title}`)
}

async function timeTravel(db: MatrixOne<DB>, print: Print): Promise<void> {
  const before = await db.snapshots.create('kmo_demo_before', {
    level: 'database',
    database: DEMO_DATABASE,
  })
  try {
    await db.deleteFrom('orders').where('paid', '=', false).execute()
    const orders = (at: MatrixOne<DB>) =>
      at
        .selectFrom('orders')
        .innerJoin('articles', 'articles.id', 'orders.article_id')
        .select(['articles.title', 'orders.quantity', 'orders.price'])
        .orderBy('orders.id')
        .execute()
    print('time travel')
    print(`  now ${(await orders(db)).length} orders`)
    for (const { title, quantity, price } of await orders(db.at({ snapshot: before.name }))) {
      print(`  before: ${quantity} × ${title} at ${price}`)
    }
  } finally {
    await db.snapshots.drop(before.name)
  }
}
