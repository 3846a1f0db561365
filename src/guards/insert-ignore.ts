/**
 * INSERT IGNORE leaves entries of the rows that it ignored in an ivfflat or full-text index: a search
 * finds a row by a vector or a word that it does not have (4.1.4 and 4.2.0). An HNSW index is built from
 * the table and has none.
 */
import { isName, readName, tokenize } from '../sql/tokenize.js'
import { type CatalogGuard, lookUpIndexes } from './catalog.js'
import { applyGuard, type GuardAction } from './guards.js'

const WITH_PHANTOMS: ReadonlySet<unknown> = new Set(['ivfflat', 'fulltext'])

/**
 * Refuses INSERT IGNORE into a table that has such an index.
 *
 * @param statement one statement, with or without values
 */
export function guardInsertIgnore(
  statement: string,
  action: GuardAction,
): CatalogGuard | undefined {
  if (action === 'off') return undefined
  // The rows behind the name may be many.
  const tokens = tokenize(statement.slice(0, 2_000))
  const ignore = tokens.findIndex(({ word }) => word === 'IGNORE')
  const first = ignore + (tokens[ignore + 1]?.word === 'INTO' ? 2 : 1)
  const isQualified = tokens[first + 1]?.text === '.'
  const name = tokens[isQualified ? first + 2 : first]
  const owner = tokens[first]
  if (ignore < 0 || !isName(name) || !isName(owner)) return undefined
  const table = readName(name)
  const database = isQualified ? readName(owner) : undefined
  return async (lookUp) => {
    const indexes = await lookUpIndexes(lookUp, { database, table })
    const found = indexes.find(({ algo }) => WITH_PHANTOMS.has(algo))
    if (found === undefined) return
    applyGuard(
      'insertIgnore',
      action,
      () =>
        `INSERT IGNORE into ${table} would leave entries of the ignored rows in its ` +
        `${found['algo'] === 'fulltext' ? 'full-text' : 'vector'} index on ${String(found['column_name'])}, and searches ` +
        'would find them. Use onDuplicateKeyUpdate(), or replaceInto().',
    )
  }
}
