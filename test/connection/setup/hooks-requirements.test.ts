import * as kysely from 'kysely'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import {
  AcquireTimeoutError,
  type ConnectionHookCallback,
  ConnectionHookError,
  type ConnectionHookInput,
  createConnectionHook,
  LockWaitTimeoutError,
  MatrixOne,
  onEvent,
  setSession,
} from 'kysely-matrixone'
import { withClient } from '../../support/database.js'
import { connectionIdOf, selectOne as one } from '../../support/queries.js'
import { useServer } from '../../support/server.js'

type DB = Record<string, never>

const server = useServer(import.meta.url, { proxy: true })

const many = (db: MatrixOne<DB>, count: number): Promise<unknown> =>
  Promise.all(Array.from({ length: count }, () => one(db)))

/** The connections that statements run on, one after the other, while all are held. */
async function idsOf(db: MatrixOne<DB>, count: number): Promise<number[]> {
  const ids: number[] = []
  const hold = async (left: number): Promise<void> => {
    if (left === 0) return
    await db.connection().execute(async (pinned) => {
      ids.push(await connectionIdOf(pinned))
      await hold(left - 1)
    })
  }
  await hold(count)
  return ids
}

const OBSERVED = [
  'kysely-matrixone:connection:created',
  'kysely-matrixone:connection:wait',
  'kysely-matrixone:connection:closed',
  'kysely-matrixone:hook:start',
  'kysely-matrixone:hook:end',
  'kysely-matrixone:hook:error',
] as const

const never = (): Promise<void> => new Promise(() => undefined)

/** An error as the server makes it when two transactions lock each other out. */
const lockTimeout = (): Error =>
  new LockWaitTimeoutError('Lock wait timeout exceeded; try restarting transaction', {
    errno: 1205,
    retryable: true,
  })

