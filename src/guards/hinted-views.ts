/**
 * A view keeps the time hints of its definition, and they count like those of the statement: of two
 * different ones MatrixOne applies one to all tables, and a hint behind the view itself is ignored
 * (4.2.0). Only the catalog tells what a view holds.
 */
import { findHints, type FoundHint } from '../sql/find-hints.js'
import { findNamedTables } from '../sql/table-places.js'
import { splitStatements, tokenize } from '../sql/tokenize.js'
import { type CatalogGuard, isTable } from './catalog.js'
import { applyGuard, type GuardAction } from './guards.js'

/** Views within views that are looked into. */
const MOST_ROUNDS = 8

/** Databases whose views have no hints. */
const SYSTEM = new Set(['mo_catalog', 'information_schema', 'mysql', 'system', 'system_metrics'])

interface Name {
  readonly database: string | undefined
  readonly table: string
}

/** Refuses a hint in a statement that reads a view with another one. */
export function guardHintedViews(text: string, action: GuardAction): readonly CatalogGuard[] {
  if (action === 'off') return []
  return splitStatements(tokenize(text)).flatMap((tokens) => {
    const hint = findHints(tokens).find(({ verb }) => verb === 'SELECT')
    const tables = findNamedTables(tokens).filter(isUsers)
    if (hint === undefined || tables.length === 0) return []
    return [(lookUp) => lookInside(lookUp, hint, tables, action)]
  })
}

async function lookInside(
  lookUp: Parameters<CatalogGuard>[0],
  hint: FoundHint,
  tables: readonly Name[],
  action: GuardAction,
): Promise<void> {
  let names = tables
  for (let round = 0; round < MOST_ROUNDS && names.length > 0; round++) {
    const views = await lookUp(
      'select relname as name, reldatabase as owner, viewdef as definition from mo_catalog.mo_tables ' +
        `where relkind = 'v' and (${names.map((name) => `(${isTable(name)})`).join(' or ')})`,
    )
    names = views.flatMap(({ name, owner, definition }) => {
      const tokens = tokenize(statementOf(definition))
      const other = findHints(tokens).find(({ meaning }) => meaning !== hint.meaning)
      if (other !== undefined) refuse(hint.text, String(name), other.text, action)
      return findNamedTables(tokens)
        .map(({ database, table }) => ({ database: database ?? String(owner), table }))
        .filter(isUsers)
    })
  }
}

function isUsers({ database }: Name): boolean {
  return database === undefined || !SYSTEM.has(database.toLowerCase())
}

/** The text of CREATE VIEW in a row of the catalog. */
function statementOf(definition: unknown): string {
  try {
    const { Stmt: statement } = JSON.parse(String(definition)) as { readonly Stmt?: unknown }
    return typeof statement === 'string' ? statement : ''
  } catch {
    return ''
  }
}

function refuse(hint: string, view: string, other: string, action: GuardAction): void {
  applyGuard(
    'timeHint',
    action,
    () =>
      `${hint} cannot be read together with the view ${view}, which holds the hint ${other}: MatrixOne silently ` +
      'applies one of them. Read the tables behind the view.',
  )
}
