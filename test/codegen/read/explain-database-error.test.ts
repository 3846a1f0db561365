import * as runtime from 'kysely-matrixone'
import { describe, expect, it } from 'vitest'
import { CodegenError, ConfigurationError } from '../../../codegen/errors.js'
import { explainDatabaseError } from '../../../codegen/read/explain-database-error.js'

const address = { host: 'db', port: 6001, user: 'ann', database: 'shop', origin: 'DATABASE_URL' }
const explain = (error: unknown): Error => explainDatabaseError(runtime, error, address)

describe('an error of the database', () => {
  it.each([
    [new runtime.AccessDeniedError('Access denied'), /^db:6001 refused the login of ann\.\nCheck/],
    [
      new runtime.PrivilegeError('do not have privilege'),
      /^The role of ann may not read[^]*GRANT SELECT ON TABLE mo_catalog\.mo_tables TO/,
    ],
    [new runtime.UnknownObjectError('Unknown database'), /^There is no database shop on db:6001/],
    [
      new runtime.ConnectionError('x', { code: 'ECONNREFUSED' }),
      /^db:6001 refused the connection\.\nIs MatrixOne running there\?/,
    ],
    [
      new runtime.ConnectionError('x', {
        cause: Object.assign(new Error('y'), { code: 'EAI_AGAIN' }),
      }),
      /^There is no host named db\./,
    ],
    [
      new runtime.ConnectionError('x', { code: 'ECONNRESET' }),
      /^The connection to db:6001 broke \(ECONNRESET\)/,
    ],
    [
      new runtime.ConnectionError('x', { code: 'HANDSHAKE_NO_SSL_SUPPORT' }),
      /^db:6001 has no certificate, so it cannot encrypt the connection\.\n.*--ssl-mode disabled/,
    ],
    [
      new runtime.ConnectionError('x', {
        code: 'HANDSHAKE_SSL_ERROR',
        cause: new Error('y', { cause: new Error('self-signed certificate') }),
      }),
      /^The certificate of db:6001 was not accepted: self-signed certificate\.\n.*--ssl-ca/,
    ],
    [new runtime.AcquireTimeoutError('x'), /^db:6001 did not answer in time\./],
    [new runtime.UntrustedMetadataError('It contradicts itself.'), /^It contradicts itself\.$/],
    [new runtime.ServerError('odd\nmore'), /^db:6001 did not answer as expected: odd\n/],
  ])('%s is explained in words, with exit code 3', (error, message) => {
    const explained = explain(error)
    expect(explained).toBeInstanceOf(CodegenError)
    expect(explained).toHaveProperty('exitCode', 3)
    expect(explained.message).toMatch(message)
    expect(explained.cause).toBe(error)
  })

  it('about the snapshot that was asked for names it', () => {
    const missing = new runtime.ServerError(
      'internal error: find 0 snapshot records by name(friday), expect only 1',
    )
    const explained = explainDatabaseError(runtime, missing, { ...address, snapshot: 'friday' })
    expect(explained.message).toMatch(/^There is no snapshot friday on db:6001, or ann may not/)
    expect(explained).toHaveProperty('exitCode', 3)
    const impossible = explain(new runtime.ValueError('No snapshot can be named "a b"'))
    expect(impossible.message).toBe('No snapshot can be named "a b"')
    expect(impossible).toHaveProperty('exitCode', 2)
  })

  it('of our own passes unchanged, and a fault of the program stays one', () => {
    const own = new ConfigurationError('x')
    expect(explain(own)).toBe(own)
    const fault = new TypeError('x is not a function')
    expect(explain(fault)).toBe(fault)
    // Node's own codes are not those of sockets.
    const missing = Object.assign(new Error("Cannot find package 'mysql2' imported from x.js"), {
      code: 'ERR_MODULE_NOT_FOUND',
    })
    expect(explain(missing)).toBe(missing)
  })
})
