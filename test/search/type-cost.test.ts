/**
 * The cost of search types for the compiler, counted in instantiations: unlike time, they are the same on
 * every machine.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript-5.9'
import { afterAll, describe, expect, it } from 'vitest'

const folder = fileURLToPath(new URL('output/type-cost/', import.meta.url))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Every table can be searched by vectors and by words. */
function writeSchema(tables: number): string {
  const names = Array.from({ length: tables }, (_, at) => `table_${at}`)
  return `import type { Generated, SearchIndexes, Vector, indexes } from 'kysely-matrixone'
${names
  .map(
    (name) => `interface ${name} {
  id: Generated<number>; author_id: number; title: string; body: string; lang: 'en' | 'de'
  embedding: Vector<'f32', 8> | null; image: Vector<'f32', 4>
}`,
  )
  .join('\n')}
export const schema = { tables: {
${names
  .map(
    (name) => `  ${name}: { key: ['id'], vectors: {
    embedding: { element: 'f32', dimension: 8, indexes: [{ name: 'near', algo: 'ivfflat', metric: 'l2' }] },
    image: { element: 'f32', dimension: 4 },
  }, fulltext: { ft: ['title', 'body'] } },`,
  )
  .join('\n')}
} } as const
export interface DB {
${names.map((name) => `  ${name}: ${name}`).join('\n')}
  readonly [indexes]: SearchIndexes<typeof schema>
}
`
}

const QUERIES = 30

const programs = {
  nothing: () => '',
  kysely: (table: string) =>
    `await db.selectFrom('${table}').select(['id', 'title']).where('lang', '=', 'en').orderBy('id').limit(5).execute()`,
  vector: (table: string) =>
    `await db.vectorSearch('${table}', 'embedding', q).select(['id', 'title']).where('lang', '=', 'en').limit(5).execute()`,
  text: (table: string) =>
    `await db.textSearch('${table}', ['title', 'body'], 'a').select(['id', 'title']).where('lang', '=', 'en').limit(5).execute()`,
}

type Program = keyof typeof programs

/** The instantiations of a program of thirty queries, less those of one with none. */
function countOf(program: Program, tables: number): number {
  return instantiationsOf(program, tables) - instantiationsOf('nothing', tables)
}

const counted = new Map<string, number>()

function instantiationsOf(program: Program, tables: number): number {
  const name = `${program}-${tables}`
  const known = counted.get(name)
  if (known !== undefined) return known
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}db-${tables}.ts`, writeSchema(tables))
  const queries = Array.from({ length: QUERIES }, (_, at) =>
    // As many different tables in a large schema as in a small one.
    programs[program](`table_${(at % 20) * (tables / 20)}`),
  )
  const file = `${folder}${name}.ts`
  writeFileSync(
    file,
    `import { MatrixOne } from 'kysely-matrixone'
import { type DB, schema } from './db-${tables}.js'
const db = new MatrixOne<DB>({ connection: { host: '127.0.0.1', port: 1 }, schema })
export const q = new Float32Array(8)
export const name = db.constructor.name
${queries.join('\n')}
`,
  )
  const compiled = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
  })
  const problems = compiled.getSemanticDiagnostics()
  expect(
    problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  ).toEqual([])
  const count = compiled.getInstantiationCount()
  counted.set(name, count)
  return count
}

describe('thirty searches', () => {
  it.each(['vector', 'text'] as const)(
    'cost the compiler the same whatever the number of tables: %s',
    (program) => {
      expect(countOf(program, 100) / countOf(program, 20)).toBeLessThan(1.1)
    },
    120_000,
  )

  it.each(['vector', 'text'] as const)(
    'cost it at most one and a half times what queries of kysely do: %s',
    (program) => {
      for (const tables of [20, 100]) {
        expect(countOf(program, tables) / countOf('kysely', tables)).toBeLessThan(1.5)
      }
    },
    120_000,
  )
})
