import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import {
  ConnectionAction,
  type ConnectionHookInput,
  createConnectionHook,
  type HookConnection,
  MatrixOne,
  setSession,
} from 'kysely-matrixone'
import { withClient } from '../../support/database.js'
import {
  connectionIdOf,
  heldConnectionIds as idsOf,
  selectMany as many,
  selectOne as one,
} from '../../support/queries.js'
import { useServer } from '../../support/server.js'

type DB = Record<string, never>

const server = useServer(import.meta.url)

async function readVariables(db: MatrixOne<Record<string, never>>): Promise<unknown> {
  const { rows } =
    await sql`select @@experimental_ivf_index as ivf, @@experimental_hnsw_index as hnsw,
    @@experimental_fulltext_index as text, @@probe_limit as probe`.execute(db)
  return rows[0]
}

describe('predefined actions', () => {
  it.each([
    [[ConnectionAction.ENABLE_HNSW], { hnsw: '1' }],
    [['enable_vector'], { ivf: '1', hnsw: '1' }],
    [['enable_all'], { ivf: '1', hnsw: '1', text: '1' }],
    [['enable_fulltext', 'enable_ivf'], { ivf: '1', text: '1' }],
  ] as const)('%j switch their variables on', async (hooks, expected) => {
    expect(await withClient(server, { hooks }, readVariables)).toMatchObject(expected)
  })

  it('come from MATRIXONE_ON_CONNECT when no hooks are given', async () => {
    process.env['MATRIXONE_ON_CONNECT'] = 'enable_hnsw, enable_fulltext'
    try {
      expect(await withClient(server, {}, readVariables)).toMatchObject({ hnsw: '1', text: '1' })
    } finally {
      delete process.env['MATRIXONE_ON_CONNECT']
    }
  })

  it('come with session variables of the program', async () => {
    expect(
      await withClient(
        server,
        { hooks: [setSession({ probe_limit: 20, experimental_hnsw_index: true })] },
        readVariables,
      ),
    ).toMatchObject({ probe: '20', hnsw: '1' })
  })
})

describe('a switch that the server may not have', () => {
  it('is asked for once per server, and left out by name when it is missing', async () => {
    const absent = Object.freeze({
      ...createConnectionHook({ actions: ['enable_hnsw'] }),
      optionalVariables: { experimental_hnsw_index: 1, experimental_nope_index: 1 },
    })
    await withClient(server, { hooks: absent, onHookError: 'throw' }, async (db) => {
      await many(db, 4)
      expect(db.hooks.status().skipped).toEqual([
        { variable: 'experimental_nope_index', reason: expect.stringMatching(/no such variable/) },
      ])
      const { rows } = await sql`select @@experimental_hnsw_index as hnsw`.execute(db)
      expect(rows).toEqual([{ hnsw: '1' }])
    })
  })
})

describe('a callback', () => {
  it('runs once for each physical connection, after the actions, on that connection', async () => {
    const seen: { id: number; hnsw: unknown; connection: unknown }[] = []
    const hook = createConnectionHook({
      actions: ['enable_hnsw'],
      callback: async (connection: HookConnection) => {
        const [row] = await connection.execute<{ hnsw: string; id: number }>(
          'select @@experimental_hnsw_index as hnsw, connection_id() as id',
        )
        seen.push({ id: connection.id, hnsw: row?.hnsw, connection: Number(row?.id) })
      },
    })
    await withClient(server, { hooks: hook }, async (db) => {
      for (let query = 0; query < 5; query++) await sql`select 1`.execute(db)
      await Promise.all([1, 2, 3, 4].map(() => sql`select sleep(0.05)`.execute(db)))
      expect(db.hooks.status()).toMatchObject({ ready: 2, failed: [] })
    })
    expect(seen).toHaveLength(2)
    for (const { id, hnsw, connection } of seen) {
      expect(connection).toBe(id)
      expect(hnsw).toBe('1')
    }
  })
})

