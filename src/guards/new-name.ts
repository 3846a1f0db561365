/**
 * The server makes tables, views, sequences and databases that it can never drop again: with an invisible
 * character in their name, and databases whose name ends with a backslash (4.2.0). Builders and managers
 * refuse such names themselves; this guard reads them in SQL that users write.
 */
import { ValueError } from '../errors.js'
import { checkNewDatabaseName, checkNewName } from '../sql/identifiers.js'
import { isName, readName, splitStatements, type SqlToken, tokenize } from '../sql/tokenize.js'
import { applyGuard, type GuardAction } from './guards.js'

const DATABASES = new Set(['DATABASE', 'SCHEMA'])
const KINDS = new Set([...DATABASES, 'TABLE', 'VIEW', 'SEQUENCE'])

/** Words between the kind of an object and its name. */
const BEFORE_NAME = new Set(['IF', 'NOT', 'EXISTS', 'TO', 'AS'])

/** Parts of a table whose new name behind RENAME does no harm: they can be dropped by any name. */
const PARTS = new Set(['COLUMN', 'INDEX', 'KEY'])

/** Refuses a statement that makes an object which could never be dropped. */
export function guardNewName(text: string, action: GuardAction): void {
  if (action === 'off') return
  for (const tokens of splitStatements(tokenize(text))) {
    for (const place of placesBeforeNames(tokens)) {
      const name = nameBehind(tokens, place + 1)
      if (name === undefined) continue
      const reason = findReason(name, DATABASES.has(tokens[place]?.word ?? ''))
      if (reason !== undefined) applyGuard('newName', action, () => reason)
    }
  }
}

/** The indexes of the words that a new name stands behind; a RENAME gives several. */
function placesBeforeNames(tokens: readonly SqlToken[]): readonly number[] {
  const places = [...tokens.keys()]
  const wordAt = (place: number): string => tokens[place]?.word ?? ''
  const first = wordAt(0) === 'DATA' ? wordAt(2) : wordAt(0)
  if (first === 'CREATE') return places.filter((place) => KINDS.has(wordAt(place))).slice(0, 1)
  if (first === 'RENAME') return places.filter((place) => wordAt(place) === 'TO')
  if (first !== 'ALTER') return []
  return places.filter((place) => wordAt(place) === 'RENAME' && !PARTS.has(wordAt(place + 1)))
}

/** The last part of a name, without its database. */
function nameBehind(tokens: readonly SqlToken[], from: number): string | undefined {
  let at = from
  while (BEFORE_NAME.has(tokens[at]?.word ?? '')) at++
  while (tokens[at + 1]?.text === '.' && isName(tokens[at + 2])) at += 2
  const token = tokens[at]
  return isName(token) ? readName(token) : undefined
}

function findReason(name: string, isDatabase: boolean): string | undefined {
  try {
    if (isDatabase) checkNewDatabaseName(name)
    else checkNewName(name)
    return undefined
  } catch (error) {
    if (error instanceof ValueError) return error.message
    throw error
  }
}
