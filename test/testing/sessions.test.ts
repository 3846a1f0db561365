import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { describe, expect, it } from 'vitest'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)

describe('a session', () => {
  it('sees rows', async () => {
    const c = await createConnection(server.options)
    const [rows] = await c.query<RowDataPacket[]>("select 1 a, 'é😀' b, null c")
    expect(rows).toHaveLength(1)
    const [prepared] = await c.execute<RowDataPacket[]>('select ? a, ? b', [1, 'x'])
    expect(prepared).toEqual([{ a: '1', b: 'x' }])
    await expect(c.query('select nope from nope')).rejects.toThrow('No database selected')
    c.destroy()
  })
})
