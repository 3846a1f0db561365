import fc from 'fast-check'
import mermaid from 'mermaid'
import { describe, expect, it } from 'vitest'
import { mermaidLabel, writeMermaid } from '../../../../codegen/emit/docs/mermaid.js'
import { outlineOf } from '../../../../codegen/emit/docs/outline.js'
import type { SchemaModel } from '../../../../src/schema/schema-model.js'
import { hostileModel } from '../typescript/hostile-model.js'
import { magazine } from './magazine.js'

const write = (model: SchemaModel): string => writeMermaid(outlineOf(model))

describe('the Mermaid diagram', () => {
  it('has tables, typed columns, their keys and the arrows between', async () => {
    const text = write(magazine)
    expect(text.split('\n')).toEqual([
      'erDiagram',
      '  t_articles["articles"] {',
      '    bigint id PK',
      '    varchar(200) title',
      '    text body',
      '    int minutes',
      '    vecf32(8) embedding',
      '  }',
      '  t_orders["orders"] {',
      '    bigint id PK',
      '    bigint article_id FK',
      '  }',
      '  t_sold["sold #40;view#41;"] {',
      '    bigint id',
      '  }',
      '  t_articles |o--o{ t_orders : "article_id"',
    ])
    expect(await mermaid.parse(text)).toMatchObject({ diagramType: 'er' })
  })

  it('takes words of its own grammar as names of columns', async () => {
    const names = [
      'pk',
      'FK',
      'uk',
      '1st',
      'title',
      'direction',
      'ein Name',
      '名',
      '%%{init}%%',
      '"',
    ]
    const columns = names.map((name) => ({ name, type: { name: 'int' } }))
    const tables = [{ name: 'erDiagram', kind: 'table' as const, columns }]
    const text = write({ formatVersion: '2.0', databases: [{ tables }] })
    expect(await mermaid.parse(text)).toMatchObject({ diagramType: 'er' })
    expect(text).toContain('int _pk "pk"')
    expect(text).toContain('"#37;#37;#123;init#125;#37;#37;"')
  })

  it('parses whatever the names are, and has no directive, comment or line but its own', async () => {
    await fc.assert(
      fc.asyncProperty(hostileModel, async (model) => {
        fc.pre(model.databases.some(({ tables }) => tables.length > 0))
        const text = write(model)
        expect(text).not.toMatch(/%|\\|`/)
        expect(await mermaid.parse(text)).toMatchObject({ diagramType: 'er' })
      }),
    )
  })

  it('writes labels without quotes, marks and breaks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(mermaidLabel(text)).toMatch(/^([\p{L}\p{N} _.,]|#\d+;)*$/u)
      }),
    )
  })
})
