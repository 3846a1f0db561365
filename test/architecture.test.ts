import { describe, expect, it } from 'vitest'
import {
  findCircles,
  type Import,
  importsOf,
  readSource,
  sourceFiles,
} from './support/import-graph.js'

const files = [...sourceFiles('src'), ...sourceFiles('codegen')]
const all = files.flatMap(importsOf)

/** The folders of the runtime: each may import only from what stands to its right, and itself. */
const ORDER =
  'handles search dialect managers bulk time-travel connection schema guards observe wire types sql server options errors'.split(
    ' ',
  )

const placeOf = (path: string): number =>
  ORDER.indexOf(/^src\/([a-z-]+)(?:\/|$)/.exec(path)?.[1] ?? '')

/** A package, or a part of it, that opens connections or exists to query over one. */
const OPENING = /^(mysql2|kysely|kysely-matrixone)(\/(?!schema$)|$)/

function expectNone(imports: readonly Import[]): void {
  expect(imports.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
}

const inside = (folder: string) => (path: string) => path.startsWith(`${folder}/`)

/** Everything that runs or is loaded when one of these files is imported and used. */
function reachedFrom(starts: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>()
  const visit = (file: string): void => {
    if (reached.has(file)) return
    reached.add(file)
    for (const { from, to, typeOnly } of all) if (from === file && !typeOnly) visit(to)
  }
  for (const start of starts) visit(start.replace(/\.ts$/, ''))
  return reached
}

describe('imports', () => {
  it('are found in every form', () => {
    expect(all.length).toBeGreaterThan(1_000)
    expect(all).toContainEqual(
      expect.objectContaining({ from: 'src/handles/database', to: 'kysely' }),
    )
    expect(all.some(({ typeOnly }) => typeOnly)).toBe(true)
    expect(all.some(({ lazy, to }) => lazy && to === 'codegen/emit/typescript/emit-types')).toBe(
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
    // An entry of its own, beside an optional peer.
    const isAdapter = ({ from, to }: { readonly from: string; readonly to: string }): boolean =>
      (from === 'src/langchain' && to.startsWith('@langchain/core/')) ||
      (from === 'src/mastra' && to === '@mastra/core/vector')
    expectNone(
      all.filter((each) => inside('src')(each.from) && !allowed.test(each.to) && !isAdapter(each)),
    )
  })

  it.each(ORDER)('go one way out of src/%s', (folder) => {
    const place = ORDER.indexOf(folder)
    const own = all.filter(({ from }) => placeOf(from) === place)
    expectNone(own.filter(({ to }) => placeOf(to) !== -1 && placeOf(to) < place))
  })

  it('leave out no folder of the runtime', () => {
    const folders = new Set(
      sourceFiles('src').flatMap((path) => /^src\/([a-z-]+)\//.exec(path)?.[1] ?? []),
    )
    folders.delete('testing')
    expect([...folders].filter((folder) => !ORDER.includes(folder))).toEqual([])
  })

  it('keep src/testing alone', () => {
    const testing = inside('src/testing')
    expectNone(all.filter(({ from, to }) => testing(from) && inside('src')(to) && !testing(to)))
    expectNone(all.filter(({ from, to }) => inside('src')(from) && !testing(from) && testing(to)))
  })

  it('keep src/schema to itself: it is the model, and what reads, compares and writes it', () => {
    const others = /^src\/(managers|dialect|connection|search|testing|handles|guards|wire)(\/|$)/
    expectNone(all.filter(({ from, to }) => inside('src/schema')(from) && others.test(to)))
  })

  it('make no circle, types included', () => {
    expect(findCircles(all)).toEqual([])
  })

  it('open a connection in codegen from the folder read only', () => {
    const elsewhere = all.filter(
      ({ from }) => inside('codegen')(from) && !inside('codegen/read')(from),
    )
    expectNone(elsewhere.filter(({ to, typeOnly }) => !typeOnly && OPENING.test(to)))
  })

  it.each(['emit', 'report', 'impact'])('never lead from codegen/%s to a connection', (folder) => {
    const reached = reachedFrom(files.filter(inside(`codegen/${folder}`)))
    expect([...reached].filter((path) => OPENING.test(path))).toEqual([])
    expect([...reached].filter(inside('codegen/read'))).toEqual([])
  })

  it('bring neither kysely nor mysql2 into kysely-matrixone/schema', () => {
    const reached = reachedFrom(['src/schema'])
    expect(reached).toContain('src/schema/snapshot/hash')
    expect([...reached].filter((path) => /^(kysely|mysql2)/.test(path))).toEqual([])
  })

  it('never load ts-morph before a file has to change', () => {
    const eager = all.filter(({ to, typeOnly, lazy }) => to === 'ts-morph' && !typeOnly && !lazy)
    const impact = inside('codegen/impact')
    expectNone(
      eager.filter(
        ({ from }) => !impact(from) && !/import\('ts-morph'\)/.test(readSource(`${from}.ts`)),
      ),
    )
    // All of it is behind one import().
    expectNone(all.filter(({ from, to, lazy }) => impact(to) && !impact(from) && !lazy))
  })
})

describe('files of src and codegen', () => {
  const sizes = files
    .map((path) => ({ path, lines: readSource(path).split('\n').length - 1 }))
    .toSorted((a, b) => a.lines - b.lines)
  const share = (part: number): number => sizes[Math.floor(part * (sizes.length - 1))]?.lines ?? 0

  it('have at most 400 lines', () => {
    expect(sizes.filter(({ lines }) => lines > 400)).toEqual([])
  })

  it('have at most 80 lines in the median, and 200 in nine of ten', () => {
    expect(share(0.5)).toBeLessThanOrEqual(80)
    expect(share(0.9)).toBeLessThanOrEqual(200)
  })
})

describe('findCircles', () => {
  const graph = (...arrows: readonly string[]): readonly Import[] =>
    arrows.map((arrow) => {
      const [from = '', to = ''] = arrow.split('>')
      return { from, to, typeOnly: false, lazy: false }
    })

  it('finds a knot, a pair and a file that imports itself, and nothing else', () => {
    expect(findCircles(graph('a>b', 'b>c', 'a>c', 'c>d'))).toEqual([])
    expect(findCircles(graph('a>b', 'b>c', 'c>a', 'c>d', 'd>e', 'e>d', 'f>f'))).toEqual([
      ['d', 'e'],
      ['a', 'b', 'c'],
      ['f'],
    ])
  })
})
