/**
 * Guards against statements that MatrixOne accepts and does something else with. Each has a file in
 * this folder and a key in `GuardOptions`; `guard-statement.ts` runs the guards that look at SQL text.
 */
import { GuardError, ValueError } from '../errors.js'
import { publish } from '../observe/events.js'
import { capabilitiesOf } from '../server/capabilities.js'
import { parseServerVersion } from '../server/server-version.js'
import { editText, type TextEdit } from '../sql/edit-text.js'

/** How a guard acts: refuse the statement, warn and send it, or do nothing. */
export type GuardAction = 'refuse' | 'warn' | 'off'

/** How a guard acts that can make the statement right: `rewrite` does so. */
export type RewriteAction = GuardAction | 'rewrite'

/** Guards of the dialect, by name. */
export interface GuardOptions {
  /** SET, LOCK TABLES, BEGIN, COMMIT and ROLLBACK inside a transaction: the server commits it. */
  readonly implicitCommit?: GuardAction | undefined
  /** SAVEPOINT does nothing, and ROLLBACK TO undoes the previous statement. */
  readonly savepoint?: GuardAction | undefined
  /** Isolation levels and READ ONLY are accepted and ignored; everything is READ COMMITTED. */
  readonly isolationLevel?: GuardAction | undefined
  /** Several statements in one text always run, whatever the driver's options. */
  readonly stackedStatements?: GuardAction | undefined
  /** Time hints that corrupt (UPDATE), contradict each other, or read the present (AS OF, index). */
  readonly timeHint?: GuardAction | undefined
  /** Statements that change or ask the session (SET, USE, temporary tables, LAST_INSERT_ID) on the pool. */
  readonly sessionState?: GuardAction | undefined
  /** BEGIN, COMMIT, SAVEPOINT, LOCK TABLES and SET TRANSACTION on the pool mean nothing. */
  readonly transactionControl?: GuardAction | undefined
  /** With autocommit off, writes are answered with OK and undone with the connection. */
  readonly autocommit?: GuardAction | undefined
  /** Rows written to a branch in the transaction that made it are never compared nor merged. */
  readonly newBranch?: GuardAction | undefined
  /** A `sql_mode` that changes how text is quoted: unless refused, a value may become SQL. */
  readonly sqlMode?: GuardAction | undefined
  /** A `?` that touches a name, a text or a number: its value would run into it, or become SQL. */
  readonly placeholder?: GuardAction | undefined
  /** PREPARE from a variable, which no guard can read. */
  readonly preparedText?: GuardAction | undefined
  /** DELETE without WHERE makes the table anew and changes its definition. */
  readonly fullDelete?: RewriteAction | undefined
  /** `100 > id` compares a primary key by equality; written as `id < 100` it is right. */
  readonly valueFirst?: RewriteAction | undefined
  /** TRUNCATE, ALTER TABLE, CREATE TABLE … LIKE of a table whose printed definition is another one. */
  readonly remadeTable?: GuardAction | undefined
  /** INSERT IGNORE leaves entries of ignored rows in vector and full-text indexes. */
  readonly insertIgnore?: GuardAction | undefined
  /** A condition on the key beside a search through a vector index loses rows or panics. */
  readonly indexedSearch?: GuardAction | undefined
  /** A vector literal of another dimension than its column has, behind a function that hides it. */
  readonly vectorDimension?: GuardAction | undefined
  /** Clones into a table that exists or of a database that does not, restores to another account. */
  readonly clone?: GuardAction | undefined
  /** Names of tables, views, sequences and databases that the server can make and never drop. */
  readonly newName?: GuardAction | undefined
}

/** The name of a guard. */
export type GuardName = keyof GuardOptions

/** The action of every guard. */
export type ResolvedGuards = {
  readonly [Name in GuardName]-?: Exclude<GuardOptions[Name], undefined>
}

/** The safe default of every guard. */
export const defaultGuards: ResolvedGuards = Object.freeze({
  implicitCommit: 'refuse',
  savepoint: 'refuse',
  isolationLevel: 'refuse',
  stackedStatements: 'refuse',
  timeHint: 'refuse',
  sessionState: 'refuse',
  transactionControl: 'refuse',
  autocommit: 'refuse',
  newBranch: 'refuse',
  sqlMode: 'refuse',
  placeholder: 'refuse',
  preparedText: 'refuse',
  fullDelete: 'rewrite',
  valueFirst: 'rewrite',
  remadeTable: 'refuse',
  insertIgnore: 'refuse',
  indexedSearch: 'refuse',
  vectorDimension: 'refuse',
  clone: 'refuse',
  newName: 'refuse',
})

const ACTIONS: readonly string[] = ['refuse', 'warn', 'off'] satisfies GuardAction[]

const REWRITING: ReadonlySet<string> = new Set<GuardName>(['fullDelete', 'valueFirst'])

/**
 * Fills in the defaults; an option that is undefined is as good as absent.
 *
 * @throws {ValueError} for an unknown guard or action
 */
export function resolveGuards(options: GuardOptions = {}): ResolvedGuards {
  const given = Object.entries(options).filter(([, action]) => action !== undefined)
  for (const [name, action] of given) {
    if (!Object.hasOwn(defaultGuards, name)) {
      const known = Object.keys(defaultGuards).join(', ')
      throw new ValueError(`There is no guard ${JSON.stringify(name)}. The guards are ${known}.`)
    }
    const actions = REWRITING.has(name) ? ['rewrite', ...ACTIONS] : ACTIONS
    if (!actions.includes(String(action))) {
      const words = actions.map((each) => `'${each}'`)
      throw new ValueError(
        `The guard ${name} must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}, ` +
          `got ${JSON.stringify(action)}.`,
      )
    }
  }
  return Object.freeze({ ...defaultGuards, ...Object.fromEntries(given) })
}

/** The guards against what a server of that version does. */
export function guardsOn(version: string, guards: ResolvedGuards): ResolvedGuards {
  const { remadeTablesDiffer } = capabilitiesOf(parseServerVersion(version))
  return remadeTablesDiffer ? guards : { ...guards, remadeTable: 'off' }
}

/**
 * Does what a guard is set to about a statement.
 *
 * @param explain says why the statement is refused, and what to do instead
 * @throws {GuardError} when the action is `refuse`
 */
export function applyGuard(guard: GuardName, action: GuardAction, explain: () => string): void {
  if (action === 'off') return
  const explanation = explain()
  const separator = explanation.includes('\n') ? '\n' : ' '
  const message = `${explanation}${separator}Guard: ${guard}.`
  publish('kysely-matrixone:guard:tripped', { guard, message })
  if (action === 'refuse') throw new GuardError(message, { guard })
  process.emitWarning(message, { type: 'MatrixOneWarning' })
}

/**
 * Rewrites a statement that a guard can make right, or does what the guard is set to.
 *
 * @param find the edits that make the text right
 */
export function applyRewrite(
  guard: 'fullDelete' | 'valueFirst',
  action: RewriteAction,
  text: string,
  find: (text: string) => readonly TextEdit[],
  explain: () => string,
): string {
  if (action === 'off') return text
  const edits = find(text)
  if (edits.length === 0) return text
  if (action === 'rewrite') return editText(text, edits)
  applyGuard(guard, action, explain)
  return text
}
