import { beforeAll, describe, expect, it } from 'vitest'
import { createDemoDatabase, dropDemoDatabase } from '../../examples/demo/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_frameworks'

beforeAll(async () => {
  if (!server.can.generatedColumns) return
  const schema = new URL('../../examples/demo/schema.sql', import.meta.url)
  process.env['DATABASE_URL'] = await createDemoDatabase(server.url, schema, DATABASE)
  server.beforeClose(() => dropDemoDatabase(server.url, DATABASE))
})

describe('the modules of docs/frameworks.md', () => {
  it('keep one pool when a development server evaluates them again', async ({ skip }) => {
    skip(!server.can.generatedColumns, 'the demo has a generated column')
    const first: unknown = await import('../../examples/frameworks/db.js')
    const path = '../../examples/frameworks/db.ts?evaluated-again'
    const second: unknown = await import(path)
    expect(second).not.toBe(first)
    expect((second as { db: unknown }).db).toBe((first as { db: unknown }).db)
  })

  it('answer a request', async ({ skip }) => {
    skip(!server.can.generatedColumns, 'the demo has a generated column')
    const { GET } = await import('../../examples/frameworks/route.js')
    const { db } = await import('../../examples/frameworks/db.js')
    const response = await GET(new Request('http://localhost/articles?lang=de'))
    expect(await response.json()).toEqual([{ id: 4, title: 'Zeitreisen mit Snapshots' }])
    await db.destroy()
  })
})
