/**
 * Rows written to a branch in the transaction that made it belong to the branch's origin: DIFF never
 * shows them, and MERGE answers OK and leaves them behind for good (4.2.0). So the branches of the open
 * transaction are remembered, and writes to them are refused.
 */
import { analyzeSql } from '../sql/analyze-sql.js'
import { type SqlToken, tokenize } from '../sql/tokenize.js'
import { readTableName } from './catalog.js'
import { applyGuard, type GuardAction } from './guards.js'

const WRITES = new Set(['INSERT', 'REPLACE', 'UPDATE', 'DELETE', 'LOAD', 'TRUNCATE'])

/** Words that can stand between a writing verb and the table. */
const BEFORE_TABLE = new Set(
  'INTO FROM TABLE IGNORE LOW_PRIORITY HIGH_PRIORITY DELAYED QUICK'.split(' '),
)

/** Words with which the tables of an UPDATE or DELETE end. */
const AFTER_TABLES = new Set(['SET', 'WHERE', 'ORDER', 'LIMIT'])

/** Most statements make none, and this tells without an analysis. */
const MAY_BRANCH = /\bbranch\b/i

interface Place {
  readonly database: string | undefined
  readonly table: string | undefined
}

/** The branches that the open transaction has made. */
export class NewBranches {
  #places: readonly Place[] = []

  /**
   * Refuses a write to one of them.
   *
   * @throws {GuardError} when the action is `refuse`
   */
  guard(sql: string, action: GuardAction): void {
    if (this.#places.length === 0 || action === 'off') return
    const found = writtenTables(sql).find((written) =>
      this.#places.some((one) => fits(one, written)),
    )
    if (found === undefined) return
    applyGuard(
      'newBranch',
      action,
      () =>
        `${found.table} was branched in this transaction, and MatrixOne never compares or merges rows that are ` +
        'written to a branch in the transaction that made it. Make the branch first, then write to it in a ' +
        'transaction of its own; for a copy that is never merged, use clone.createTable.',
    )
  }

  /** Notes the end of the transaction, or the beginning of another one. */
  forget(): void {
    if (this.#places.length > 0) this.#places = []
  }

  /** Notes what a statement has made. */
  note(sql: string, inTransaction: boolean): void {
    if (!inTransaction) return this.forget()
    if (!MAY_BRANCH.test(sql)) return
    for (const { text, keyword, keywords } of analyzeSql(sql).statements) {
      if (keyword !== 'DATA' || keywords[1] !== 'BRANCH' || keywords[2] !== 'CREATE') continue
      const tokens = tokenize(text)
      const name = readPlace(tokens, 4)
      if (name === undefined) continue
      const isDatabase = keywords[3] === 'DATABASE'
      this.#places = [
        ...this.#places,
        isDatabase ? { database: name.table, table: undefined } : name,
      ]
    }
  }
}

/** Without a database either may be the connection's own: then the name decides. */
function fits(branch: Place, { database, table }: Place): boolean {
  const isSame = branch.table === undefined || branch.table === table
  const isNear = branch.database === undefined || database === undefined
  return branch.table === undefined
    ? branch.database === database
    : isSame && (isNear || branch.database === database)
}

/** The tables that a text writes to, as far as they are named. */
function writtenTables(sql: string): readonly Place[] {
  return analyzeSql(sql).statements.flatMap(({ text }) => {
    const tokens = tokenize(text)
    const verb = tokens.findIndex(({ word }) => WRITES.has(word))
    const first = tokens[verb]?.word
    if (first === undefined) return []
    if (first === 'LOAD') {
      const into = tokens.findIndex(
        ({ word }, index) => word === 'INTO' && tokens[index + 1]?.word === 'TABLE',
      )
      return into < 0 ? [] : placesAt(tokens, [into + 2])
    }
    let start = verb + 1
    while (BEFORE_TABLE.has(tokens[start]?.word ?? '')) start += 1
    if (first !== 'UPDATE' && first !== 'DELETE') return placesAt(tokens, [start])
    const end = tokens.findIndex(({ word }, index) => index > start && AFTER_TABLES.has(word))
    const names = tokens.slice(start, end < 0 ? undefined : end)
    return placesAt(
      tokens,
      names.map((_token, index) => start + index),
    )
  })
}

function placesAt(tokens: readonly SqlToken[], indexes: readonly number[]): readonly Place[] {
  return indexes.map((index) => readPlace(tokens, index)).filter((place) => place !== undefined)
}

/** A table at an index, in lower case: names are compared. */
function readPlace(tokens: readonly SqlToken[], index: number): Place | undefined {
  const name = readTableName(tokens, index)
  return name && { database: name.database?.toLowerCase(), table: name.table.toLowerCase() }
}
