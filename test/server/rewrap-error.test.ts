import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { MatrixOneError, ServerError, SnapshotError, UniqueViolationError } from 'kysely-matrixone'
import { messageOf, rewrap } from '../../src/server/rewrap-error.js'

describe('an error that is wrapped again', () => {
  const refused = new ServerError('lock wait timeout', {
    errno: 1205,
    sqlState: 'HY000',
    code: 'ER_LOCK_WAIT_TIMEOUT',
    sql: 'create snapshot ?',
    retryable: true,
  })

  it('keeps what the server said, and has the first one as its cause', () => {
    const wrapped = rewrap(refused, SnapshotError, 'Could not create snapshot friday')
    expect(wrapped).toBeInstanceOf(SnapshotError)
    expect(wrapped).toMatchObject({
      name: 'SnapshotError',
      message: 'Could not create snapshot friday',
      errno: 1205,
      sqlState: 'HY000',
      code: 'ER_LOCK_WAIT_TIMEOUT',
      sql: 'create snapshot ?',
      retryable: true,
      cause: refused,
    })
  })

  it('has other details where they are given, an absent cause too', () => {
    const wrapped = rewrap(refused, SnapshotError, 'no', { cause: undefined, sql: 'select ?' })
    expect(wrapped).not.toHaveProperty('cause')
    expect(wrapped).toMatchObject({ errno: 1205, sql: 'select ?' })
  })
})

describe('an error without details', () => {
  it('prints none of them as undefined', () => {
    const printed = inspect(new MatrixOneError('The option port must be a number.'))
    expect(printed).not.toContain('undefined')
  })

  it('answers undefined for each of them', () => {
    const { errno, sqlState, code, sql } = new UniqueViolationError('Duplicate entry')
    expect([errno, sqlState, code, sql]).toEqual([undefined, undefined, undefined, undefined])
  })
})

describe('the message of anything that was thrown', () => {
  it('is that of an error, or the value as text', () => {
    expect([messageOf(new Error('gone')), messageOf('gone'), messageOf(undefined)]).toEqual([
      'gone',
      'gone',
      'undefined',
    ])
  })
})
