import { describe, expect, it } from 'vitest'
import {
  ConnectionError,
  DeadlockError,
  GuardError,
  ServerError,
  SnapshotError,
} from 'kysely-matrixone'
import { wrapError } from '../../../src/managers/statement/wrap-error.js'

const wrapped = async (error: unknown): Promise<unknown> =>
  wrapError(SnapshotError, 'create snapshot friday', () => Promise.reject(error)).catch(
    (reason: unknown) => reason,
  )

describe('a refusal of the server', () => {
  it("becomes the manager's error, with number, retryability and cause", async () => {
    const cause = new DeadlockError('internal error: snapshot friday already exists', {
      errno: 20701,
      code: 'ER_X',
      sql: 'create snapshot friday',
      retryable: true,
    })
    const error = await wrapped(cause)
    expect(error).toBeInstanceOf(SnapshotError)
    expect(error).toMatchObject({
      message: 'Could not create snapshot friday: snapshot friday already exists',
      errno: 20701,
      code: 'ER_X',
      retryable: true,
      cause,
    })
  })

  it('loses the stack trace that a panic of the server brings along', async () => {
    const cause = new ServerError(
      'internal error: panic runtime error: nil pointer: \nruntime.panicmem\n\t/usr/local/go/src/runtime/panic.go:336',
    )
    expect(await wrapped(cause)).toMatchObject({
      message: 'Could not create snapshot friday: panic runtime error: nil pointer:',
    })
  })
})

describe('an error that is not a refusal of the server', () => {
  it.each([
    new ConnectionError('gone'),
    new GuardError('no', { guard: 'implicitCommit' }),
    new SnapshotError('There is no snapshot friday.'),
    new TypeError('bug'),
  ])('passes unchanged: %s', async (error) => {
    expect(await wrapped(error)).toBe(error)
  })
})
