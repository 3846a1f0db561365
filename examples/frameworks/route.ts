import { db } from './db.js'

export async function GET(request: Request): Promise<Response> {
  const lang = new URL(request.url).searchParams.get('lang') === 'de' ? 'de' : 'en'
  const articles = await db
    .withDeadline({ signal: request.signal, timeout: 2_000 })
    .selectFrom('articles')
    .select(['id', 'title'])
    .where('lang', '=', lang)
    .execute()
  return Response.json(articles)
}
