import { untilAborted } from '../connection/limits/waiting.js'
import { ValueError } from '../errors.js'
import { checkArgument, checkOptions } from '../options/check-options.js'
import {
  abortSignal,
  callable,
  integer,
  list,
  oneOf,
  type OptionRules,
} from '../options/option-rules.js'

/** Options of `rerank`. */
export interface RerankOptions {
  /** Rows to return at most; all unless set. */
  readonly top?: number
  /** Calls that run at once at most; 4 unless set. */
  readonly concurrency?: number
  /** Ends the reranking when it is aborted; calls that run get it, too. */
  readonly signal?: AbortSignal
  /**
   * A row whose call fails: `'throw'`, the default, rejects with its error; `'keep'` puts the row behind all
   * that have a relevance, with null; `'drop'` leaves it out.
   */
  readonly onError?: 'throw' | 'keep' | 'drop'
}

/** A row with its relevance; null when its call failed under `onError: 'keep'`. */
export type Reranked<Row> = Row & { readonly relevance: number | null }

const RULES: OptionRules<RerankOptions> = {
  top: integer(1),
  concurrency: integer(1),
  signal: abortSignal,
  onError: oneOf<'throw' | 'keep' | 'drop'>('throw', 'keep', 'drop'),
}

/**
 * Sorts hits by a model's judgement, the best first: search for many, rerank, show few. Rows of the same
 * relevance stay in their order.
 *
 * @param relevanceOf the larger the better
 * @throws {ValueError} for a relevance that is not a number, whatever `onError` says
 * @throws the signal's reason when that is aborted
 *
 * @example
 * const hits = await db.textSearch('articles', ['title', 'body'], question).select(['id', 'body']).limit(50).execute()
 * const best = await rerank(hits, ({ body }) => model.relevance(question, body), { top: 5, signal: request.signal })
 */
export async function rerank<Row extends object>(
  rows: readonly Row[],
  relevanceOf: (row: Row, signal: AbortSignal) => number | Promise<number>,
  options: RerankOptions = {},
): Promise<Reranked<Row>[]> {
  checkArgument('rerank', 'The rows', list, rows)
  checkArgument('rerank', 'The function', callable, relevanceOf)
  checkOptions('rerank', RULES, options)
  const { top = Infinity, concurrency = 4, signal, onError = 'throw' } = options
  signal?.throwIfAborted()
  const ended = new AbortController()
  const endedBy = signal === undefined ? ended.signal : AbortSignal.any([ended.signal, signal])
  const judged: (Reranked<Row> | undefined)[] = []
  let next = 0
  const work = async (): Promise<void> => {
    while (next < rows.length) {
      endedBy.throwIfAborted()
      const at = next++
      const row = rows[at] as Row
      const relevance = await judge(() => relevanceOf(row, endedBy), onError)
      judged[at] = relevance === undefined ? undefined : { ...row, relevance }
    }
  }
  const workers = Array.from({ length: Math.min(concurrency, rows.length) }, work)
  try {
    const done = Promise.all(workers)
    await (signal === undefined ? done : untilAborted(done, signal))
  } catch (error) {
    // Calls that still run are told to end; nothing waits for them.
    ended.abort(error)
    throw error
  }
  return judged
    .filter((row) => row !== undefined)
    .toSorted((a, b) => (b.relevance ?? -Infinity) - (a.relevance ?? -Infinity) || 0)
    .slice(0, top)
}

/** A row's relevance: null to keep it without one, undefined to leave it out. */
async function judge(
  call: () => number | Promise<number>,
  onError: RerankOptions['onError'],
): Promise<number | null | undefined> {
  let relevance: number
  try {
    relevance = await call()
  } catch (error) {
    if (onError === 'keep') return null
    if (onError === 'drop') return undefined
    throw error
  }
  if (typeof relevance === 'number' && !Number.isNaN(relevance)) return relevance
  throw new ValueError(`The relevance of a row must be a number, got ${String(relevance)}.`)
}
