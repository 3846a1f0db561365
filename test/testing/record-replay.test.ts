import { parseTape, printTape, record, replay } from 'kysely-matrixone/testing'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { describe, expect, it } from 'vitest'
import { useServer } from '../support/server.js'
import { runSession } from './session-workload.js'

const server = useServer(import.meta.url)

describe('a recorded session', () => {
  it('replays with identical results: text, prepared, errors, files, pools, 17 MB', async () => {
    const recorder = await record({ target: server.options })
    const recorded = await runSession({ ...server.options, port: recorder.port })
    await recorder.close()
    expect(recorded.answers).toContainEqual({
      rows: [
        { id: 3, name: expect.anything() },
        { id: 7, name: 'seven' },
        { id: 8, name: 'eight' },
      ],
      fields: ['id', 'name'],
    })

    const text = printTape(recorder.tape)
    expect(text.length).toBeLessThan(60_000)
    const player = await replay(parseTape(text))
    const replayed = await runSession({ ...server.options, port: player.port })
    await player.close()
    expect(player.unanswered).toEqual([])
    // The connections of a pool may be ready in another order than they were.
    expect(new Set(replayed.threadIds)).toEqual(new Set(recorded.threadIds))
    // One by one, because 17 MB of one hide the difference of another.
    for (const [at, answer] of recorded.answers.entries()) {
      expect(replayed.answers[at], `answer ${at}`).toEqual(answer)
    }
    expect(replayed.answers.length).toBe(recorded.answers.length)
  })

  it('keeps server version and day, and shows statements and rows as text', async () => {
    const { tape } = await recordOne("select 'é😀' v, null n")
    expect(tape.server).toBe(server.version)
    expect(tape.recorded).toMatch(/^\d{4}-\d\d-\d\d$/)
    const [statement] = tape.connections[0]?.statements ?? []
    expect(statement).toMatchObject({ command: 'COM_QUERY', text: "select 'é😀' v, null n" })
    expect(statement?.reply).toContainEqual(['é😀', null])
  })

  it('answers a statement from another connection when its own has none left', async () => {
    const { tape } = await recordOne('select 11 v')
    const player = await replay(tape)
    const first = await createConnection({ ...server.options, port: player.port })
    const second = await createConnection({ ...server.options, port: player.port })
    const [rows] = await second.query<RowDataPacket[]>('select 11 v')
    expect(rows).toEqual([{ v: 11 }])
    expect(second.threadId).not.toBe(first.threadId)
    first.destroy()
    second.destroy()
    await player.close()
  })
})

describe('a statement that was not recorded', () => {
  it('gets an error that names it, the tape and the way to record again', async () => {
    const { tape } = await recordOne('select 12 v')
    const player = await replay(tape, { recordAgain: 'run npm run record' })
    const connection = await createConnection({ ...server.options, port: player.port })
    await connection.query('select 12 v')
    await expect(connection.query('select 13 v')).rejects.toThrow(
      `No recorded answer for COM_QUERY "select 13 v" on connection 1: it was not asked then. ` +
        `The player has the tape, recorded from ${server.version} on ${tape.recorded}. ` +
        'If the question is right, run npm run record.',
    )
    await expect(connection.query('select 12 v')).rejects.toThrow(
      'it was asked once then and is asked once more',
    )
    await expect(connection.execute('select ?', [5])).rejects.toThrow('COM_STMT_PREPARE "select ?"')
    connection.destroy()
    await player.close()
    expect(player.unanswered.map(({ text }) => text)).toEqual([
      'select 13 v',
      'select 12 v',
      'select ?',
    ])
  })

  it('can be made the same by normalize, on both sides', async () => {
    const normalize = (sql: string): string => sql.replace(/\/\* .* \*\//, '/* … */')
    const { tape } = await recordOne('select 14 v /* trace */', { normalize })
    const player = await replay(tape, { normalize })
    const connection = await createConnection({ ...server.options, port: player.port })
    const [rows] = await connection.query<RowDataPacket[]>('select 14 v /* other trace */')
    expect(rows).toEqual([{ v: 14 }])
    connection.destroy()
    await player.close()
  })
})

describe('secrets', () => {
  it('are neither in statements nor in replies of a tape, and matching still works', async () => {
    const sql = `select 'mysql://root:hunter2@host/db' url, "secret_access_key='hunter2'" k`
    const { tape } = await recordOne(sql)
    expect(printTape(tape)).not.toContain('hunter2')
    expect(printTape(tape)).toContain('mysql://root:***@host/db')
    const player = await replay(tape)
    const connection = await createConnection({ ...server.options, port: player.port })
    const [rows] = await connection.query<RowDataPacket[]>(sql)
    expect(rows).toEqual([{ url: 'mysql://root:***@host/db', k: "secret_access_key='***'" }])
    connection.destroy()
    await player.close()
  })

  it('of a kind of your own are taken out by redact', async () => {
    const redact = (text: string): string => text.replaceAll('tenant-4711', 'tenant-x')
    const { tape } = await recordOne("select 'tenant-4711' t", { redact })
    expect(printTape(tape)).not.toContain('4711')
  })
})

async function recordOne(
  sql: string,
  options: { normalize?: (sql: string) => string; redact?: (text: string) => string } = {},
) {
  const recorder = await record({ target: server.options, ...options })
  const connection = await createConnection({ ...server.options, port: recorder.port })
  await connection.query(sql)
  connection.destroy()
  await recorder.close()
  return { tape: recorder.tape }
}
