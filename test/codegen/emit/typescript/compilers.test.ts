/** The emitted files under the flags that forbid the most, on both compilers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emitTypes } from '../../../../codegen/emit/typescript/emit-types.js'
import { Project } from '../../zoo/compile-strictly.js'
import { hostile, magazine } from './models.js'

const versions = ['7', '5.9'] as const
const modern = new Project('emitted', true)
const commonJs = new Project('emitted-commonjs', true)
const commonJsTypes = new Project('emitted-commonjs-types', true)

beforeAll(async () => {
  const [withValue] = await emitTypes(magazine, {})
  const [traps] = await emitTypes(hostile, {})
  const [typesOnly] = await emitTypes(magazine, { schemaValue: false })
  modern.write('magazine.ts', withValue?.text ?? '')
  modern.write('hostile.ts', traps?.text ?? '')
  modern.write(
    'program.ts',
    `import type { SchemaValue } from 'kysely-matrixone'
import { schema } from './magazine.js'
import { schema as hostile } from './hostile.js'
export const values: readonly SchemaValue[] = [schema, hostile]
export const status: 'draft' | 'in review' | 'published' = schema.tables.articles.enums.status[1]
export const dimension: 3 = schema.tables.articles.vectors.embedding.dimension
`,
  )
  commonJs.write('magazine.cts', withValue?.text ?? '')
  commonJsTypes.write('magazine.cts', typesOnly?.text ?? '')
})

afterAll(() => {
  for (const project of [modern, commonJs, commonJsTypes]) project.remove()
})

describe.each(versions)('on TypeScript %s', (version) => {
  it('compiles under isolatedDeclarations, erasableSyntaxOnly and verbatimModuleSyntax, without types of its own', async () => {
    expect(await modern.compile(version)).toBe('')
  }, 120_000)

  it('cannot export a value from CommonJS under verbatimModuleSyntax (the trap)', async () => {
    expect(await commonJs.compile(version)).toMatch(/TS1287/)
  }, 120_000)

  it('compiles there without the schema value', async () => {
    expect(await commonJsTypes.compile(version)).toBe('')
  }, 120_000)
})
