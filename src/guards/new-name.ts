/**
 * The server makes tables, views and databases that it can never drop again: with an invisible character
 * in their name, and databases whose name ends with a backslash (4.2.0). Builders and managers refuse
 * such names themselves; this guard reads them in SQL that users write.
 */
import { ValueError } from '../errors.js'
import { checkNewDatabaseName, checkNewName } from '../sql/identifiers.js'
import { isName, readName, splitStatements, type SqlToken, tokenize } from '../sql/tokenize.js'
import { applyGuard, type GuardAction } from './guards.js'

const DATABASES = new Set(['DATABASE', 'SCHEMA'])
const KINDS = new Set([...DATABASES, 'TABLE', 'VIEW'])

/** Words between the kind of an object and its name. */
const BEFORE_NAME = new Set(['IF', 'NOT', 'EXISTS', 'TO', 'AS'])

/** Refuses a statement that makes an object which could never be dropped. */
export function guardNewName(text: string, action: GuardAction): void {
  if (action === 'off') return
  for (const tokens of splitStatements(tokenize(text))) {
    const place = placeOfKind(tokens)
    const name = place < 0 ? undefined : nameBehind(tokens, place + 1)
    if (name === undefined) continue
    const reason = findReason(name, DATABASES.has(tokens[place]?.word ?? ''))
    if (reason !== undefined) applyGuard('newName', action, () => reason)
  }
}

/** The index of the word that the new name stands behind, or -1. */
function placeOfKind(tokens: readonly SqlToken[]): number {
  switch (tokens[0]?.word) {
    case 'CREATE':
    case 'DATA':
      return tokens.findIndex(({ word }) => KINDS.has(word))
    case 'ALTER':
      return tokens.findIndex(({ word }) => word === 'RENAME')
    case 'RENAME':
      return tokens.findIndex(({ word }) => word === 'TO')
    case undefined:
    default:
      return -1
  }
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
