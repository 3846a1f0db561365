/**
 * Every ```` ```ts ```` block of the documentation compiles, together with the earlier blocks of its
 * page whose names it uses; `preamble.ts` says what blocks may use without an import. Excerpts that
 * are not programs of their own stand in ```` ```typescript ````.
 */
import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { databaseModule, modules, preamble } from './preamble.js'

const ROOT = new URL('../../', import.meta.url)
/** Ignored by git; within the repository, so that packages are found. */
const OUTPUT = new URL('output/', import.meta.url)

const tsconfig = {
  extends: '../../../tsconfig.base.json',
  compilerOptions: {
    noEmit: true,
    declaration: false,
    declarationMap: false,
    lib: ['ES2023', 'ESNext.Disposable'],
    paths: {
      'kysely-matrixone': ['../../../src/index.ts'],
      'kysely-matrixone/langchain': ['../../../src/langchain.ts'],
      'kysely-matrixone/mastra': ['../../../src/mastra.ts'],
      'kysely-matrixone/opentelemetry': ['../../../src/opentelemetry.ts'],
      'kysely-matrixone/metadata': ['../../../src/metadata.ts'],
      'kysely-matrixone/testing': ['../../../src/testing/index.ts'],
      'mo-codegen': ['../../../codegen/index.ts'],
    },
  },
  include: ['**/*'],
}

const pages = readdirSync(new URL('docs/', ROOT), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => name.replaceAll('\\', '/'))
  .toSorted()

interface Block {
  /** Of its first line in the page, from 0. */
  readonly start: number
  readonly lines: readonly string[]
  readonly declares: readonly string[]
}

const declaration =
  /^(?:export )?(?:async )?(?:const|let|function|class|interface|import|type) (?:type )?(\{[^}]*\}|\[[^\]]*\]|\w+)/gm

function blocksOf(markdown: string): readonly Block[] {
  const lines = markdown.split('\n')
  return lines.flatMap((line, index) => {
    if (line !== '```ts') return []
    const own = lines.slice(index + 1, lines.indexOf('```', index))
    const declared = [...own.join('\n').matchAll(declaration)].flatMap(
      (match) => match[1]?.match(/\w+/g) ?? [],
    )
    return [{ start: index + 1, lines: own, declares: declared }]
  })
}

/** A block and the ones before it that it builds on, each on its own lines, the rest blank. */
function toModule(blocks: readonly Block[], block: Block): string {
  const parts = [block]
  const have = new Set(block.declares)
  for (const earlier of blocks.filter(({ start }) => start < block.start).toReversed()) {
    const needed = earlier.declares.some((name) =>
      parts.some(({ lines }) => new RegExp(`\\b${name}\\b`).test(lines.join('\n'))),
    )
    if (!needed || earlier.declares.some((name) => have.has(name))) continue
    parts.push(earlier)
    for (const name of earlier.declares) have.add(name)
  }
  const text: string[] = []
  for (const { start, lines } of parts) lines.forEach((line, index) => (text[start + index] = line))
  return `${Array.from(text, (line) => line ?? '').join('\n')}\nexport {}\n`
}

function compile(): Promise<string> {
  const tsc = fileURLToPath(new URL('node_modules/typescript/bin/tsc', ROOT))
  const parameters = [tsc, '-p', fileURLToPath(OUTPUT), '--pretty', 'false']
  return new Promise((resolve) => {
    execFile(process.execPath, parameters, { cwd: fileURLToPath(OUTPUT) }, (_, output) =>
      resolve(output),
    )
  })
}

let errors: readonly string[]

beforeAll(async () => {
  rmSync(OUTPUT, { recursive: true, force: true })
  const write = (name: string, text: string): void => {
    const file = fileURLToPath(new URL(name, OUTPUT))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  write('tsconfig.json', JSON.stringify(tsconfig))
  write('preamble.d.ts', preamble)
  write('modules.d.ts', modules)
  write('generated/db.ts', "export * from '../../../../generated/db.js'\n")
  write('db.ts', databaseModule)
  for (const page of pages) {
    const blocks = blocksOf(readFileSync(new URL(`docs/${page}`, ROOT), 'utf8'))
    blocks.forEach((block, index) => write(`${page}.${index + 1}.ts`, toModule(blocks, block)))
  }
  errors = (await compile()).split('\n').filter((line) => !/^(\.\.|\s|$)/.test(line))
}, 180_000)

describe('the documentation', () => {
  it('has pages with programs', () => {
    const blocks = pages.filter((page) =>
      readFileSync(new URL(`docs/${page}`, ROOT), 'utf8').includes('```ts\n'),
    )
    expect(blocks.length).toBeGreaterThan(10)
  })

  it('is preceded by a preamble that compiles', () => {
    expect(errors.filter((line) => !/\.md\.\d+\.ts\(/.test(line))).toEqual([])
  })

  it.each(pages)('%s compiles', (page) => {
    const own = errors.filter((line) => line.startsWith(`${page}.`))
    expect(own.map((line) => line.replace(/\.md\.\d+\.ts\(/, '.md('))).toEqual([])
  })
})
