import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readForConsumer, writeFiles } from './packages.js'
import { createProjects, KYSELY_VERSIONS, type Project, TYPESCRIPT_VERSIONS } from './project.js'

let projects: ReturnType<typeof createProjects>

beforeAll(() => {
  projects = createProjects()
})

afterAll(() => projects.remove())

const ESM = [
  { module: 'nodenext' },
  { module: 'node16' },
  { module: 'esnext', moduleResolution: 'bundler' },
  { module: 'preserve' },
]

interface CompilerOptions {
  readonly module: string
  readonly moduleResolution?: string
  readonly skipLibCheck?: boolean
}

function configureCompiler(
  project: Project,
  options: CompilerOptions,
  files: readonly string[],
): void {
  writeFiles(project.folder, {
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        target: 'es2022',
        types: ['node'],
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        ...options,
      },
      files,
    }),
  })
}

/** The compiler's complaints, '' when there are none. */
async function compile(
  project: Project,
  options: CompilerOptions,
  files: readonly string[] = ['program.ts', 'plain.ts'],
): Promise<string> {
  configureCompiler(project, options, files)
  return project.run('npx', ['tsc', '-p', '.']).catch((error: unknown) => String(error))
}

const files = (): Record<string, string> => ({
  'program.ts': readForConsumer('test/consumers/types-program.ts'),
  'plain.ts': readForConsumer('test/consumers/plain-kysely.ts'),
  'generated/db.ts': readForConsumer('generated/db.ts'),
})

/** Below kysely 0.28.10 the compiler refuses our typed `deleteFrom`, as the README says. */
const libraryCheckOf = (kysely: string) => ({ skipLibCheck: kysely === '0.28.0' })

const cases = TYPESCRIPT_VERSIONS.flatMap((typescript) =>
  KYSELY_VERSIONS.map((kysely) => ({ typescript, kysely })),
)

describe.each(cases)('TypeScript $typescript with kysely $kysely', ({ typescript, kysely }) => {
  it('compiles ES modules under every resolution', async () => {
    const project = await projects.install({ kysely, typescript }, files())
    const complaints: string[] = []
    for (const options of ESM) {
      complaints.push(await compile(project, { ...options, ...libraryCheckOf(kysely) }))
    }
    expect(complaints).toEqual(ESM.map(() => ''))
  })

  it('compiles CommonJS', async () => {
    const project = await projects.install({ kysely, typescript }, files(), { type: 'commonjs' })
    const libraries = libraryCheckOf(kysely)
    const nodenext = { module: 'nodenext', ...libraries }
    expect(await compile(project, nodenext, ['program.ts'])).toBe('')
    // kysely 0.28 has two builds: a CommonJS program sees one, our ES modules the other.
    const plain = await compile(project, nodenext, ['plain.ts'])
    if (kysely.startsWith('0.28')) expect(plain).toMatch(/^Error: .*'#private'/s)
    else expect(plain).toBe('')
    // node16 stands for Node 16, which could not require an ES module.
    expect(await compile(project, { module: 'node16' })).toContain('TS1479')
    if (typescript.startsWith('7.')) return // has no node10 any more
    const node10 = { module: 'commonjs', moduleResolution: 'node10', ...libraries }
    expect(await compile(project, node10)).toBe('')
  })
})
