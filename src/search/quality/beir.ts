/** Judged search sets in BEIR's layout: `corpus.jsonl`, `queries.jsonl` and `qrels.tsv` or `qrels/test.tsv`. */
import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ValueError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import { filledText, isObject, type OptionRules } from '../../options/option-rules.js'
import type { Grades } from './ranking-metrics.js'

/** A query with the grades of the documents that were judged for it. */
export interface JudgedQuery<Query> {
  readonly id: string
  /** As the search takes it. */
  readonly query: Query
  /** By the documents' ids, as text. */
  readonly grades: Grades
}

/** A document of a judged set. */
export interface BeirDocument {
  readonly id: string
  /** Empty where the set has none. */
  readonly title: string
  readonly text: string
}

/** A judged set. */
export interface BeirSet {
  /** The queries that have at least one judgement, in the order of their file. */
  readonly judged: readonly JudgedQuery<string>[]
  /** Reads the documents one by one; a set may be too large for the memory. */
  readonly documents: () => AsyncIterable<BeirDocument>
}

/** Options of `readBeir`. */
export interface BeirOptions {
  /** The judgements to read where there is no `qrels.tsv`: `qrels/<split>.tsv`; `'test'` unless set. */
  readonly split?: string
}

const RULES: OptionRules<BeirOptions> = { split: filledText }

/**
 * Reads a judged set from a folder.
 *
 * @throws {ValueError} for a file that is missing, and for a line that is not what it should be
 *
 * @example
 * const { judged, documents } = await readBeir('./scifact')
 * for await (const { id, title, text } of documents()) …
 */
export async function readBeir(folder: string, options: BeirOptions = {}): Promise<BeirSet> {
  checkOptions('readBeir', RULES, options)
  const corpus = findFile(folder, 'corpus.jsonl')
  const grades = await readGrades(
    findFile(folder, 'qrels.tsv', join('qrels', `${options.split ?? 'test'}.tsv`)),
  )
  const judged: JudgedQuery<string>[] = []
  for await (const { id, text } of readDocuments(findFile(folder, 'queries.jsonl'))) {
    const own = grades.get(id)
    if (own !== undefined) judged.push(Object.freeze({ id, query: text, grades: own }))
  }
  return Object.freeze({ judged: Object.freeze(judged), documents: () => readDocuments(corpus) })
}

function findFile(folder: string, ...names: readonly string[]): string {
  const found = names.map((name) => join(folder, name)).find((path) => existsSync(path))
  if (found !== undefined) return found
  throw new ValueError(
    `${folder} has no ${names.join(' and no ')}: a judged set in BEIR's layout is a folder with ` +
      'corpus.jsonl, queries.jsonl and qrels.tsv or qrels/test.tsv.',
  )
}

async function* readDocuments(path: string): AsyncGenerator<BeirDocument> {
  for await (const { line, at } of readLines(path)) {
    const { _id: id, title, text } = parseObject(line, at)
    if (!isId(id) || typeof text !== 'string') {
      throw new ValueError(`${at} needs "_id" and "text".`)
    }
    yield { id: String(id), title: typeof title === 'string' ? title : '', text }
  }
}

async function readGrades(path: string): Promise<ReadonlyMap<string, Grades>> {
  const grades = new Map<string, Map<string, number>>()
  for await (const { line, at, number } of readLines(path)) {
    const [query, document, score, ...rest] = line.split('\t')
    const grade = Number(score)
    if (number === 1 && score === 'score') continue
    if (
      query === undefined ||
      document === undefined ||
      score === undefined ||
      score.trim() === '' ||
      !Number.isFinite(grade) ||
      rest.length > 0
    ) {
      throw new ValueError(`${at} must be query-id, corpus-id and score, with tabs between them.`)
    }
    const own = grades.get(query) ?? new Map<string, number>()
    grades.set(query, own.set(document, grade))
  }
  return grades
}

interface Line {
  readonly line: string
  readonly number: number
  /** For messages: `qrels.tsv, line 3`. */
  readonly at: string
}

/** Lines that are not blank. */
async function* readLines(path: string): AsyncGenerator<Line> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })
  let number = 0
  for await (const text of lines) {
    number += 1
    const line = number === 1 ? text.replace(/^\uFEFF/, '') : text
    if (line.trim() !== '') yield { line, number, at: `${path}, line ${number},` }
  }
}

function parseObject(line: string, at: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw new ValueError(`${at} is not JSON.`, { cause })
  }
  if (isObject(value)) return value
  throw new ValueError(`${at} is not a JSON object.`)
}

function isId(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}
