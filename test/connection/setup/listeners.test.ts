import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import {
  ConnectionError,
  type ConnectionRecord,
  DisconnectionError,
  type HookConnection,
  MatrixOne,
  type PoolListener,
} from 'kysely-matrixone'
import { withClient } from '../../support/database.js'
import { connectionIdOf, heldConnectionIds, selectOne as one } from '../../support/queries.js'
import { useServer } from '../../support/server.js'

type DB = Record<string, never>

const server = useServer(import.meta.url)

/** A listener as the Python world has them: a class with some of the methods. */
class Journal implements PoolListener {
  readonly lines: string[] = []

  connect(_connection: HookConnection, record: ConnectionRecord): void {
    record.info.set('uses', 0)
    this.lines.push('connect')
  }

  checkout(_connection: HookConnection, { info }: ConnectionRecord): void {
    info.set('uses', Number(info.get('uses')) + 1)
    this.lines.push('checkout')
  }

  checkin(connection: HookConnection, record: ConnectionRecord): void {
    if (connection.id !== record.id) throw new Error('That is another connection.')
    this.lines.push(`checkin after ${String(record.info.get('uses'))} uses`)
  }

  close(_connection: HookConnection, record: ConnectionRecord): void {
    this.lines.push(`close ${record.isClosed ? 'closed' : 'open'}`)
  }
}

describe('connect', () => {
  it('is called once for each new connection, after its hooks, on that connection', async () => {
    const seen: unknown[] = []
    const connect = async (connection: HookConnection, record: ConnectionRecord): Promise<void> => {
      const [row] = await connection.execute<{ id: unknown; hook: unknown }>(
        'select connection_id() as id, @hook as hook',
      )
      seen.push({ same: Number(row?.id) === connection.id && record.id === connection.id })
      seen.push({ hook: row?.hook, version: record.serverVersion === connection.serverVersion })
    }
    await withClient(
      server,
      {
        hooks: async (connection) => void (await connection.execute("set @hook = 'done'")),
        listeners: [{ connect }],
      },
      async (db) => {
        await one(db)
        await one(db)
      },
    )
    expect(seen).toEqual([{ same: true }, { hook: 'done', version: true }])
  })

  it('is what a single function listens to', async () => {
    const seen: number[] = []
    await withClient(
      server,
      { listeners: [(_connection, record) => void seen.push(record.id)] },
      one,
    )
    expect(seen).toHaveLength(1)
  })

  it('closes the connection and rejects the acquire when it fails', async () => {
    let failures = 3
    const connect = (): void => {
      if (failures-- > 0) throw new Error('not this one')
    }
    await withClient(server, { listeners: [{ connect }] }, async (db) => {
      for (let attempt = 0; attempt < 3; attempt++) {
        await expect(one(db)).rejects.toThrow('not this one')
      }
      await Promise.all([one(db), one(db), one(db)])
    })
  })
})

describe('firstConnect', () => {
  it('is called exactly once under 50 first acquires, before any caller gets a connection', async () => {
    const steps: string[] = []
    const firstConnect = async (connection: HookConnection): Promise<void> => {
      steps.push('began')
      await connection.execute('select sleep(0.1)')
      steps.push('ended')
    }
    await withClient(
      server,
      {
        listeners: [{ firstConnect, checkout: () => void steps.push('checkout') }],
        connection: { connectionLimit: 4 },
      },
      async (db) => {
        await Promise.all(Array.from({ length: 50 }, () => one(db)))
        await one(db)
      },
    )
    expect(steps.slice(0, 3)).toEqual(['began', 'ended', 'checkout'])
    expect(steps.filter((step) => step === 'began')).toHaveLength(1)
    expect(steps.filter((step) => step === 'checkout')).toHaveLength(51)
  })

  it('is called for the next connection after a first one for which it failed', async () => {
    const seen: number[] = []
    const firstConnect = (connection: HookConnection): void => {
      seen.push(connection.id)
      if (seen.length === 1) throw new Error('not this one')
    }
    await withClient(server, { listeners: [{ firstConnect }] }, async (db) => {
      await expect(one(db)).rejects.toThrow('not this one')
      await Promise.all(Array.from({ length: 4 }, () => one(db)))
    })
    expect(new Set(seen).size).toBe(2)
  })
})

