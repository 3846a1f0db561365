/**
 * A value is sent as text in the place of its `?`. Directly behind `@name` MatrixOne takes the quote
 * into the name, so that the value becomes SQL; behind a string it is joined with it, behind a word or
 * a number it is an alias, bytes or another name (4.2.0).
 */
import type { GluedPlaceholder } from '../sql/glued-placeholder.js'
import { applyGuard, type GuardAction } from './guards.js'

/** Refuses a placeholder that touches a token which its value would run into. */
export function guardPlaceholder(glued: GluedPlaceholder | undefined, action: GuardAction): void {
  if (glued === undefined) return
  applyGuard('placeholder', action, () => explain(glued))
}

function explain({ position, neighbour, isBehind }: GluedPlaceholder): string {
  const place = isBehind ? 'directly behind' : 'directly in front of'
  const shown = neighbour.length > 40 ? `${neighbour.slice(0, 40)}…` : neighbour
  const harm = neighbour.startsWith('@')
    ? 'MatrixOne takes the quote of a value there into the name, so the value could become SQL. ' +
      'A name cannot be a parameter: choose it in the program, from names that you know.'
    : 'its value would be read together with it. Put a blank between them; join texts in the program ' +
      'or with concat(), and pass names with sql.ref() or sql.table().'
  return `Parameter ${position} stands ${place} ${shown}: ${harm}`
}
