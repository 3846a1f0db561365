/**
 * A value that is compared by `<`, `<=`, `>` or `>=` with a primary key behind it is compared by equality:
 * `where 100 > id` finds no row, `where 100 >= id` one, and an UPDATE or DELETE misses the others (every type,
 * 3.0.14 to 4.2.0). `where id < 100` is right.
 */
import { findValuesFirst } from '../sql/values-first.js'
import { applyRewrite, type RewriteAction } from './guards.js'

/** Puts the column of such comparisons in front, or does what the guard is set to. */
export function guardValueFirst(text: string, action: RewriteAction): string {
  return applyRewrite('valueFirst', action, text, findValuesFirst, explain)
}

function explain(): string {
  return (
    'A value in front of a primary key is compared with it by equality, whether it says < or >, and MatrixOne ' +
    'gives too few rows. Put the column in front: id < 100 instead of 100 > id.'
  )
}