describe('checkout', () => {
  it('is called for each use, and info lives as long as the connection', async () => {
    const journal = new Journal()
    await withClient(
      server,
      { listeners: [journal], connection: { connectionLimit: 1 } },
      async (db) => {
        await one(db)
        await db.transaction().execute(async (trx) => {
          await sql`select 1`.execute(trx)
          await sql`select 2`.execute(trx)
        })
      },
    )
    expect(journal.lines).toEqual([
      'connect',
      'checkout',
      'checkin after 1 uses',
      'checkout',
      'checkin after 2 uses',
      'close closed',
    ])
  })

  it('gets a fresh connection in place of one that it refuses, and starts over with it', async () => {
    const calls: string[] = []
    const refused = new Set<number>()
    const first = { checkout: () => void calls.push('first') }
    const second = {
      checkout: (connection: HookConnection): void => {
        calls.push('second')
        if (refused.has(connection.id)) throw new DisconnectionError('gone')
      },
    }
    await withClient(
      server,
      { listeners: [first, second], connection: { connectionLimit: 1 } },
      async (db) => {
        const id = await connectionIdOf(db)
        refused.add(id)
        calls.length = 0
        expect(await connectionIdOf(db)).not.toBe(id)
        expect(calls).toEqual(['first', 'second', 'first', 'second'])
      },
    )
  })

  it('gets a fresh connection after a refusal, although others are idle', async () => {
    const opened: number[] = []
    let refuses = false
    const listener = {
      connect: ({ id }: HookConnection) => void opened.push(id),
      checkout: (): void => {
        if (!refuses) return
        refuses = false
        throw new DisconnectionError('gone')
      },
    }
    const config = { listeners: [listener], connection: { connectionLimit: 3 } }
    await withClient(server, config, async (db) => {
      const idle = await heldConnectionIds(db, 3)
      for (const _round of [1, 2]) {
        refuses = true
        const id = await connectionIdOf(db)
        expect(idle).not.toContain(id)
        expect(opened.at(-1)).toBe(id)
      }
    })
    expect(opened).toHaveLength(5)
  })

  it('gives up after three fresh connections, says why, and leaks none', async () => {
    let refusing = true
    const checkout = (): void => {
      if (refusing) throw new DisconnectionError('the replica is behind')
    }
    const opened: number[] = []
    await withClient(
      server,
      { listeners: [{ checkout, connect: ({ id }) => void opened.push(id) }] },
      async (db) => {
        const error = await one(db).catch((reason: unknown) => reason)
        expect(error).toBeInstanceOf(ConnectionError)
        expect(error).toMatchObject({
          message: expect.stringMatching(/refused 3 fresh connections.*the replica is behind/s),
          cause: expect.any(DisconnectionError),
        })
        expect(new Set(opened).size).toBe(3)
        refusing = false
        await Promise.all([one(db), one(db), one(db)])
      },
    )
  })

  it('rejects with any other error, and closes the connection', async () => {
    const ids: number[] = []
    const checkout = (connection: HookConnection): void => {
      ids.push(connection.id)
      if (ids.length === 1) throw new Error('no')
    }
    await withClient(
      server,
      { listeners: [{ checkout }], connection: { connectionLimit: 1 } },
      async (db) => {
        await expect(one(db)).rejects.toThrow('no')
        await one(db)
      },
    )
    expect(new Set(ids).size).toBe(2)
  })
})

describe('checkin', () => {
  it('runs before the connection can be used again', async () => {
    const checkin = async (connection: HookConnection): Promise<void> => {
      await connection.execute('set @left = 0')
    }
    await withClient(
      server,
      {
        listeners: [{ checkin }],
        guards: { sessionState: 'off' },
        connection: { connectionLimit: 1 },
      },
      async (db) => {
        await sql`set @left = 1`.execute(db)
        const { rows } = await sql`select @left as ${sql.ref('left')}`.execute(db)
        expect(rows).toEqual([{ left: '0' }])
      },
    )
  })
})

describe('close', () => {
  it('is called once for each connection, whichever side closes it', async () => {
    const closed: number[] = []
    const opened: number[] = []
    const refused = new Set<number>()
    await withClient(
      server,
      {
        listeners: [
          {
            connect: ({ id }) => void opened.push(id),
            checkout: ({ id }) => {
              if (refused.has(id)) throw new DisconnectionError('gone')
            },
            close: ({ id }) => void closed.push(id),
          },
        ],
        connection: { connectionLimit: 1 },
      },
      async (db) => {
        refused.add(await connectionIdOf(db))
        await one(db)
      },
    )
    expect(opened).toHaveLength(2)
    expect(closed.toSorted((a, b) => a - b)).toEqual(opened.toSorted((a, b) => a - b))
  })

  it('is finished when destroy() resolves', async () => {
    const steps: string[] = []
    const close = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 50))
      steps.push('closed')
    }
    await withClient(server, { listeners: [{ close }] }, one)
    expect(steps).toEqual(['closed'])
  })
})

describe('a listener', () => {
  it('can be added later, and taken away again', async () => {
    const journal = new Journal()
    await withClient(server, { connection: { connectionLimit: 1 } }, async (db) => {
      await one(db)
      const remove = db.listeners.add(journal)
      await one(db)
      remove()
      await one(db)
    })
    expect(journal.lines).toEqual(['checkout', 'checkin after NaN uses'])
  })

  it('that uses db is ended by hookTimeout instead of waiting for itself', async () => {
    let db: MatrixOne<DB> | undefined
    const checkout = async (): Promise<void> => void (await one(db as MatrixOne<DB>))
    await withClient(
      server,
      { listeners: [{ checkout }], hookTimeout: 500, connection: { connectionLimit: 1 } },
      async (database) => {
        db = database
        await expect(one(db)).rejects.toThrow(/may be waiting for a connection of the pool/)
      },
    )
  })

  it('that hangs costs its connection after hookTimeout', async () => {
    let hangs = 1
    const checkout = (): Promise<void> | void =>
      hangs-- > 0 ? new Promise(() => undefined) : undefined
    await withClient(
      server,
      { listeners: [{ checkout }], hookTimeout: 1000, connection: { connectionLimit: 1 } },
      async (db) => {
        await expect(one(db)).rejects.toThrow(/listener's checkout did not finish within 1000 ms/)
        await one(db)
      },
    )
  })

  it('has at least one of the methods', () => {
    const config = { connection: { host: '127.0.0.1' } }
    expect(() => new MatrixOne<DB>({ ...config, listeners: [{}] })).toThrow(
      /connect, firstConnect, checkout, checkin, close/,
    )
  })
})
