import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emitFiles } from '../../../codegen/emit/typescript/emit-types.js'
import { resolveEmitOptions } from '../../../codegen/emit/typescript/emit-options.js'
import { writeBody } from '../../../codegen/emit/typescript/write-body.js'
import { MemberPositions } from '../../../codegen/workspace/member-positions.js'
import { propertyKey } from '../../../codegen/emit/typescript/identifiers.js'
import { schemaFormatVersion, type TableModel } from '../../../src/schema/schema-model.js'

const int = { name: 'int' }
const table = (name: string, ...columns: readonly string[]): TableModel => ({
  name,
  kind: 'table',
  columns: columns.map((column) => ({ name: column, type: int })),
})
const write = (...tables: readonly TableModel[]): string =>
  writeBody({ formatVersion: schemaFormatVersion, databases: [{ tables }] }, resolveEmitOptions({}))

describe('the positions in a generated file', () => {
  const text = write(table('articles', 'id', 'a-b'), table('authors', 'id'))
  const lineOf = (found: { readonly line: number } | undefined): string =>
    text.split('\n')[(found?.line ?? 0) - 1] ?? ''
  const positions = new MemberPositions([{ shown: 'db.ts', text: text }])

  it('are those of columns, tables and DB, the nearest that is there', () => {
    expect(lineOf(positions.find({ table: 'articles', column: 'a-b' }))).toBe("  'a-b': number")
    expect(lineOf(positions.find({ table: 'articles', column: 'gone' }))).toBe(
      'export interface Articles {',
    )
    expect(lineOf(positions.find({ table: 'authors' }))).toBe('export interface Authors {')
    expect(lineOf(positions.find({ table: 'new' }))).toBe('export interface DB {')
    expect(lineOf(positions.find({}))).toBe('export interface DB {')
    expect(positions.find({ table: 'articles', column: 'id' })?.column).toBe(3)
  })

  it('are found by database and table where there are several databases', () => {
    const several = writeBody(
      {
        formatVersion: schemaFormatVersion,
        databases: [
          { name: 'a', tables: [table('t', 'x')] },
          { name: 'b', tables: [table('t', 'x')] },
        ],
      },
      resolveEmitOptions({}),
    )
    const found = new MemberPositions([{ shown: 'db.ts', text: several }])
    const lines = several.split('\n')
    const { line = 0 } = found.find({ database: 'b', table: 't', column: 'x' }) ?? {}
    expect(lines.slice(0, line).findLast((one) => one.includes('interface'))).toBe(
      'export interface BT {',
    )
  })

  it('are found in the files of a layout with one per table', () => {
    const [index, ...files] = emitFiles(
      { formatVersion: schemaFormatVersion, databases: [{ tables: [table('t', 'x')] }] },
      resolveEmitOptions({ layout: 'file-per-table' }),
      { formatVersion: 2, modelHash: '0'.repeat(16), optionsHash: '0'.repeat(16) },
    ).map(({ path, text: written }) => ({ shown: path, text: written }))
    const all = index === undefined ? files : [index, ...files]
    expect(new MemberPositions(all).find({ table: 't', column: 'x' })).toMatchObject({
      file: 'db/t.ts',
      column: 3,
    })
    expect(new MemberPositions(all).find({ table: 'new' })).toMatchObject({ file: 'db.ts' })
  })

  it('are found after a formatter', () => {
    const laidOut = text
      .replaceAll(/^( +)(.*[^{])$/gm, '$1$1$2;')
      .replaceAll("'", '"')
      .replaceAll('\n', '\r\n')
    const { line = 0 } =
      new MemberPositions([{ shown: 'db.ts', text: laidOut }]).find({
        table: 'articles',
        column: 'a-b',
      }) ?? {}
    expect(laidOut.split('\r\n')[line - 1]).toBe('    "a-b": number;')
  })

  it('are right for every name that a column can have', () => {
    const name = fc.string({ minLength: 1, maxLength: 12, unit: 'binary' })
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 4 }), (names) => {
        const written = write(table('t', ...names))
        const found = new MemberPositions([{ shown: 'db.ts', text: written }])
        for (const column of names) {
          const { line = 0 } = found.find({ table: 't', column }) ?? {}
          expect(written.split('\n')[line - 1]).toBe(`  ${propertyKey(column)}: number`)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('are none in a file without DB', () => {
    expect(
      new MemberPositions([{ shown: 'db.ts', text: 'export const a = 1\n' }]).find({ table: 't' }),
    ).toBeUndefined()
  })
})
