import { describe, expect, it } from 'vitest'
import { ValueError } from 'kysely-matrixone'
import { closeComment } from '../../src/sql/close-comment.js'

describe('SQL that more is written behind', () => {
  it.each([
    'select 1 -- all',
    'select 1 #',
    'select 1 // x',
    'select 1 /* a */ -- b',
    'select 1 -- /*',
  ])('gets a newline where it ends in a comment: %s', (sql) => {
    expect(closeComment(sql)).toBe(`${sql}\n`)
  })

  it.each(['select 1', "select '-- x'", 'select `#`', '-- x\nselect 1', 'select 1 --1', ''])(
    'stays as it is otherwise: %j',
    (sql) => {
      expect(closeComment(sql)).toBe(sql)
    },
  )

  it.each(['select 1 /* x', 'select 1 /*! , 2', 'select 1 -- a\n/* b'])(
    'is refused with a comment that has no end: %j',
    (sql) => {
      expect(() => closeComment(sql)).toThrow(ValueError)
    },
  )
})
