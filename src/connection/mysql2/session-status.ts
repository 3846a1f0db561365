/**
 * The server's own word on a session: each reply ends with an OK or EOF packet that says whether a
 * transaction is open and whether autocommit is on, right on 3.0.14, 4.1.4 and 4.2.0 for every kind of
 * statement. It holds for every sender of a statement: kysely, raw SQL, a hook, or the program itself on a
 * connection that it shares with us.
 *
 * An error packet says nothing. A SET that ends a transaction, or sets `autocommit = @x`, is answered
 * with autocommit on in any case; the statement after it tells the truth (4.2.0).
 */
import type { Connection } from 'mysql2'
import { onReplyEnd } from './internals.js'

const IN_TRANSACTION = 0x0001
const AUTOCOMMIT = 0x0002

const OK = 0x00
const EOF = 0xfe

const STATUSES = new WeakMap<Connection, SessionStatus>()

/** The state of a session after its last reply. */
export class SessionStatus {
  #flags = AUTOCOMMIT

  /** Whether a transaction is open. */
  get inTransaction(): boolean {
    return (this.#flags & IN_TRANSACTION) !== 0
  }

  /** Whether a statement outside of a transaction is committed at once. */
  get autocommit(): boolean {
    return (this.#flags & AUTOCOMMIT) !== 0
  }

  /**
   * Reads the last packet of a reply.
   *
   * @param at where its payload begins
   */
  note(bytes: Buffer, at: number): void {
    const kind = bytes[at]
    if (kind === OK) this.#read(bytes, skipInteger(bytes, skipInteger(bytes, at + 1)))
    else if (kind === EOF) this.#read(bytes, at + 3)
  }

  #read(bytes: Buffer, at: number): void {
    if (at + 2 <= bytes.length) this.#flags = bytes.readUInt16LE(at)
  }
}

/** The state of a connection's session, watched from the first call on. */
export function statusOf(connection: Connection): SessionStatus {
  let status = STATUSES.get(connection)
  if (status === undefined) {
    const watched = new SessionStatus()
    onReplyEnd(connection, (bytes, at) => watched.note(bytes, at))
    STATUSES.set(connection, watched)
    status = watched
  }
  return status
}

/** Bytes of a length-encoded integer that is longer than its first byte. */
const LENGTHS: Readonly<Record<number, number>> = { 0xfc: 3, 0xfd: 4, 0xfe: 9 }

/** Where the packet goes on behind a length-encoded integer. */
function skipInteger(bytes: Buffer, at: number): number {
  return at + (LENGTHS[bytes[at] ?? 0] ?? 1)
}
