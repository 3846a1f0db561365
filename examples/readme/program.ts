import { MatrixOne } from 'kysely-matrixone'
import { type DB, schema } from '../../generated/db.js'

const db = new MatrixOne<DB>({ connection: process.env.DATABASE_URL!, schema })
const articles = await db.selectFrom('articles').selectAll().where('lang', '=', 'en').execute()
for (const { title, embedding } of articles) console.log(title, embedding?.length)
await db.transaction().execute(async (trx) => {
  await trx.insertInto('authors').values({ name: 'Alan 🖋️', joined: '2026-11-21' }).execute()
  await trx.branch.createTable('articles_wip', { from: 'articles' })
})
await db.destroy()
