import { openClient } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { expect, it } from 'vitest'

const server = useServer(import.meta.url)

it('tells the commit that the server was built from', async () => {
  const db = openClient(server)
  server.beforeClose(() => db.destroy())
  expect(await db.metadata.gitVersion()).toMatch(/^[0-9a-f]{7,40}$/)
})