describe('a physical connection', () => {
  it('runs the hooks once, however often the connection is used', async () => {
    const seen: number[] = []
    await withClient(
      server,
      { hooks: (connection) => void seen.push(connection.id) },
      async (db) => {
        for (let round = 0; round < 5; round++) await many(db, 4)
        expect(db.hooks.status()).toMatchObject({ opened: 2, ready: 2 })
      },
    )
    expect(new Set(seen).size).toBe(2)
    expect(seen).toHaveLength(2)
  })
})

describe('the connection of a hook', () => {
  it('is the very one being set up, with its version and the attempt', async () => {
    const seen: unknown[] = []
    const hooks: ConnectionHookInput = async (connection) => {
      const [row] = await connection.execute<{ id: unknown }>('select connection_id() as id')
      seen.push({ isSame: Number(row?.id) === connection.id })
      seen.push({ attempt: connection.attempt, version: connection.serverVersion })
    }
    await withClient(server, { hooks }, one)
    expect(seen).toEqual([
      { isSame: true },
      { attempt: 1, version: expect.stringMatching(/MatrixOne/) },
    ])
  })

  it('is the only one it may use: one that asks its own pool is ended by its time limit', async () => {
    let db: MatrixOne<DB> | undefined
    let runs = 0
    const hooks = async (): Promise<void> => {
      runs += 1
      await one(db as MatrixOne<DB>)
    }
    await withClient(
      server,
      { hooks, hookTimeout: 500, onHookError: 'throw', connection: { connectionLimit: 1 } },
      async (database) => {
        db = database
        const reason = /within 500 ms.*waiting for a connection of the pool that it is setting up/
        await expect(one(db)).rejects.toThrow(reason)
        // From then on the pool looks whether a hook asks: the query of the hook that has hung would
        // hang on its own connection's hook, and so on.
        await expect(one(db)).rejects.toThrow(/asked its own pool for a connection/)
        expect(runs).toBe(3)
      },
    )
  })

  it('leaves it free to use another client', async () => {
    await withClient(server, {}, async (other) => {
      const hooks = async (): Promise<void> => void (await one(other))
      await withClient(server, { hooks }, async (db) => {
        await one(db)
        expect(db.hooks.status()).toMatchObject({ ready: 1, failures: 0 })
      })
    })
  })
})

describe('a hook that is added later', () => {
  it('runs on each connection before its next use', async () => {
    const early: number[] = []
    const late: number[] = []
    await withClient(
      server,
      { hooks: (connection) => void early.push(connection.id) },
      async (db) => {
        const ids = await idsOf(db, 2)
        db.hooks.add(setSession({ probe_limit: 11 }))
        db.hooks.add((connection) => void late.push(connection.id))
        expect(late).toEqual([])
        for (const id of [...(await idsOf(db, 2)), ...(await idsOf(db, 2))])
          expect(ids).toContain(id)
        expect(late.toSorted((a, b) => a - b)).toEqual(ids.toSorted((a, b) => a - b))
        expect(early).toHaveLength(2)
        const { rows } = await sql`select @@probe_limit as probe`.execute(db)
        expect(rows).toEqual([{ probe: '11' }])
      },
    )
  })

  it('is removed by what add() returned, and the others stay', async () => {
    const runs: string[] = []
    const hook = (): void => void runs.push('twice')
    await withClient(server, { hooks: () => void runs.push('first') }, async (db) => {
      const [remove] = [db.hooks.add(hook), db.hooks.add(hook)]
      await one(db)
      remove()
      db.hooks.rerun()
      await one(db)
    })
    expect(runs).toEqual(['first', 'twice', 'twice', 'first', 'twice'])
  })
})

describe('a transaction', () => {
  it('runs no hook, and keeps its connection', async () => {
    const late: number[] = []
    await withClient(server, {}, async (db) => {
      await db.transaction().execute(async (trx) => {
        const id = await connectionIdOf(trx)
        db.hooks.add((connection) => void late.push(connection.id))
        expect(await connectionIdOf(trx)).toBe(id)
        expect(late).toEqual([])
      })
      await one(db)
      expect(late).toHaveLength(1)
    })
  })
})
