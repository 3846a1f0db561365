/**
 * A DELETE without WHERE is executed as TRUNCATE: MatrixOne makes the table anew from its printed DDL.
 * SET members lose their capitals, texts with quotes or backslashes change, and under
 * `foreign_key_checks = 0` the children of the table can never be written again (3.0.14 to 4.2.0). With
 * `where true` it deletes the rows and nothing else.
 */
import type { TextEdit } from '../sql/edit-text.js'
import { findUnfilteredDeletes } from '../sql/unfiltered-delete.js'
import { applyRewrite, type RewriteAction } from './guards.js'

/** Gives every DELETE of a text a WHERE, or does what the guard is set to. */
export function guardFullDelete(text: string, action: RewriteAction): string {
  return applyRewrite('fullDelete', action, text, findEdits, explain)
}

function findEdits(text: string): readonly TextEdit[] {
  return findUnfilteredDeletes(text).map((end) => ({ start: end, end, text: ' where true' }))
}

function explain(): string {
  return (
    'DELETE without WHERE makes the table anew, as TRUNCATE does, and MatrixOne changes its definition ' +
    'by that: SET members lose their capitals, default texts with quotes change. Add: where true.'
  )
}
