import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { record, replay } from 'kysely-matrixone/testing'
import { createConnection } from 'mysql2/promise'
import { describe, expect, it } from 'vitest'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)

describe('close', () => {
  it('ends clients that are connected, in a statement, or held by a fault', async () => {
    const recorder = await record({ target: server.options })
    const idle = await createConnection({ ...server.options, port: recorder.port })
    const held = await createConnection({ ...server.options, port: recorder.port })
    const lost = [once(idle, 'error'), held.query('select 41').catch((error: unknown) => [error])]
    const hole = recorder.faults.blackHole({ statement: 'select 41' })
    await recorder.faults.refuseConnections()
    await hole.struck
    await recorder.close()
    for (const [error] of await Promise.all(lost)) {
      expect(error).toMatchObject({ code: 'PROTOCOL_CONNECTION_LOST' })
    }
    idle.destroy()
    held.destroy()
  })

  it('leaves nothing behind: a process that recorded, faulted and replayed exits', async () => {
    const { host, port, user, password } = server.options
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('./close-process.js', import.meta.url))],
      {
        env: { ...process.env, TARGET: JSON.stringify({ host, port, user, password }) },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
    const [code] = (await once(child, 'close')) as [number | null]
    expect(output).toBe('recorded 1 connection\nreplayed [{"v":42}]\n')
    expect(code).toBe(0)
  })

  it('of a player that was never used is as clean', async () => {
    const recorder = await record({ target: server.options })
    const connection = await createConnection({ ...server.options, port: recorder.port })
    connection.destroy()
    await recorder.close()
    const player = await replay(recorder.tape)
    await player.close()
    await expect(createConnection({ ...server.options, port: player.port })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    })
  })
})
