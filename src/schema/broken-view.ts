import type { BrokenView } from './schema-model.js'

/** The server's sentence about a view, whose wording and number differ from case to case, as a code. */
export function brokenViewOf(message: string): BrokenView {
  if (/unknown database|database .*does not exist/i.test(message)) return 'missing database'
  if (/column/i.test(message)) return 'missing column'
  if (/no such table|table .*does not exist/i.test(message)) return 'missing table'
  return 'invalid definition'
}
