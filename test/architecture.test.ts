import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

interface Import {
  readonly from: string
  /** A path from the root without extension, or a package's name. */
  readonly to: string
  readonly typeOnly: boolean
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => path.endsWith('.ts') && !/(^|\/)(dist|node_modules)\//.test(path))
}

const STATIC = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gms
const DYNAMIC = /\bimport\('([^']+)'\)/g

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const found = [
    ...[...text.matchAll(STATIC)].map((match) => ({ to: match[2] ?? '', typeOnly: !!match[1] })),
    ...[...text.matchAll(DYNAMIC)].map((match) => ({ to: match[1] ?? '', typeOnly: false })),
  ]
  return found.map(({ to, typeOnly }) => ({
    from: file,
    to: to.startsWith('.')
      ? relative(ROOT, join(ROOT, dirname(file), to)).replace(/\.js$/, '')
      : to,
    typeOnly,
  }))
}

const all = [...sourceFiles('src'), ...sourceFiles('codegen')].flatMap(importsOf)

function expectNone(imports: readonly Import[]): void {
  expect(imports.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
}

const inside = (folder: string) => (path: string) => path.startsWith(`${folder}/`)

describe('imports', () => {
  it('are found at all', () => {
    expect(all.length).toBeGreaterThan(100)
    expect(all.some(({ from, to }) => from === 'src/handles/database.ts' && to === 'kysely')).toBe(
      true,
    )
  })

  it('never lead from the runtime to codegen', () => {
    expectNone(
      all.filter(({ from, to }) => inside('src')(from) && /^(codegen\/|mo-codegen)/.test(to)),
    )
  })

  it('bring no dependency into the runtime', () => {
    const allowed = /^(src\/|node:|kysely$|mysql2(\/promise)?$)/
    expectNone(all.filter(({ from, to }) => inside('src')(from) && !allowed.test(to)))
  })

  it.each([
    ['src/sql', /^src\/(managers|dialect|connection|search|testing|handles)/],
    ['src/schema', /^src\/(managers|dialect|connection|search|testing|handles|guards|wire|sql)\//],
    ['src/server', /^src\/(managers|dialect|connection|search|testing|handles)/],
    ['src/types', /^src\/(managers|dialect|connection|search|testing|handles)/],
    ['src/connection', /^src\/(managers|dialect|search|testing|handles)/],
    ['src/dialect', /^src\/(search|testing|handles)/],
    ['src/testing', /^src\/(?!testing\/|errors)/],
  ])('go one way out of %s', (folder, forbidden) => {
    expectNone(all.filter(({ from, to }) => inside(folder)(from) && forbidden.test(to)))
  })

  it('open a connection in codegen from the folder read only', () => {
    const opening = /^(mysql2|kysely|kysely-matrixone)(\/(?!schema$)|$)/
    expectNone(
      all.filter(
        ({ from, to, typeOnly }) =>
          inside('codegen')(from) && !inside('codegen/read')(from) && !typeOnly && opening.test(to),
      ),
    )
  })

  it('bring neither kysely nor mysql2 into kysely-matrixone/schema', () => {
    const reached = new Set<string>()
    const visit = (file: string): void => {
      if (reached.has(file)) return
      reached.add(file)
      for (const { to } of all.filter(({ from, typeOnly }) => from === `${file}.ts` && !typeOnly)) {
        visit(to)
      }
    }
    visit('src/schema')
    expect(reached).toContain('src/schema/snapshot/hash')
    expect([...reached].filter((path) => /^(kysely|mysql2)/.test(path))).toEqual([])
  })

  it('never load ts-morph before a file has to change', () => {
    const text = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
    const eager = all.filter(({ to, typeOnly }) => to === 'ts-morph' && !typeOnly)
    expectNone(eager.filter(({ from }) => !/import\('ts-morph'\)/.test(text(from))))
  })
})