describe('a statement', () => {
  it('gets no connection before its hooks are done, which run in order', async () => {
    const steps: string[] = []
    const hook =
      (name: string): ConnectionHookCallback =>
      async (connection) => {
        await connection.execute('select 1')
        steps.push(`${name} of ${connection.id} began`)
        await connection.execute('set @ready = coalesce(@@probe_limit, 0)')
        steps.push(`${name} of ${connection.id} ended`)
      }
    await withClient(
      server,
      { hooks: [hook('first'), hook('second')], connection: { connectionLimit: 3 } },
      async (db) => {
        const results = await Promise.all(
          Array.from({ length: 50 }, () =>
            sql<{ ready: unknown }>`select @ready as ready`.execute(db),
          ),
        )
        expect(new Set(results.map(({ rows }) => rows[0]?.ready))).toEqual(new Set(['5']))
      },
    )
    const connections = new Set(steps.map((step) => /of (\d+)/.exec(step)?.[1]))
    expect(connections.size).toBe(3)
    for (const id of connections) {
      expect(steps.filter((step) => step.includes(` ${id} `))).toEqual([
        `first of ${id} began`,
        `first of ${id} ended`,
        `second of ${id} began`,
        `second of ${id} ended`,
      ])
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

describe('a hook that fails ten times', () => {
  it('leaks no slot of a pool of two', async () => {
    let failures = 10
    const hooks = (): void => {
      if (failures-- > 0) throw new Error('no luck')
    }
    await withClient(server, { hooks, onHookError: 'throw' }, async (db) => {
      for (let attempt = 0; attempt < 10; attempt++) {
        await expect(one(db)).rejects.toThrow(ConnectionHookError)
      }
      await many(db, 8)
      expect(new Set(await idsOf(db, 2)).size).toBe(2)
      expect(db.hooks.status()).toMatchObject({ opened: 12, ready: 2, failures: 10 })
    })
  })
})

describe('the time limit of a hook', () => {
  it('closes the connection of a hook that hangs, and the pool goes on', async () => {
    let hangs = 1
    const hooks = (): Promise<void> | void => (hangs-- > 0 ? never() : undefined)
    await withClient(
      server,
      { hooks, hookTimeout: 1000, connection: { connectionLimit: 1 } },
      async (db) => {
        await expect(one(db)).rejects.toThrow(/did not finish within 1000 ms/)
        await many(db, 3)
        expect(db.hooks.status()).toMatchObject({ opened: 2, ready: 1, failures: 1 })
      },
    )
  })

  it('may be longer for one hook', async () => {
    const slow = createConnectionHook({
      callback: () => new Promise((resolve) => setTimeout(resolve, 1500)),
      timeout: 60_000,
    })
    await withClient(server, { hooks: slow, hookTimeout: 1000 }, async (db) => {
      await one(db)
      expect(db.hooks.status()).toMatchObject({ ready: 1, failures: 0 })
    })
  })

  it('counts queue, connect and hooks together; what is ready too late is not used', async () => {
    let hangs = 1
    const hooks = (): Promise<void> | void => (hangs-- > 0 ? never() : undefined)
    await withClient(
      server,
      { hooks, acquireTimeout: 1500, connection: { connectionLimit: 1 } },
      async (db) => {
        const failures = await Promise.allSettled([one(db), one(db)])
        for (const failure of failures) {
          expect(failure).toMatchObject({ reason: expect.any(AcquireTimeoutError) })
        }
        await one(db)
        expect(db.hooks.status()).toMatchObject({ opened: 2, ready: 1 })
      },
    )
  })

  it('does not keep destroy() waiting for a hook that an acquire has given up', async () => {
    const timeouts = { hookTimeout: 600_000, acquireTimeout: 1500, shutdownTimeout: 600_000 }
    await withClient(server, { hooks: never, ...timeouts }, async (db) => {
      await expect(one(db)).rejects.toThrow(AcquireTimeoutError)
    })
  })
})

describe('the error policy', () => {
  const failing = (): void => {
    throw new Error('no luck')
  }

  it('warns by default, keeps the failure, and uses the connection', async () => {
    await withClient(
      server,
      { hooks: createConnectionHook({ name: 'a', callback: failing }) },
      async (db) => {
        await one(db)
        expect(db.hooks.status()).toMatchObject({
          ready: 1,
          failures: 1,
          failed: [{ hook: 'a', error: { message: 'no luck' } }],
        })
      },
    )
  })

  it('is one of its own for a hook that has one', async () => {
    const strict = createConnectionHook({ name: 'strict', callback: failing, onError: 'throw' })
    await withClient(server, { hooks: strict, onHookError: 'warn' }, async (db) => {
      const error = await one(db).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(ConnectionHookError)
      expect(error).toMatchObject({ message: expect.stringMatching(/"strict"/) })
      expect(error).toMatchObject({ cause: { message: 'no luck' } })
    })
  })

  it('decides as a function, which is told where', async () => {
    const told: unknown[] = []
    const onHookError = (error: unknown, context: object): void => void told.push(error, context)
    await withClient(
      server,
      { hooks: createConnectionHook({ name: 'a', callback: failing }), onHookError },
      one,
    )
    expect(told).toMatchObject([
      { message: 'no luck' },
      { hook: 'a', attempt: 1, serverVersion: expect.stringMatching(/MatrixOne/) },
    ])
  })

  it('finds the one hook whose variables are refused; those of the others are set', async () => {
    const hooks = [
      setSession({ probe_limit: 7 }),
      setSession({ nope_variable: 1 }, { onError: 'warn' }),
      setSession({ lock_wait_timeout: 9 }),
    ]
    await withClient(server, { hooks, onHookError: 'throw' }, async (db) => {
      const { rows } = await sql`select @@probe_limit as probe, @@lock_wait_timeout as wait,
        @@time_zone as zone`.execute(db)
      expect(rows).toEqual([{ probe: '7', wait: '9', zone: '+00:00' }])
      expect(db.hooks.status().failed.map(({ hook }) => hook)).toEqual([
        'setSession(nope_variable)',
      ])
    })
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

describe('a connection whose session is reset', () => {
  it('runs its hooks again when asked to', async () => {
    const seen: number[] = []
    await withClient(
      server,
      { hooks: (connection) => void seen.push(connection.id) },
      async (db) => {
        const id = await connectionIdOf(db)
        db.hooks.rerun()
        expect(seen).toEqual([id])
        await many(db, 1)
        expect(seen).toEqual([id, id])
        await many(db, 1)
        expect(seen).toEqual([id, id])
      },
    )
  })
})

describe('a hook that was added', () => {
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

describe('each use of a connection', () => {
  it('is told to listeners as checkout and checkin; a failing checkin costs the connection', async () => {
    const uses: string[] = []
    let failing = true
    await withClient(
      server,
      {
        listeners: [
          {
            checkout: async (connection) => {
              await connection.execute('set @used = 1')
              uses.push('out')
            },
            checkin: () => {
              uses.push('in')
              if (failing) throw new Error('no luck')
            },
          },
        ],
        connection: { connectionLimit: 1 },
      },
      async (db) => {
        const first = await connectionIdOf(db)
        failing = false
        const second = await connectionIdOf(db)
        expect(second).not.toBe(first)
        expect(await connectionIdOf(db)).toBe(second)
      },
    )
    expect(uses).toEqual(['out', 'in', 'out', 'in', 'out', 'in'])
  })
})

describe('the set-up of a connection', () => {
  it('publishes each connection, hook and wait as an event, and counts them', async () => {
    const heard: string[] = []
    const stops = OBSERVED.map((name) =>
      onEvent(name, (event) => {
        const parts = [name.slice('kysely-matrixone:'.length), 'hook' in event ? event.hook : '']
        heard.push(parts.filter(Boolean).join(' '))
        if ('duration' in event) expect(event.duration).toBeGreaterThanOrEqual(0)
        if ('reason' in event) expect(event.reason.message).toMatch(/closed|destroy/)
        if ('error' in event) expect(event.error).toMatchObject({ message: 'no luck' })
      }),
    )
    const hooks = [
      createConnectionHook({ name: 'greet', callback: () => undefined }),
      createConnectionHook({
        name: 'fail',
        callback: () => Promise.reject(new Error('no luck')),
        onError: () => undefined,
      }),
    ]
    try {
      await withClient(server, { hooks, connection: { connectionLimit: 1 } }, async (db) => {
        await many(db, 2)
        expect(db.hooks.status()).toMatchObject({ opened: 1, ready: 1, failures: 1, skipped: [] })
      })
    } finally {
      for (const stop of stops) stop()
    }
    expect(heard).toEqual([
      'connection:wait',
      'connection:wait',
      'connection:created',
      'hook:start greet',
      'hook:end greet',
      'hook:start fail',
      'hook:error fail',
      'connection:closed',
    ])
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

describe('a hook that fails once', () => {
  it('runs on another connection when its error is retryable, and is told so', async () => {
    const attempts: number[] = []
    const hooks: ConnectionHookInput = (connection) => {
      attempts.push(connection.attempt)
      if (connection.attempt === 1) throw lockTimeout()
    }
    await withClient(server, { hooks, onHookError: 'throw' }, one)
    expect(attempts).toEqual([1, 2])
  })

  it('runs on another connection when its own broke', async () => {
    const { faults } = server
    const attempts: number[] = []
    faults.cut({ at: 'before', statement: /^select 2/ })
    const hooks: ConnectionHookInput = async (connection) => {
      attempts.push(connection.attempt)
      if (connection.attempt === 1) await connection.execute('select 2')
    }
    await withClient(server, { hooks, onHookError: 'throw' }, one)
    expect(attempts).toEqual([1, 2])
  })

  it('is reported with its first failure, also when the second try fails', async () => {
    const hooks: ConnectionHookInput = (connection) => {
      throw connection.attempt === 1 ? lockTimeout() : new Error('second')
    }
    await withClient(server, { hooks, onHookError: 'throw' }, async (db) => {
      const error = await one(db).catch((reason: unknown) => reason)
      expect(error).toMatchObject({
        message: expect.stringMatching(/second.*Lock wait timeout/s),
        cause: { errno: 1205 },
      })
    })
  })
})

describe('destroy() while a hook runs', () => {
  it('waits for the hook', async () => {
    const steps: string[] = []
    const db = new MatrixOne<DB>({
      connection: server.options,
      hooks: async (connection) => {
        steps.push('began')
        await connection.execute('select sleep(0.2)')
        steps.push('ended')
      },
    })
    const query = one(db).catch(() => undefined)
    while (steps.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await db.destroy()
    expect(steps).toEqual(['began', 'ended'])
    await query
  })

  it('waits no longer than shutdownTimeout', async () => {
    let begun = false
    const db = new MatrixOne<DB>({
      connection: server.options,
      shutdownTimeout: 100,
      hookTimeout: 600_000,
      hooks: () => {
        begun = true
        return never()
      },
    })
    const query = one(db).catch((error: unknown) => error)
    while (!begun) await new Promise((resolve) => setTimeout(resolve, 5))
    await db.destroy()
    expect(await query).toBeInstanceOf(Error)
  })
})

// Last, because a recording counts connections and kysely 0.28 takes no signal.
describe.runIf('AbortedTransactionError' in kysely)('a wait that a signal ends', () => {
  it('does not lose the connection that comes too late', async () => {
    await withClient(server, { connection: { connectionLimit: 1 } }, async (db) => {
      await db.connection().execute(async (held) => {
        await one(held)
        const signal = AbortSignal.timeout(50)
        await expect(
          db.connection().execute(async (waiting) => one(waiting), { signal }),
        ).rejects.toThrow(/timeout|aborted/)
      })
      await many(db, 3)
      expect(db.hooks.status()).toMatchObject({ opened: 1, ready: 1 })
    })
  })
})
