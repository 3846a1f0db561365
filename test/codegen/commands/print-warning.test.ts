import { describe, expect, it } from 'vitest'
import { escapeNames } from '../../../codegen/commands/print-warning.js'
import { shopModel } from '../cli/shop-model.js'

describe('a warning of the runtime', () => {
  const name = 'x\n::error::y'
  const model = shopModel((columns) => columns.push({ name, type: { name: 'int' } }))

  it('keeps its own line breaks, and has those of names escaped', () => {
    const warning = `articles has a column ${name}: rename it.\nGRANT …;\nGRANT …;`
    expect(escapeNames(warning, model).split('\n')).toEqual([
      String.raw`articles has a column x\n:\u003aerror::y: rename it.`,
      'GRANT …;',
      'GRANT …;',
    ])
  })
})
