import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { record, replay } from 'kysely-matrixone/testing'
import { createConnection, type Connection } from 'mysql2/promise'
import { describe, expect, it } from 'vitest'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)

async function connect(port: number): Promise<Connection> {
  const connection = await createConnection({ ...server.options, port })
  connection.on('error', () => undefined)
  return connection
}

/** The order of events while one connection kills the statement of another. */
async function killEachOther(port: number): Promise<string[]> {
  const seen: string[] = []
  const [victim, killer] = [await connect(port), await connect(port)]
  const sleeping = victim.query('select sleep(30)').then(
    () => seen.push('slept'),
    (error: unknown) => seen.push(`woken by ${String(error)}`),
  )
  await sleep(300)
  seen.push('kill query')
  await killer.query(`kill query ${victim.threadId}`)
  await sleeping
  const lost = once(victim, 'error')
  await killer.query(`kill ${victim.threadId}`)
  const [error] = (await lost) as [NodeJS.ErrnoException]
  seen.push(`lost: ${error.code}`)
  victim.destroy()
  killer.destroy()
  return seen
}

describe('connections that act on each other', () => {
  it('replay in the recorded order: a killed query, then a killed connection', async () => {
    const recorder = await record({ target: server.options })
    const recorded = await killEachOther(recorder.port)
    await recorder.close()
    expect(recorded).toEqual([
      'kill query',
      'woken by Error: context canceled',
      'lost: PROTOCOL_CONNECTION_LOST',
    ])
    const player = await replay(recorder.tape)
    expect(await killEachOther(player.port)).toEqual(recorded)
    await player.close()
    expect(player.unanswered).toEqual([])
  })
})
