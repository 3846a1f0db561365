import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import {
  AcquireTimeoutError,
  ConnectionAction,
  ConnectionHookError,
  createConnectionHook,
  MatrixOne,
  setSession,
  type HookConnection,
} from 'kysely-matrixone'
import { withClient } from '../../support/database.js'
import { useServer } from '../../support/server.js'

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

  it('finishes before any statement of the program', async () => {
    await withClient(
      server,
      {
        hooks: async (connection) => {
          await connection.execute('select 1')
          await connection.execute('set @ready = 1')
        },
      },
      async (db) => {
        const results = await Promise.all(
          Array.from({ length: 20 }, () =>
            sql<{ ready: unknown }>`select @ready as ready`.execute(db),
          ),
        )
        for (const { rows } of results) expect(rows).toEqual([{ ready: '1' }])
      },
    )
  })
})

describe('a failing hook', () => {
  const failing = async (): Promise<void> => {
    throw new Error('no luck')
  }

  it('does not prevent the connection, and is known by the status', async () => {
    const warnings: string[] = []
    const listen = (warning: Error): void => void warnings.push(warning.message)
    process.on('warning', listen)
    await withClient(
      server,
      { hooks: createConnectionHook({ name: 'mine', callback: failing }) },
      async (db) => {
        expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }])
        expect(db.hooks.status().failed).toMatchObject([
          { hook: 'mine', error: { message: 'no luck' } },
        ])
      },
    )
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', listen)
    expect(warnings).toEqual([
      'The connection hook "mine" failed: no luck The connection is used all the same (onHookError: \'warn\').',
    ])
  })

  it('destroys the connection and rejects under the policy throw, without leaking a slot', async () => {
    let failures = 10
    const hooks = async (): Promise<void> => {
      if (failures-- > 0) throw new Error('no luck')
    }
    await withClient(server, { hooks, onHookError: 'throw' }, async (db) => {
      for (let attempt = 0; attempt < 10; attempt++) {
        await expect(sql`select 1`.execute(db)).rejects.toThrow(ConnectionHookError)
      }
      await Promise.all([1, 2, 3, 4].map(() => sql`select 1`.execute(db)))
    })
  })

  it('cannot hang the program beyond the acquire deadline', async () => {
    await withClient(
      server,
      { hooks: () => new Promise(() => undefined), acquireTimeout: 200, shutdownTimeout: 100 },
      async (db) => {
        await expect(sql`select 1`.execute(db)).rejects.toThrow(AcquireTimeoutError)
      },
    )
  })

  it('is one that sets an unknown variable', async () => {
    await withClient(
      server,
      { hooks: setSession({ nope_variable: 1 }), onHookError: 'throw' },
      async (db) => {
        await expect(sql`select 1`.execute(db)).rejects.toThrow(
          /setSession\(nope_variable\).*does not exist/s,
        )
      },
    )
  })
})
