import * as kysely from 'kysely'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import {
  AcquireTimeoutError,
  type ConnectionHookCallback,
  createConnectionHook,
  MatrixOne,
  onEvent,
} from 'kysely-matrixone'
import { withClient } from '../../support/database.js'
import { connectionIdOf, selectMany as many, selectOne as one } from '../../support/queries.js'
import { useServer } from '../../support/server.js'

type DB = Record<string, never>

const server = useServer(import.meta.url)

const OBSERVED = [
  'kysely-matrixone:connection:created',
  'kysely-matrixone:connection:wait',
  'kysely-matrixone:connection:closed',
  'kysely-matrixone:hook:start',
  'kysely-matrixone:hook:end',
  'kysely-matrixone:hook:error',
] as const

const never = (): Promise<void> => new Promise(() => undefined)

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

  it('is that of the whole wait, which a queue is too; what is ready too late is not used', async () => {
    let hangs = 1
    const hooks = (): Promise<void> | void => (hangs-- > 0 ? never() : undefined)
    await withClient(
      server,
      { hooks, acquireTimeout: 1500, connection: { connectionLimit: 1 } },
      async (db) => {
        await expect(one(db)).rejects.toThrow(AcquireTimeoutError)
        await db.connection().execute(async () => {
          await expect(one(db)).rejects.toThrow(AcquireTimeoutError)
        })
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

// Last, because a recording counts connections and kysely 0.28 takes no signal here, 0.28.19 included.
describe.runIf('SafeNullComparisonPlugin' in kysely)('a wait that a signal ends', () => {
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
