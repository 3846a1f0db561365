import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outlineOf } from '../../../../codegen/emit/docs/outline.js'
import { writePage } from '../../../../codegen/emit/docs/write-page.js'
import { printableLines } from '../../../../codegen/report/printable.js'
import type { SchemaModel } from '../../../../src/schema/schema-model.js'
import { hostileModel } from '../typescript/hostile-model.js'
import { attributeOf, dangersOf, type Element, elementsOf, kindsOf, textOf } from './page.js'
import { magazine } from './magazine.js'

const pageOf = (model: SchemaModel): string => writePage(outlineOf(model), 'ours')
const own = kindsOf(elementsOf(pageOf(magazine)))

describe('the page of a schema', () => {
  it('has the script and the style that its policy names by hash, and allows nothing else', () => {
    const elements = elementsOf(pageOf(magazine))
    const policy = elements.find(
      (one) => attributeOf(one, 'http-equiv') === 'Content-Security-Policy',
    )
    const hash = (tag: string): string => {
      const found = elements.filter(({ tagName }) => tagName === tag)
      expect(found).toHaveLength(1)
      const text = found.map(textOf).join('')
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
    }
    expect(policy && attributeOf(policy, 'content')).toBe(
      `default-src 'none'; style-src ${hash('style')}; script-src ${hash('script')}; base-uri 'none'; form-action 'none'`,
    )
    expect(dangersOf(elements)).toEqual([])
    expect(own).not.toContain('link')
    expect(own).not.toContain('img')
  })

  it('shows columns, comments, keys, both kinds of search indexes and who refers to a table', () => {
    const [body] = elementsOf(pageOf(magazine)).filter(({ tagName }) => tagName === 'main')
    const text = body === undefined ? '' : textOf(body)
    for (const shown of [
      'The articles of the magazine 📰',
      'vecf32(8)',
      'idx_embedding (embedding), ivfflat, l2, 8 dimensions, lists=2',
      'ft_title_body (title, body), parser ngram',
      'Referenced by orders (article_id)',
      'as (words div 200 + 1) stored',
      'View, read-only',
      'select a.id from articles a',
    ]) {
      expect(text).toContain(shown)
    }
  })

  it('names the letters of the picture, and leads past menu and boxes by keyboard', () => {
    const elements = elementsOf(pageOf(magazine))
    const having = (name: string, value: string): readonly Element[] =>
      elements.filter((one) => attributeOf(one, name)?.split(' ').includes(value))
    expect(having('class', 'legend').map(textOf).join()).toContain('PK primary key FK foreign key')
    const [skip] = having('class', 'skip')
    expect(having('id', (skip && attributeOf(skip, 'href'))?.slice(1) ?? '')).toHaveLength(1)
    // The menu has the same links.
    const boxes = having('class', 'box')
    expect(boxes.length).toBe(magazine.databases[0]?.tables.length)
    expect(boxes.map((one) => attributeOf(one, 'tabindex'))).toEqual(boxes.map(() => '-1'))
  })

  it('says so when there is no table', () => {
    const empty: SchemaModel = { formatVersion: '2.0', databases: [{ tables: [] }] }
    const elements = elementsOf(pageOf(empty))
    expect(kindsOf(elements)).not.toContain('svg')
    const text = elements.map(textOf).join('')
    expect(text).toContain('0 tables')
    expect(text).toContain('The schema has no tables.')
  })

  it('is made of the same elements whatever the names and comments are, and runs none of them', () => {
    fc.assert(
      fc.property(hostileModel, (model) => {
        const elements = elementsOf(pageOf(model))
        expect(kindsOf(elements).filter((kind) => !own.includes(kind))).toEqual([])
        expect(dangersOf(elements)).toEqual([])
        const ids = elements.map((one) => attributeOf(one, 'id')).filter((id) => id !== undefined)
        expect(new Set(ids).size).toBe(ids.length)
        const headings = elements
          .filter(({ tagName }) => tagName === 'h2')
          .map((heading) => textOf(heading.childNodes[0] ?? heading))
        const names = model.databases.flatMap(({ tables }) => tables.map(({ name }) => name))
        expect(headings).toEqual(
          names.map((name) => printableLines(name.replaceAll(/\r\n?/g, '\n'))),
        )
      }),
    )
  })
})
