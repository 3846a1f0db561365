/**
 * A DELETE without WHERE is executed as TRUNCATE: MatrixOne makes the table anew from its printed DDL.
 * SET members lose their capitals, texts with quotes or backslashes change, and under
 * `foreign_key_checks = 0` the children of the table can never be written again (3.0.14 to 4.2.0). With
 * `where true` it deletes the rows and nothing else.
 */
import { findUnfilteredDeletes } from '../sql/unfiltered-delete.js'
import { applyGuard, type RewriteAction } from './guards.js'

/** Gives every DELETE of a text a WHERE, or does what the guard is set to. */
export function guardFullDelete(text: string, action: RewriteAction): string {
  if (action === 'off') return text
  const places = findUnfilteredDeletes(text)
  if (places.length === 0) return text
  if (action !== 'rewrite') {
    applyGuard('fullDelete', action, explain)
    return text
  }
  let filtered = ''
  let copied = 0
  for (const place of places) {
    filtered += `${text.slice(copied, place)} where true`
    copied = place
  }
  return filtered + text.slice(copied)
}

function explain(): string {
  return (
    'DELETE without WHERE makes the table anew, as TRUNCATE does, and MatrixOne changes its definition ' +
    'by that: SET members lose their capitals, default texts with quotes change. Add: where true.'
  )
}
