import type { Row } from '../connection/mysql2/reply.js'
import type { SqlStatement } from '../sql/analyze-sql.js'

/** Milliseconds after which the catalog is asked again: another program may have changed a table. */
const TRUSTED_FOR = 10_000

/** Questions that are kept; the oldest goes first. */
const MOST_ANSWERS = 1_000

/** Statements of this program that make every answer doubtful. */
const CHANGING = new Set([
  'CREATE',
  'ALTER',
  'DROP',
  'RENAME',
  'RESTORE',
  'TRUNCATE',
  'DATA',
  'USE',
])

interface Answer {
  readonly until: number
  readonly rows: readonly Row[]
}

/** The catalog's last answers to the guards of a pool. */
export class CatalogAnswers {
  readonly #answers = new Map<string, Answer>()

  /** Forgets all of them after a statement that may have changed a table. */
  noteStatements(statements: readonly SqlStatement[]): void {
    if (statements.some(({ keyword }) => CHANGING.has(keyword))) this.#answers.clear()
  }

  /** @param ask sends the question, when its answer is not known */
  async read(
    database: string | undefined,
    question: string,
    ask: () => Promise<readonly Row[]>,
  ): Promise<readonly Row[]> {
    const key = `${database ?? ''}\n${question}`
    const known = this.#answers.get(key)
    if (known !== undefined && known.until > performance.now()) return known.rows
    const rows = await ask()
    this.#answers.delete(key)
    this.#answers.set(key, { until: performance.now() + TRUSTED_FOR, rows })
    const [oldest] = this.#answers.keys()
    if (this.#answers.size > MOST_ANSWERS && oldest !== undefined) this.#answers.delete(oldest)
    return rows
  }
}
