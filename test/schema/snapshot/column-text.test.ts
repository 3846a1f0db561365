import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalJson } from '../../../src/schema/canonical-json.js'
import { columnText } from '../../../src/schema/snapshot/column-text.js'
import { schemaModel } from '../arbitrary-model.js'

it('the text of a column is its canonical JSON', () => {
  fc.assert(
    fc.property(schemaModel, ({ databases }) => {
      for (const { columns } of databases.flatMap(({ tables }) => tables)) {
        expect(columns.map(columnText)).toEqual(columns.map(canonicalJson))
      }
    }),
  )
})
