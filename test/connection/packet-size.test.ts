import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import type { MatrixOne } from 'kysely-matrixone'
import { openDatabase, withClient } from '../support/database.js'
import { selectOne } from '../support/queries.js'
import { useServer } from '../support/server.js'

/** Behind texts of some of these sizes mysql2 sends an empty packet, which ends the server (4.2.0). */
const SIZES = [16_777_211, 16_777_212, 16_777_213, 16_777_214, 16_777_215, 16_777_216]
const START = "select length('"
const END = "') as bytes"

const problems: string[] = []
// The proxy keeps an empty packet from the server, and tells of it.
const server = useServer(import.meta.url, {
  proxy: true,
  onProblem: (problem) => void problems.push(problem),
})
let db: MatrixOne<Record<string, never>>

beforeAll(async () => {
  ;({ db } = await openDatabase<Record<string, never>>(server, 'kmo_packet_size'))
})

/** A statement of exactly that many bytes, and its answer. */
function statementOf(bytes: number): { readonly text: string; readonly answer: number } {
  const answer = bytes - START.length - END.length
  const text = `${START}${'a'.repeat(answer)}${END}`
  expect(Buffer.byteLength(text)).toBe(bytes)
  return { text, answer }
}

describe.each(SIZES)('a text of %i bytes', (bytes) => {
  const { text, answer } = statementOf(bytes)

  it('is answered as a query', async () => {
    const { rows } = await sql.raw<{ readonly bytes: number }>(text).execute(db)
    expect(rows).toEqual([{ bytes: answer }])
    await selectOne(db)
  }, 240_000)

  it('is answered in a hook', async () => {
    let seen: unknown
    const hook = async (one: { execute(sql: string): Promise<unknown> }): Promise<void> => {
      seen = await one.execute(text)
    }
    const config = {
      hooks: [hook],
      onHookError: 'throw',
      hookTimeout: 200_000,
      acquireTimeout: 200_000,
      connection: { connectionLimit: 1 },
    } as const
    await withClient(server, config, (hooked) => selectOne(hooked))
    expect(JSON.stringify(seen)).toContain(`{"bytes":${answer}}`)
  }, 240_000)
})

it('no packet was kept from the server', () => {
  expect(problems).toEqual([])
})
