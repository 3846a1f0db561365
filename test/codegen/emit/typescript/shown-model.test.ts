import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveEmitOptions } from '../../../../codegen/emit/typescript/emit-options.js'
import { hashShown } from '../../../../codegen/emit/typescript/shown-model.js'
import { writeBody } from '../../../../codegen/emit/typescript/write-body.js'
import { schemaFormatVersion, type TableModel } from '../../../../src/schema/schema-model.js'
import { table as anyTable } from '../../../schema/arbitrary-model.js'
import { mutations } from '../../../schema/mutate-model.js'

const hashOf = (table: TableModel): string =>
  hashShown({ formatVersion: schemaFormatVersion, databases: [{ tables: [table] }] })

const table: TableModel = {
  name: 't',
  kind: 'table',
  columns: [{ name: 'id', type: { name: 'int' } }],
  indexes: [{ name: 'k', columns: ['id'] }],
}

describe('the hash of what a generated file shows', () => {
  it('is the same for what it does not show', () => {
    for (const change of [
      { checks: [{ expression: 'id > 0' }] },
      { clusterBy: ['id'] },
      { definition: 'select id from u' },
      { source: { filepath: '/a.csv' } },
      { indexes: [{ name: 'k', columns: ['id'], comment: 'why', algorithm: 'btree' }] },
    ]) {
      expect(hashOf({ ...table, ...change })).toBe(hashOf(table))
    }
    const partitioned = (count: number): TableModel => ({
      ...table,
      partitions: { by: 'h', count },
    })
    expect(hashOf(partitioned(2))).toBe(hashOf(partitioned(4)))
    expect(hashOf(partitioned(2))).not.toBe(hashOf(table))
  })

  it('differs whenever the text does', () => {
    const options = resolveEmitOptions({})
    const write = (one: TableModel): string =>
      writeBody({ formatVersion: schemaFormatVersion, databases: [{ tables: [one] }] }, options)
    fc.assert(
      fc.property(anyTable, (one) => {
        for (const { path, value } of mutations(one)) {
          if (hashOf(value) !== hashOf(one)) continue
          expect([path, write(value)]).toEqual([path, write(one)])
        }
      }),
      { numRuns: 20 },
    )
  })
})
