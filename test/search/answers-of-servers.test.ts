import { describe, expect, it } from 'vitest'
import { AnswersOfServers } from '../../src/search/answers-of-servers.js'
import { unconnected } from '../support/unconnected.js'

describe('an answer of a server', () => {
  it('is found by its question, of one server only', () => {
    const answers = new AnswersOfServers<number>()
    const [one, other] = [unconnected(), unconnected()]
    answers.remember(one, 'how many?', 3)
    expect(answers.find(one, 'how many?')).toBe(3)
    expect(answers.find(one, 'how few?')).toBeUndefined()
    expect(answers.find(other, 'how many?')).toBeUndefined()
  })

  it('is dropped after a thousand newer ones', () => {
    const answers = new AnswersOfServers<number>()
    const db = unconnected()
    for (let at = 0; at < 1_000; at++) answers.remember(db, String(at), at)
    // Given again, it is the newest.
    answers.remember(db, '0', 0)
    answers.remember(db, 'one more', 1)
    expect(answers.find(db, '0')).toBe(0)
    expect(answers.find(db, '1')).toBeUndefined()
    expect(answers.find(db, '2')).toBe(2)
  })
})
