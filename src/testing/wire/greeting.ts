import { keepServedCapabilities } from './capabilities.js'
import { PayloadReader } from './payload-reader.js'
import { PayloadWriter } from './payload-writer.js'

/** The server's first packet on a connection (protocol 10). */
export interface Greeting {
  readonly version: string
  /** Equals `connection_id()` on MatrixOne. */
  readonly threadId: number
  readonly capabilities: number
  readonly charset: number
  readonly status: number
  /** 20 random bytes that the client mixes into its answer. */
  readonly salt: Buffer
  readonly plugin: string
}

/** Reads a greeting; `undefined` for anything else, such as an error packet. */
export function readGreeting(payload: Buffer): Greeting | undefined {
  if (payload[0] !== 10) return undefined
  try {
    const reader = new PayloadReader(payload, 1)
    const version = reader.nullTerminated().toString('utf8')
    const threadId = reader.integer(4)
    const firstSalt = reader.bytes(8)
    reader.bytes(1)
    const low = reader.integer(2)
    const charset = reader.integer(1)
    const status = reader.integer(2)
    const capabilities = (low | (reader.integer(2) << 16)) >>> 0
    const saltLength = reader.integer(1)
    reader.bytes(10)
    const secondSalt = reader.bytes(Math.max(13, saltLength - 8)).subarray(0, 12)
    const plugin = reader.nullTerminated().toString('utf8')
    const salt = Buffer.concat([firstSalt, secondSalt])
    return { version, threadId, capabilities, charset, status, salt, plugin }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Writes a greeting that offers only what the proxy and the player can serve. */
export function writeGreeting(greeting: Greeting): Buffer {
  const capabilities = keepServedCapabilities(greeting.capabilities)
  return new PayloadWriter()
    .integer(10, 1)
    .nullTerminated(greeting.version)
    .integer(greeting.threadId, 4)
    .bytes(greeting.salt.subarray(0, 8))
    .integer(0, 1)
    .integer(capabilities & 0xffff, 2)
    .integer(greeting.charset, 1)
    .integer(greeting.status, 2)
    .integer(capabilities >>> 16, 2)
    .integer(21, 1)
    .bytes(Buffer.alloc(10))
    .bytes(greeting.salt.subarray(8, 20))
    .integer(0, 1)
    .nullTerminated(greeting.plugin)
    .build()
}
