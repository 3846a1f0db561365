import { analyzeSql, scanSql, type SqlAnalysis } from '../sql/analyze-sql.js'
import { guardAutocommit } from './autocommit.js'
import { mayDecodeVector, mayMeasure } from '../sql/distances.js'
import type { CatalogGuard } from './catalog.js'
import { guardClone } from './clone.js'
import { guardFullDelete } from './full-delete.js'
import type { GuardAction, ResolvedGuards, RewriteAction } from './guards.js'
import { guardTransaction } from './open-transaction.js'
import { guardHintedViews } from './hinted-views.js'
import { guardIndexedSearch } from './indexed-search.js'
import { guardInsertIgnore } from './insert-ignore.js'
import { guardNewName } from './new-name.js'
import { guardPlaceholder } from './placeholder.js'
import { guardPreparedText } from './prepared-text.js'
import { guardRemadeTable } from './remade-table.js'
import { guardSessionState, type Hold, type SessionChange } from './session-state.js'
import { guardSqlMode } from './sql-mode.js'
import { guardStackedStatements } from './stacked-statements.js'
import { guardTimeHint } from './time-hint.js'
import { guardValueFirst } from './value-first.js'
import { guardVectorDimension } from './vector-dimension.js'

/** A statement on its way to the server. */
export interface GuardedStatement {
  /** With a `?` for each parameter. */
  readonly sql: string
  /** As it is sent, with its values. */
  readonly text: string
  /** Whether a transaction is open on the connection, also one that kysely did not begin. */
  readonly inTransaction: boolean
  /** Whether the program began it by a statement, and so has to end it by one. */
  readonly isManual?: boolean
  /** Whether the program has the connection to itself. */
  readonly hold: Hold
  /** As the server's greeting says it. */
  readonly serverVersion: string
}

/** A statement that no guard has refused yet. */
export interface PassedStatement {
  /** As it is to be sent. */
  readonly text: string
  /** The change that the statement makes to the session. */
  readonly change: SessionChange | undefined
  /** Guards that ask the server before the statement may be sent. */
  readonly questions: readonly CatalogGuard[]
}

const NO_QUESTIONS: readonly CatalogGuard[] = Object.freeze([])

/**
 * Runs the guards on a statement. A plain one is exempt: a single SELECT, INSERT, UPDATE or DELETE
 * in a harmless form (`isPlain` in `sql/analyze-sql.ts`). Nearly every statement is plain, so a guard
 * that has to see such statements changes `isPlain` first.
 *
 * @throws {GuardError} when a guard refuses the statement
 */
export function guardStatement(
  statement: GuardedStatement,
  guards: ResolvedGuards,
): PassedStatement {
  const { sql, text } = statement
  const written = analyzeSql(sql)
  if (written.isPlain) return { text, change: undefined, questions: NO_QUESTIONS }
  guardPlaceholder(written.gluedPlaceholder, guards.placeholder)
  // No value can change the number of tokens where no placeholder touches another token.
  const sent = written.gluedPlaceholder === undefined ? written : scanSql(text)
  const { statements, hasBrace } = sent
  guardStackedStatements(statements, guards.stackedStatements)
  if (hasBrace) guardTimeHint(text, guards.timeHint)
  guardTransaction(statements, statement, guards)
  guardAutocommit(statements, text, guards.autocommit)
  const begins = (keyword: string): boolean => statements.some((one) => one.keyword === keyword)
  if (begins('SET') || begins('PREPARE')) guardSqlMode(text, guards.sqlMode)
  if (begins('PREPARE')) guardPrepared(statement, guards)
  if (NAMING.some(begins)) guardNewName(text, guards.newName)
  const change = guardSessionState(statements, statement.hold, guards.sessionState)
  return {
    text: guardValueFirst(guardFullDelete(text, guards.fullDelete), guards.valueFirst),
    change,
    questions: questionsAbout(sent, statement, guards),
  }
}

/** First words of statements that give a name. */
const NAMING = ['CREATE', 'ALTER', 'RENAME', 'DATA']

const CLONES = new Set(['CREATE', 'RESTORE', 'DATA'])

const REMAKES = new Set(['TRUNCATE', 'ALTER', 'CREATE', 'DATA'])

/** The guards that have to ask the catalog, for what the text holds. */
function questionsAbout(
  { gluedPlaceholder, hasBrace, statements }: SqlAnalysis,
  { sql, text, serverVersion }: GuardedStatement,
  guards: ResolvedGuards,
): readonly CatalogGuard[] {
  const ignoring = statements.filter(
    ({ keyword, keywords }) => keyword === 'INSERT' && keywords.slice(1, 3).includes('IGNORE'),
  )
  return [
    ...(hasBrace ? guardHintedViews(text, guards.timeHint) : []),
    // Without its values the text is the same every time.
    ...(mayMeasure.test(sql)
      ? [
          guardIndexedSearch(
            gluedPlaceholder === undefined ? sql : text,
            guards.indexedSearch,
            serverVersion,
          ),
        ]
      : []),
    ...ignoring.map((one) => guardInsertIgnore(one.text, guards.insertIgnore)),
    ...(mayDecodeVector.test(sql) ? [guardVectorDimension(text, guards.vectorDimension)] : []),
    ...(statements.some(({ keyword }) => CLONES.has(keyword))
      ? guardClone(text, guards.clone)
      : []),
    ...(statements.some(({ keyword }) => REMAKES.has(keyword))
      ? guardRemadeTable(text, guards.remadeTable)
      : []),
  ].filter((question) => question !== undefined)
}

/** Guards what EXECUTE will run; in a transaction it is refused itself. */
function guardPrepared({ text, serverVersion }: GuardedStatement, guards: ResolvedGuards): void {
  // A text in a text is not rewritten.
  const inner = {
    ...guards,
    fullDelete: unwritten(guards.fullDelete),
    valueFirst: unwritten(guards.valueFirst),
  }
  for (const prepared of guardPreparedText(text, guards.preparedText)) {
    const statement = { sql: prepared, text: prepared, serverVersion }
    guardStatement({ ...statement, inTransaction: false, hold: true }, inner)
  }
}

function unwritten(action: RewriteAction): GuardAction {
  return action === 'rewrite' ? 'refuse' : action
}
