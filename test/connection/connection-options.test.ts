import { describe, expect, it } from 'vitest'
import { connectionOptions, MatrixOne, setSession } from 'kysely-matrixone'

const environment = {
  MATRIXONE_HOST: 'db.internal',
  MATRIXONE_PORT: '6002',
  MATRIXONE_USER: 'acme#ann',
  MATRIXONE_PASSWORD: 'topsecret',
  MATRIXONE_DATABASE: 'shop',
  MATRIXONE_CONNECT_TIMEOUT: '30',
  MATRIXONE_ON_CONNECT: 'enable_all, enable_vector',
}

describe('connectionOptions', () => {
  it('has defaults that fit a new MatrixOne', () => {
    expect(connectionOptions({}, {})).toEqual({
      connection: { host: '127.0.0.1', port: 6001, user: 'root', password: '111' },
      hooks: [],
    })
  })

  it('takes the environment before the defaults', () => {
    const { connection, hooks } = connectionOptions({}, environment)
    expect(connection).toEqual({
      host: 'db.internal',
      port: 6002,
      user: 'acme#ann',
      password: 'topsecret',
      database: 'shop',
      connectTimeout: 30_000,
    })
    expect(hooks).toMatchObject([{ name: 'enable_all, enable_vector' }])
  })

  it('takes the arguments before the environment, and leaves it in force for what is undefined', () => {
    const { connection, hooks } = connectionOptions(
      { host: 'other', port: undefined, connectionLimit: 3, hooks: ['enable_hnsw'] } as object,
      environment,
    )
    expect(connection).toMatchObject({ host: 'other', port: 6002, connectionLimit: 3 })
    expect(hooks).toMatchObject([{ name: 'enable_hnsw' }])
  })

  it('makes what new MatrixOne takes', () => {
    const db = new MatrixOne({ ...connectionOptions({ database: 'shop' }, {}), guards: {} })
    expect(db.hooks.status()).toMatchObject({ opened: 0, ready: 0 })
  })

  it.each([
    [{ MATRIXONE_PORT: '' }, /MATRIXONE_PORT is "", which is not a number/],
    [
      { MATRIXONE_PORT: '70000' },
      /port \(or MATRIXONE_PORT\) must be a number from 1 to 65535, got 70000/,
    ],
    [{ MATRIXONE_HOST: '' }, /host \(or MATRIXONE_HOST\) must be a name or an address, got ""/],
    [{ MATRIXONE_USER: ' ' }, /MATRIXONE_USER/],
    [{ MATRIXONE_DATABASE: '' }, /must be a name, or left out/],
    [{ MATRIXONE_CONNECT_TIMEOUT: '0' }, /more than 0/],
    [{ MATRIXONE_ON_CONNECT: 'enable_everything' }, /enable_ivf, enable_hnsw/],
  ])('refuses %j, naming the variable', (variables, message) => {
    expect(() => connectionOptions({}, { ...environment, ...variables })).toThrow(message)
  })

  it('never shows the password', () => {
    const wrong = { ...environment, MATRIXONE_PORT: 'x' }
    expect(() => connectionOptions({}, wrong)).toThrow(/^(?!.*topsecret)/s)
    const noText = { password: 4711 } as object
    expect(() => connectionOptions(noText, environment)).toThrow(/^(?!.*4711).*\(hidden\)/s)
  })
})

describe('setSession', () => {
  it('refuses a sql_mode under which values would be quoted differently', () => {
    for (const mode of ['NO_BACKSLASH_ESCAPES', 'STRICT_TRANS_TABLES, ansi_quotes', 'ANSI']) {
      expect(() => setSession({ sql_mode: mode })).toThrow(/Guard: sqlMode/)
    }
    expect(setSession({ sql_mode: 'STRICT_TRANS_TABLES' }).variables).toEqual({
      sql_mode: 'STRICT_TRANS_TABLES',
    })
  })
})
