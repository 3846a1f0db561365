import {
  CLIENT_CONNECT_WITH_DB,
  CLIENT_PLUGIN_AUTH_LENENC,
  CLIENT_SECURE_CONNECTION,
  keepServedCapabilities,
} from './capabilities.js'
import { PayloadReader } from './payload-reader.js'

/** A login's user and database. The scramble made from the password is never kept. */
export interface Login {
  readonly user: string
  readonly database: string
}

/** Reads user and database out of a login packet; both empty when it cannot be read. */
export function readLogin(payload: Buffer): Login {
  try {
    const reader = new PayloadReader(payload)
    const capabilities = reader.integer(4)
    reader.bytes(4 + 1 + 23)
    const user = reader.nullTerminated().toString('utf8')
    if (capabilities & CLIENT_PLUGIN_AUTH_LENENC) reader.lenencBytes()
    else if (capabilities & CLIENT_SECURE_CONNECTION) reader.bytes(reader.integer(1))
    else reader.nullTerminated()
    const withDatabase = (capabilities & CLIENT_CONNECT_WITH_DB) !== 0 && !reader.ended
    return { user, database: withDatabase ? reader.nullTerminated().toString('utf8') : '' }
  } catch (error) {
    if (error instanceof RangeError) return { user: '', database: '' }
    throw error
  }
}

/** Removes what the greeting did not offer from a login packet: some clients send it unasked. */
export function keepServedLogin(payload: Buffer): Buffer {
  if (payload.length < 4) return payload
  const kept = Buffer.from(payload)
  kept.writeUInt32LE(keepServedCapabilities(kept.readUInt32LE(0)), 0)
  return kept
}
