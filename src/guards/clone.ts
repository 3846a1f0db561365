/**
 * Clones and restores that do something else than they say: CREATE TABLE IF NOT EXISTS … CLONE appends
 * the rows to a table that exists, a clone or branch of a database that does not exist is an empty one,
 * and RESTORE DATABASE or TABLE … TO ACCOUNT restores in the account that sends it (4.1.4, 4.2.0).
 */
import { isName, readName, type SqlToken, splitStatements, tokenize } from '../sql/tokenize.js'
import { type CatalogGuard, listOf } from './catalog.js'
import { applyGuard, type GuardAction } from './guards.js'

/** Refuses them, at once or after a look for the database. */
export function guardClone(text: string, action: GuardAction): readonly CatalogGuard[] {
  if (action === 'off') return []
  return splitStatements(tokenize(text)).flatMap((tokens) => {
    const words = tokens.map(({ word }) => word)
    const clone = words.indexOf('CLONE')
    const begins = (...start: readonly string[]): boolean =>
      start.every((word, index) => words[index] === word)
    if (begins('CREATE', 'TABLE', 'IF', 'NOT', 'EXISTS') && clone > 0) {
      refuse(
        'CREATE TABLE IF NOT EXISTS … CLONE appends the rows to a table that exists, with keys that it has ' +
          'already. Use db.clone.createTable(name, { from, ifNotExists: true }).',
        action,
      )
    }
    if (begins('RESTORE', 'DATABASE') || begins('RESTORE', 'TABLE')) {
      const to = words.lastIndexOf('TO')
      if (to > 0 && words[to + 1] === 'ACCOUNT') {
        refuse(
          `RESTORE ${words[1] ?? ''} … TO ACCOUNT ignores the account and restores in this one. Leave it out, or ` +
            'clone the snapshot to the account: db.clone.createTable(name, { from, at, toAccount }).',
          action,
        )
      }
    }
    const isDatabase = begins('CREATE', 'DATABASE') || begins('CREATE', 'SCHEMA')
    if (isDatabase && clone > 0) return lookFor(tokens, clone + 1, action)
    if (begins('DATA', 'BRANCH', 'CREATE', 'DATABASE')) {
      return lookFor(tokens, words.indexOf('FROM') + 1, action)
    }
    return []
  })
}

/** Asks for the database, in the past when a hint follows it. */
function lookFor(
  tokens: readonly SqlToken[],
  place: number,
  action: GuardAction,
): readonly CatalogGuard[] {
  const source = tokens[place]
  if (place === 0 || !isName(source)) return []
  const name = readName(source)
  const close = tokens.findIndex(({ text }, index) => index > place && text === '}')
  const isHinted = tokens[place + 1]?.text === '{' && close > 0
  const hint = isHinted
    ? ` ${tokens
        .slice(place + 1, close + 1)
        .map(({ text }) => text)
        .join(' ')}`
    : ''
  return [
    async (lookUp) => {
      // A row that is always there: an empty answer means that the catalog may not be read.
      const rows = await lookUp(
        `select 'all' as datname union all select datname from mo_catalog.mo_database${hint} ` +
          `where account_id = current_account_id() and datname in (${listOf(name)})`,
      )
      if (rows.length !== 1) return
      refuse(
        `There is no database ${name}, and MatrixOne would make an empty one instead of a clone.`,
        action,
      )
    },
  ]
}

function refuse(reason: string, action: GuardAction): void {
  applyGuard('clone', action, () => reason)
}
