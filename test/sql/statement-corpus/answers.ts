import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { writeCorpusText } from './corpus-texts.js'

/** The server's answer to one text, sent inside a transaction. */
export interface Answer {
  /** Results before the end or the first error, counted to 7. */
  readonly results: number
  readonly failed: boolean
  /** Whether a row that the transaction had inserted before survived a later ROLLBACK. */
  readonly committed: boolean
  /** Whether a row that was inserted afterwards survived it: the transaction was over. */
  readonly ended: boolean
}

const FILE = new URL('answers.txt', import.meta.url)
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const LINE = /.{1,100}/g

/** Reads the answers; refuses them when the texts are others than the server was asked. */
export function readAnswers(): readonly Answer[] {
  const [head = '', ...lines] = readFileSync(FILE, 'utf8').trimEnd().split('\n')
  const answers = Array.from(lines.join(''), (letter) => decode(ALPHABET.indexOf(letter)))
  if (!head.endsWith(hashTexts(answers.length))) {
    throw new Error('The corpus has other texts now than the server was asked: record it again.')
  }
  return answers
}

/** One letter per answer, in the order of the seeds. */
export function writeAnswers(server: string, answers: readonly Answer[]): void {
  const letters = answers.map((answer) => ALPHABET[encode(answer)]).join('')
  const head = `${server}, ${answers.length} answers to the texts of ${hashTexts(answers.length)}`
  writeFileSync(FILE, `${[head, ...(letters.match(LINE) ?? [])].join('\n')}\n`)
}

function hashTexts(count: number): string {
  const hash = createHash('sha256')
  for (let seed = 0; seed < count; seed += 1) hash.update(writeCorpusText(seed)).update('\n')
  return hash.digest('hex')
}

const encode = ({ results, failed, committed, ended }: Answer): number =>
  Math.min(results, 7) * 8 + Number(failed) * 4 + Number(committed) * 2 + Number(ended)

const decode = (value: number): Answer => ({
  results: value >> 3,
  failed: (value & 4) !== 0,
  committed: (value & 2) !== 0,
  ended: (value & 1) !== 0,
})
