/**
 * Keeps two packet sizes away from the server:
 * - For SQL text of 16 777 211 to 16 777 213 bytes (and every 16 777 215 more) mysql2 3.24.5 writes a
 *   stray packet of length 0 after it, and an empty packet makes the whole MatrixOne process panic
 *   (4.2.0). Such text gets trailing spaces.
 * - The server answers text beyond `max_allowed_packet` with error 13125 and closes the connection.
 */
import { ValueError } from '../errors.js'

/** The server's default `max_allowed_packet`: 64 MiB. */
export const DEFAULT_MAX_PACKET_BYTES = 64 * 1024 * 1024

/** The most that one packet of the protocol carries. */
const PACKET_LIMIT = 0xffffff

/** The command byte in front of the text. */
const COMMAND_BYTES = 1

/** mysql2 splits at `PACKET_LIMIT` but counts the 4 header bytes as content. */
const STRAY_BYTES = 4

/** Texts of up to this many characters need no check: a character takes at most 3 bytes. */
const SURELY_SHORT = Math.floor((PACKET_LIMIT - STRAY_BYTES - COMMAND_BYTES) / 3) - 1

/**
 * Returns the text, padded where mysql2 would send an empty packet.
 *
 * @param maxBytes the server's `max_allowed_packet`
 * @throws {ValueError} when the text and its command byte exceed `maxBytes`
 */
export function fitPacket(sql: string, maxBytes: number = DEFAULT_MAX_PACKET_BYTES): string {
  if (sql.length <= SURELY_SHORT && sql.length * 3 < maxBytes) return sql
  const bytes = Buffer.byteLength(sql, 'utf8')
  const padding = strayPadding(bytes)
  if (bytes + padding + COMMAND_BYTES > maxBytes) {
    throw new ValueError(
      `The statement is ${bytes.toLocaleString('en-US')} bytes long, the server takes at most ${(maxBytes - COMMAND_BYTES).toLocaleString('en-US')}. ` +
        'Send the rows in smaller batches, or load them with loadData.',
    )
  }
  return padding === 0 ? sql : sql + ' '.repeat(padding)
}

/** The number of spaces that keep an empty packet from following the text. */
function strayPadding(bytes: number): number {
  const content = bytes + COMMAND_BYTES
  if (content + STRAY_BYTES < PACKET_LIMIT) return 0
  const rest = content % PACKET_LIMIT
  // A packet that is exactly full has to be followed by an empty one: the protocol's own end mark.
  if (rest === 0) return 1
  return rest + STRAY_BYTES > PACKET_LIMIT ? PACKET_LIMIT - rest + 1 : 0
}
