/**
 * Full-text queries in the forms that MatrixOne's boolean mode takes without an error: words joined by
 * OR, words with a sign each, or one phrase. Every other sign a user typed is left out.
 */
import { UnsupportedError, ValueError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import { listOf, text as string } from '../../options/option-rules.js'
import { canBegin, isCut, placedWords, storedPart, wordsOf } from './tokens.js'

/** How a word counts: it may be there, must be there, or must not; or it raises the score. */
type Sign = '' | '+' | '-' | '>'

/** A word of a query. */
interface Term {
  readonly sign: Sign
  readonly word: string
  readonly isPrefix: boolean
}

/**
 * Required words of one AGAINST. Each further one doubles the time and the memory that MatrixOne needs: 12 take
 * 30 ms, 16 take 2 s, and 100 took all memory of the machine (4.2.0). Several AGAINST joined by AND cost nothing.
 */
const MOST_REQUIRED = 8

/**
 * Different words of a text that count, and characters of words that MatrixOne cuts. 200 words take 50 ms, 1,000
 * take 600 ms, and 20,000, the text of a document, took 15 GB and the server (4.2.0).
 */
const MOST_WORDS = 100

/** A full-text query made by `anyOf`, `allOf`, `phrase` or `prefix`. */
export class TextQuery {
  /**
   * The text for AGAINST; empty when there is nothing to search for, and then nothing is sent: words
   * that must not be there alone find nothing either.
   */
  readonly pattern: string
  /** The texts of the AGAINST that are sent, joined by AND: several for many required words. */
  readonly patterns: readonly string[]
  readonly #terms: readonly Term[]

  constructor(terms: readonly Term[], phrase?: string) {
    this.#terms = terms
    const isEmpty = phrase === undefined && terms.every(({ sign }) => sign === '-')
    this.pattern = phrase ?? (isEmpty ? '' : write(terms))
    this.patterns = phrase === undefined ? split(terms).map(write) : [phrase]
    Object.freeze(this)
  }

  /** Adds words. */
  with(call: string, sign: Sign, words: readonly string[]): TextQuery {
    if (words.length === 0) return this
    if (this.pattern.startsWith('"')) {
      throw new UnsupportedError(
        `${call}() cannot be added to a phrase: beside other words MatrixOne takes the words of a phrase ` +
          'one by one (4.2.0). Filter the hits of the phrase with where().',
      )
    }
    return new TextQuery([...this.#terms, ...words.map((word) => term(word, sign))])
  }
}

/** Options of `anyOf` and `allOf`. */
export interface WordOptions {
  /** Words to leave out, in any case, unless nothing else is left: MatrixOne has no stop words. */
  readonly stopWords?: readonly string[]
}

/**
 * Rows with at least one of the words, the more the better; what a plain string means.
 *
 * ```sql
 * match(`title`, `body`) against('cheap flights' in boolean mode)
 * ```
 */
export function anyOf(text: string, options: WordOptions = {}): TextQuery {
  return new TextQuery(readWords('anyOf', text, options).map((word) => term(word, '')))
}

/**
 * Rows with all of the words, in any order.
 *
 * ```sql
 * match(`title`, `body`) against('+cheap +flights' in boolean mode)
 * ```
 */
export function allOf(text: string, options: WordOptions = {}): TextQuery {
  return new TextQuery(readWords('allOf', text, options).map((word) => term(word, '+')))
}

/**
 * Rows with the words one behind the other, with the signs between them that the text has. A text with words of
 * Chinese, Japanese, Korean, Thai, Hindi and the like is `allOf`: MatrixOne has no phrases of them.
 *
 * ```sql
 * match(`title`, `body`) against('"cheap flights"' in boolean mode)
 * ```
 */
export function phrase(text: string): TextQuery {
  if (readWords('phrase', text).some(isCut)) return allOf(text)
  const [first, ...others] = placedWords(text).slice(0, MOST_WORDS)
  if (first === undefined || others.length === 0) return anyOf(text)
  let whole = storedPart(first.word)
  let missing = Buffer.byteLength(first.word) - Buffer.byteLength(whole)
  for (const { word, gap } of others) {
    const stored = storedPart(word)
    whole += ' '.repeat(missing + gap) + stored
    missing = Buffer.byteLength(word) - Buffer.byteLength(stored)
  }
  return new TextQuery([], `"${whole}"`)
}

/**
 * Rows with all of the words, of which the last may go on: for a search as the user types.
 *
 * ```sql
 * match(`title`, `body`) against('+cheap +fli*' in boolean mode)
 * ```
 */
export function prefix(text: string): TextQuery {
  const words = readWords('prefix', text)
  const last = words.length - 1
  return new TextQuery(
    words.map((word, at) =>
      at === last && canBegin(word)
        ? { sign: '+', word: storedPart(word), isPrefix: true }
        : term(word, '+'),
    ),
  )
}

/**
 * The rows of a query that have none of the words.
 *
 * @throws {UnsupportedError} for a phrase
 *
 * ```sql
 * match(`title`, `body`) against('+cheap +flights -rome' in boolean mode)
 * ```
 */
export function without(query: TextQuery | string, text: string): TextQuery {
  return toTextQuery(query).with('without', '-', readWords('without', text))
}

/**
 * The rows of a query, first the rows with one of the words. With `anyOf`, rows that have nothing but such a
 * word are found too.
 *
 * @throws {UnsupportedError} for a phrase
 *
 * ```sql
 * match(`title`, `body`) against('+cheap +flights >direct' in boolean mode)
 * ```
 */
export function boost(query: TextQuery | string, text: string): TextQuery {
  const base = toTextQuery(query)
  // Words that only raise a score would become all that is searched.
  return base.pattern === '' ? base : base.with('boost', '>', readWords('boost', text))
}

/** A query as it is, a string as `anyOf`. */
export function toTextQuery(query: TextQuery | string): TextQuery {
  return query instanceof TextQuery ? query : anyOf(query)
}

function write(terms: readonly Term[]): string {
  return terms.map(({ sign, word, isPrefix }) => `${sign}${word}${isPrefix ? '*' : ''}`).join(' ')
}

/** The first list has the words that are not required, too. */
function split(terms: readonly Term[]): readonly (readonly Term[])[] {
  const required = terms.filter(({ sign }) => sign === '+')
  if (required.length <= MOST_REQUIRED) return [terms]
  const first = new Set(required.slice(0, MOST_REQUIRED))
  const lists = [terms.filter((each) => each.sign !== '+' || first.has(each))]
  for (let at = MOST_REQUIRED; at < required.length; at += MOST_REQUIRED) {
    lists.push(required.slice(at, at + MOST_REQUIRED))
  }
  return lists
}

function term(word: string, sign: Sign): Term {
  return { sign, word, isPrefix: false }
}

function readWords(call: string, text: string, options: WordOptions = {}): readonly string[] {
  if (typeof text !== 'string') {
    throw new ValueError(`${call} takes a string, got ${text === null ? 'null' : typeof text}.`)
  }
  checkOptions(call, { stopWords: listOf(string) }, options)
  const words = distinct(wordsOf(text))
  const stopWords = new Set(options.stopWords?.map((word) => word.toLowerCase()))
  const kept = words.filter((word) => !stopWords.has(word.toLowerCase()))
  return firstOf(kept.length === 0 ? words : kept)
}

function firstOf(words: readonly string[]): readonly string[] {
  const first: string[] = []
  let left = MOST_WORDS
  for (const word of words) {
    if (left <= 0) break
    const part = isCut(word) ? Array.from(word).slice(0, left) : [word]
    first.push(part.join(''))
    left -= part.length
  }
  return first
}

/** Each word at its last place: what a user is typing is the end of a text. */
function distinct(words: readonly string[]): readonly string[] {
  const last = new Map(words.map((word, at) => [word.toLowerCase(), at]))
  return words.filter((word, at) => last.get(word.toLowerCase()) === at)
}
