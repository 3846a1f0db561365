import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import {
  ConnectionHookError,
  type ConnectionHookInput,
  createConnectionHook,
  LockWaitTimeoutError,
  setSession,
} from 'kysely-matrixone'
import { withClient } from '../../support/database.js'
import {
  heldConnectionIds as idsOf,
  selectMany as many,
  selectOne as one,
} from '../../support/queries.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url, { proxy: true })

/** An error as the server makes it when two transactions lock each other out. */
const lockTimeout = (): Error =>
  new LockWaitTimeoutError('Lock wait timeout exceeded; try restarting transaction', {
    errno: 1205,
    retryable: true,
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
      'The connection hook "mine" failed: no luck The connection is used anyway (onHookError: \'warn\').',
    ])
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

describe('the error policy', () => {
  const failing = (): void => {
    throw new Error('no luck')
  }

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
