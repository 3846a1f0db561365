import type { Kysely } from 'kysely'

const REMEMBERED_FOR_MS = 60_000
/** Filters with values of users have no end. */
const MOST_REMEMBERED = 1_000

type Handle = Pick<Kysely<unknown>, 'getExecutor'>

interface Answer<Value> {
  readonly value: Value
  readonly until: number
}

/** Answers of servers to questions of the last minute, where one that is a little old will do. */
export class AnswersOfServers<Value> {
  /** By dialect: each has one server. */
  readonly #byDialect = new WeakMap<object, Map<string, Answer<Value>>>()

  /** The answer to the same question within the last minute. */
  find(db: Handle, question: string): Value | undefined {
    const answer = this.#answersOf(db).get(question)
    return answer !== undefined && answer.until > performance.now() ? answer.value : undefined
  }

  /** Keeps an answer, and drops the oldest of a thousand. */
  remember(db: Handle, question: string, value: Value): void {
    const answers = this.#answersOf(db)
    answers.delete(question)
    answers.set(question, { value, until: performance.now() + REMEMBERED_FOR_MS })
    const [oldest] = answers.keys()
    if (answers.size > MOST_REMEMBERED && oldest !== undefined) answers.delete(oldest)
  }

  #answersOf(db: Handle): Map<string, Answer<Value>> {
    const { adapter } = db.getExecutor()
    const known = this.#byDialect.get(adapter)
    if (known !== undefined) return known
    const answers = new Map<string, Answer<Value>>()
    this.#byDialect.set(adapter, answers)
    return answers
  }
}
