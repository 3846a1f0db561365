import { describe, expect, it } from 'vitest'
import {
  LockWaitTimeoutError,
  MatrixOneError,
  QueryCancelledError,
  ServerError,
  UnknownOutcomeError,
} from '../../src/errors.js'
import { createServerError, endsTransaction, losesNode } from '../../src/server/errno.js'

/** Messages of 4.2.0, most of a server of several nodes while one of them was killed. */
const said = {
  lock: 'Lock wait timeout exceeded; try restarting transaction',
  node: 'failed to get result from 127.0.0.1:18202: dial tcp4 127.0.0.1:18202: connect: connection refused',
  socket:
    'writeto tcp4 127.0.0.1:39574->127.0.0.1:18101: read tcp4 127.0.0.1:39574->127.0.0.1:18101: read: connection reset by peer',
  commit: 'txn commit status is unknown: 70f70f4866a9b62a18ea127d2606ca',
  killed: 'context canceled',
  moved: 'internal error: transfer rowids failed, length mismatch, expect 5, got 4',
}

describe('an error of a server of which one node died', () => {
  it.each([
    ['a lock that outlives it', 1205, said.lock, LockWaitTimeoutError, true, true],
    ['a node that cannot be reached', 20505, said.node, ServerError, true, true],
    ['a socket between two nodes', 1105, said.socket, ServerError, true, false],
    ['rows that a merge of blocks has moved', 20101, said.moved, ServerError, true, false],
    ['a COMMIT that it was asked for', 20638, said.commit, UnknownOutcomeError, false, true],
    [
      'a statement that was killed, which is none',
      1105,
      said.killed,
      QueryCancelledError,
      false,
      false,
    ],
  ])('%s (%i): who may repeat, and whether the transaction is gone', (...row) => {
    const [, errno, message, Class, retryable, isGone] = row
    const error = createServerError(errno, message, {})
    expect(error).toBeInstanceOf(MatrixOneError)
    expect(error).toBeInstanceOf(Class)
    expect(error).toMatchObject({ errno, retryable })
    expect(endsTransaction(errno, message)).toBe(isGone)
  })

  it('leaves the outcome of a COMMIT open when a socket between two nodes broke', () => {
    expect(losesNode(1105, said.socket)).toBe(true)
    expect(losesNode(1105, said.killed)).toBe(false)
    expect(losesNode(1062, "Duplicate entry 'read tcp4 x' for key 'id'")).toBe(false)
  })
})
