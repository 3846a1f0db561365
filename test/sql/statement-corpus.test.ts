/**
 * A differential test of the statement scanner: a live 4.2.0 was sent 20,000 generated texts, each in
 * an open transaction, and answered how many statements ran and whether they ended it. Only seeds and
 * answers are kept. `MO_URL=… npm run record -- test/sql/statement-corpus` asks a server again.
 */
import { describe, expect, it } from 'vitest'
import { defaultGuards } from '../../src/guards/guards.js'
import { guardStatement } from '../../src/guards/guard-statement.js'
import { analyzeSql } from '../../src/sql/analyze-sql.js'
import { addressOf } from '../support/address.js'
import { readVersion } from '../support/read-version.js'
import { type Answer, readAnswers, writeAnswers } from './statement-corpus/answers.js'
import { askServer } from './statement-corpus/ask-server.js'
import { writeCorpusText } from './statement-corpus/corpus-texts.js'

const TEXTS = 20_000
const AT_ONCE = 4
const url = process.env['MO_URL']
const isAsking = url !== undefined && process.env['MO_RECORD'] !== undefined

async function askAll(seeds: readonly number[]): Promise<readonly Answer[]> {
  const address = addressOf(url ?? '')
  const share = Math.ceil(seeds.length / AT_ONCE)
  const asked = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, part) =>
      askServer(address, `kmo_corpus_${part}`, seeds.slice(part * share, (part + 1) * share)),
    ),
  )
  return asked.flat()
}

describe.runIf(isAsking)('a live server', () => {
  it('answers every text of the corpus', { timeout: 3_600_000 }, async () => {
    const answers = await askAll(Array.from({ length: TEXTS }, (_, seed) => seed))
    expect(answers).toHaveLength(TEXTS)
    writeAnswers(await readVersion(addressOf(url ?? ''), 'MO_URL'), answers)
  })
})

describe.skipIf(isAsking)('20,000 texts that a server has answered', () => {
  const answers = isAsking ? [] : readAnswers()
  const wrong = (isWrong: (answer: Answer, text: string) => boolean): readonly string[] =>
    answers.flatMap((answer, seed) => {
      const text = writeCorpusText(seed)
      return isWrong(answer, text) ? [`${seed}: ${JSON.stringify(text)}`] : []
    })
  const count = (text: string): number => analyzeSql(text).statements.length

  it('are cut into as many statements as it ran', () => {
    expect(answers.length).toBe(TEXTS)
    expect(wrong(({ failed, results }, text) => !failed && count(text) !== results)).toEqual([])
  })

  it('never hide a statement that it ran before an error', () => {
    expect(wrong(({ failed, results }, text) => failed && count(text) < results)).toEqual([])
  })

  it('are refused in a transaction when they end it', () => {
    const guards = { ...defaultGuards, stackedStatements: 'off' } as const
    const isRefused = (text: string): boolean => {
      try {
        guardStatement(
          { sql: text, text, serverVersion: '', inTransaction: true, hold: true },
          guards,
        )
        return false
      } catch {
        return true
      }
    }
    const endsUnseen = wrong(
      ({ committed, ended }, text) => (committed || ended) && !isRefused(text),
    )
    expect(endsUnseen).toEqual([])
    expect(answers.filter(({ committed, ended }) => committed || ended).length).toBeGreaterThan(
      4_000,
    )
  })
})
