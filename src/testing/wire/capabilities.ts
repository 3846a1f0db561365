/**
 * Capabilities that the proxy and the player let client and server agree on. All others are taken out
 * of the greeting: SSL and COMPRESS would hide the packets, QUERY_ATTRIBUTES, DEPRECATE_EOF and
 * SESSION_TRACK would change their layout, and a tape made by one client must serve any other.
 */
export const CLIENT_CONNECT_WITH_DB = 0x8
export const CLIENT_SECURE_CONNECTION = 0x8000
export const CLIENT_PLUGIN_AUTH = 0x8_0000
export const CLIENT_PLUGIN_AUTH_LENENC = 0x20_0000

const SERVED =
  0x1 | // LONG_PASSWORD
  0x2 | // FOUND_ROWS
  0x4 | // LONG_FLAG
  CLIENT_CONNECT_WITH_DB |
  0x80 | // LOCAL_FILES
  0x100 | // IGNORE_SPACE
  0x200 | // PROTOCOL_41
  0x400 | // INTERACTIVE
  0x2000 | // TRANSACTIONS
  CLIENT_SECURE_CONNECTION |
  0x1_0000 | // MULTI_STATEMENTS
  0x2_0000 | // MULTI_RESULTS
  0x4_0000 | // PS_MULTI_RESULTS
  CLIENT_PLUGIN_AUTH |
  0x10_0000 | // CONNECT_ATTRS
  CLIENT_PLUGIN_AUTH_LENENC

/** Keeps the capabilities that the proxy and the player can serve. */
export function keepServedCapabilities(flags: number): number {
  return (flags & SERVED) >>> 0
}
