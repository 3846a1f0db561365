import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { Kysely } from 'kysely'
import { describe, expect, it } from 'vitest'
import {
  connectionOptions,
  createConnectionHook,
  MatrixOne,
  MatrixOneDialect,
  queryLogger,
  ValueError,
} from 'kysely-matrixone'
import { traceQueries } from 'kysely-matrixone/opentelemetry'
import { checkConnectionKeys } from '../../src/connection/mysql2/connection-keys.js'

const address = { host: '127.0.0.1', port: 6001, user: 'root', password: 'not-shown' }
const make = (options: object) => (): unknown =>
  new MatrixOne({ connection: address, ...options } as never)

describe('an option of the connection that mysql2 would ignore', () => {
  it.each([
    [{ account: 'acme' }, /no option account\. Account and role are part of user: 'acme#ann#role'/],
    [{ ssl_mode: 'required' }, /no option ssl_mode\. Did you mean ssl\?/],
    [{ sslMode: 'required' }, /no option sslMode\. Did you mean ssl\?/],
    [{ on_connect: ['enable_all'] }, /no option on_connect\. Hooks stand beside connection/],
    [{ username: 'root' }, /Did you mean user\?/],
    [{ connection_limit: 3 }, /Did you mean connectionLimit\?/],
    [{ conectTimeout: 3 }, /Did you mean connectTimeout\?/],
    [{ nonsense: 1 }, /The option connection has no option nonsense/],
  ])('is refused: %o', (options, message) => {
    const given = { ...address, ...options }
    for (const refused of [
      () => new MatrixOne({ connection: given }),
      () => new Kysely({ dialect: new MatrixOneDialect({ connection: given }) }),
    ]) {
      expect(refused).toThrow(ValueError)
      expect(refused).toThrow(message)
      expect(refused).not.toThrow(/not-shown/)
    }
    expect(() => connectionOptions(options as never)).toThrow(ValueError)
  })

  it('is none that mysql2 itself knows', () => {
    const path = createRequire(import.meta.url).resolve('mysql2/package.json')
    const source = readFileSync(path.replace('package.json', 'lib/connection_config.js'), 'utf8')
    const list = /const validOptions = \{([^}]*)\}/.exec(source)?.[1] ?? ''
    const names = [...list.matchAll(/^\s*(\w+): 1,/gm)].map(([, name = '']) => name)
    expect(names.length).toBeGreaterThan(50)
    const all = Object.fromEntries(names.map((name) => [name, undefined]))
    expect(() => checkConnectionKeys('connection', all)).not.toThrow()
  })
})

describe('an option of the database', () => {
  it.each([
    [{ on_connect: ['enable_all'] }, /new MatrixOne has no option on_connect/],
    [{ hook: [] }, /Did you mean hooks\?/],
    [{ time_zone: '+02:00' }, /Did you mean timeZone\?/],
    [
      { onHookError: 'ignore' },
      /onHookError of new MatrixOne must be 'warn' or 'throw', or a function/,
    ],
    [
      { inflightQueryAbortStrategy: 'kill' },
      /must be 'cancel query' or 'ignore query', got "kill"/,
    ],
    [{ untrueResults: 'yes' }, /must be 'omit' or 'report'/],
    [{ prepare: true }, /prepare of new MatrixOne must be 'off' or 'auto', got true/],
    [{ errors: { value: 'shown' } }, /Did you mean errors\.values\?/],
    [{ types: { bigint: 'text' } }, /types\.bigint must be one of/],
    [{ guards: { stacked: 'off' } }, /There is no guard "stacked"/],
  ])('is refused when it is unknown or out of its list: %o', (options, message) => {
    expect(make(options)).toThrow(ValueError)
    expect(make(options)).toThrow(message)
  })

  it('may be undefined', () => {
    expect(make({ onHookError: undefined, untrueResults: undefined, log: undefined })).not.toThrow()
  })
})

describe('an option of one of the functions', () => {
  const db = new MatrixOne({ connection: address })

  it.each<[string, () => unknown]>([
    ['queryLogger mode', () => queryLogger({ mode: 'loud' as never })],
    ['queryLogger values', () => queryLogger({ values: 'hidden' as never })],
    ['queryLogger key', () => queryLogger({ slow_after: 3 } as never)],
    ['withLogMode', () => db.withLogMode('loud' as never)],
    ['withDeadline key', () => db.withDeadline({ timeOut: 3 } as never)],
    ['createConnectionHook key', () => createConnectionHook({ action: [] } as never)],
  ])('is refused: %s', (_what, call) => {
    expect(call).toThrow(ValueError)
  })

  it('is refused by the subpath, too', () => {
    expect(() => traceQueries({ trace: {} } as never)).toThrow(/Did you mean tracer\?/)
  })

  it('is refused before anything is sent: execute and retry', async () => {
    await expect(db.execute('select 1', [], { logMode: 'loud' as never })).rejects.toThrow(
      ValueError,
    )
    const retried = db
      .transaction()
      .retry({ attempt: 3 } as never)
      .execute(async () => undefined)
    await expect(retried).rejects.toThrow(/Did you mean attempts\?/)
  })
})
