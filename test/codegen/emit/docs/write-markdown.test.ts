import fc from 'fast-check'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import { describe, expect, it } from 'vitest'
import { outlineOf } from '../../../../codegen/emit/docs/outline.js'
import { writeMarkdown } from '../../../../codegen/emit/docs/write-markdown.js'
import type { SchemaModel } from '../../../../src/schema/schema-model.js'
import { hostileModel } from '../typescript/hostile-model.js'
import { magazine } from './magazine.js'
import { attributeOf, dangersOf, elementsOf, kindsOf, textOf } from './page.js'

const write = (model: SchemaModel): string => writeMarkdown(outlineOf(model), 'ours')
/** As a site shows it that lets HTML through: more than GitHub does. */
const render = (markdown: string): string =>
  micromark(markdown, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  })
const own = kindsOf(elementsOf(render(write(magazine))))

describe('the Markdown of a schema', () => {
  it('has a diagram, a list of tables and a section for each', () => {
    const text = write(magazine)
    expect(text).toContain('<!-- ours -->\n\n# Database schema\n\n```mermaid\nerDiagram\n')
    expect(text).toContain('- [articles](#t_articles)\n- [orders](#t_orders)\n')
    expect(text).toContain(
      '<a id="t_articles"></a>\n\n## articles\n\nThe articles of the magazine 📰',
    )
    expect(text).toContain(
      '| `title` | `varchar(200)` |  | full text | As printed<br>below \\| above |',
    )
    expect(text).toContain('- Vector index: `idx_embedding (embedding), ivfflat, l2,')
    expect(text).toContain('- Foreign key: `(article_id) to articles (id) on delete cascade`')
    expect(text).toContain('```sql\nselect a.id from articles a\n```')
  })

  it('is made of the same elements whatever the names and comments are', () => {
    const columns = [...own, 'br']
    fc.assert(
      fc.property(hostileModel, (model) => {
        const elements = elementsOf(render(write(model)))
        expect(kindsOf(elements).filter((kind) => !columns.includes(kind))).toEqual([])
        expect(dangersOf(elements)).toEqual([])
        const tables = model.databases.flatMap((database) => database.tables)
        expect(elements.filter(({ tagName }) => tagName === 'table')).toHaveLength(tables.length)
        for (const row of elements.filter(({ tagName }) => tagName === 'tr')) {
          expect(row.childNodes.filter((node) => 'tagName' in node)).toHaveLength(5)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('links to its own sections only, and mentions no account', () => {
    const comment =
      '@team #12 https://evil.example www.evil.example <https://e.example> a@e.example'
    const tables = [
      {
        name: '[x](https://e.example)',
        kind: 'table' as const,
        comment,
        columns: [{ name: '<script>alert(1)</script>', type: { name: 'int' }, comment }],
      },
    ]
    const elements = elementsOf(render(write({ formatVersion: '2.0', databases: [{ tables }] })))
    const links = elements.filter(({ tagName }) => tagName === 'a')
    expect(links.map((link) => attributeOf(link, 'href') ?? attributeOf(link, 'id'))).toEqual([
      expect.stringMatching(/^#t__/),
      expect.stringMatching(/^t__/),
    ])
    expect(elements.map(textOf).join('')).toContain('@team #12 https')
    expect(kindsOf(elements)).not.toContain('script')
  })
})
