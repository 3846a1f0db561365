/**
 * Properties of mysql2 3.x that its types leave out. They are read here only, so that a new version
 * of mysql2 is compared with one file; `test/connection/mysql2/internals.test.ts` reads each of them.
 */
import type { Socket } from 'node:net'
import type { Connection, ConnectionOptions, Pool, PoolConnection } from 'mysql2'

/** Options that a pool was made with; `charsetNumber` is derived from `charset`. */
export interface PoolConfig {
  readonly connectionLimit?: number
  readonly resetOnRelease?: boolean
  readonly connectionConfig?: ConnectionOptions & { readonly charsetNumber?: number }
}

/** A packet on its way to its command; mysql2 uses one object for all of them. */
interface HiddenPacket {
  readonly buffer: Buffer
  readonly offset: number
}

interface HiddenOfConnection {
  readonly _handshakePacket?: { readonly serverVersion?: string }
  /** The command under way; COM_QUERY and COM_STMT_EXECUTE count the columns of their result. */
  readonly _command?: { readonly _fieldCount?: number | null }
  readonly stream: Socket
  /** Prepared statements by what `statementKey` makes of their options; deleting one closes it. */
  readonly _statements: { delete(key: string): unknown }
  handlePacket(packet?: HiddenPacket): void
  startTLS(onSecure: (error?: Error) => void): void
}

interface HiddenOfPool {
  readonly config?: PoolConfig
  readonly _allConnections?: HiddenQueue
}

interface HiddenQueue {
  readonly length: number
  get(index: number): PoolConnection
  push(connection: PoolConnection): unknown
}

/** The server's version as its greeting says it, such as `8.0.30-MatrixOne-v4.2.0`. */
export function serverVersionOf(connection: Connection): string {
  return hiddenOf(connection)._handshakePacket?.serverVersion ?? ''
}

/** The socket, whose `close` event comes even after mysql2's `destroy()`, unlike mysql2's own events. */
export function socketOf(connection: Connection): Socket {
  return hiddenOf(connection).stream
}

/**
 * Closes the socket at once. mysql2's `destroy()` is a polite end, which waits for the server to end
 * its half: a stopped server or a black hole would keep the socket, and so the process, alive.
 */
export function destroySocket(connection: Connection): void {
  connection.destroy()
  socketOf(connection).destroy()
}

/**
 * Calls the listener with the last packet of each reply to a statement, before its caller hears of it.
 *
 * @param listener gets the bytes, and where the packet's payload begins in them
 */
export function onReplyEnd(
  connection: Connection,
  listener: (bytes: Buffer, at: number) => void,
): void {
  const hidden = hiddenOf(connection)
  const handle = hidden.handlePacket.bind(connection)
  hidden.handlePacket = (packet) => {
    const command = hidden._command
    const at = packet === undefined ? 0 : packet.offset
    handle(packet)
    // The packet that ends its command is the last one of the reply.
    if (packet === undefined || hidden._command === command) return
    if (command?._fieldCount !== undefined) listener(packet.buffer, at)
  }
}

/**
 * Closes a statement that `execute` has prepared with these options. mysql2's `unprepare` closes it twice
 * (3.24.5): the second time MatrixOne answers with an error that nothing waits for, so the next statement
 * would get it (4.2.0).
 */
export function closeStatement(
  connection: Connection,
  { sql, nestTables, rowsAsArray }: StatementOptions,
): void {
  const key = `${typeof nestTables}/${nestTables}/${rowsAsArray}${sql}`
  hiddenOf(connection)._statements.delete(key)
}

interface StatementOptions {
  readonly sql: string
  readonly nestTables: boolean
  readonly rowsAsArray: boolean
}

/** Milliseconds between the request for TLS and the handshake; 30 were enough on a busy machine. */
const TLS_PAUSE = 50

/**
 * Lets the server read the request for TLS before the handshake comes. MatrixOne may read both at once and
 * then loses the second (4.2.0): up to 4 of 10 logins wait for their `connectTimeout`.
 */
export function pauseBeforeTls(connection: Connection): void {
  const hidden = hiddenOf(connection)
  const start = hidden.startTLS.bind(connection)
  hidden.startTLS = (onSecure) => {
    setTimeout(() => {
      if (!hidden.stream.destroyed) start(onSecure)
    }, TLS_PAUSE)
  }
}

/** Calls the listener with each connection of a pool, at once when its socket is made. */
export function onNewConnection(pool: Pool, listener: (connection: PoolConnection) => void): void {
  const { _allConnections: all } = hiddenOfPool(pool)
  if (all === undefined) return
  const push = all.push.bind(all)
  all.push = (connection) => {
    listener(connection)
    return push(connection)
  }
}

/** Options of a pool, which mysql2 splits into those of the pool and those of each connection. */
export function optionsOf(pool: Pool): PoolConfig {
  return hiddenOfPool(pool).config ?? {}
}

/** Connections that a pool has open, idle or in use. */
export function openConnections(pool: Pool): readonly PoolConnection[] {
  const { _allConnections: all } = hiddenOfPool(pool)
  if (all === undefined) return []
  return Array.from({ length: all.length }, (_, index) => all.get(index))
}

function hiddenOf(connection: Connection): HiddenOfConnection {
  return connection as unknown as HiddenOfConnection
}

function hiddenOfPool(pool: Pool): HiddenOfPool {
  return pool as unknown as HiddenOfPool
}
