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
}

function configureCompiler(project: Project, options: CompilerOptions): void {
  writeFiles(project.folder, {
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        target: 'es2022',
        ...options,
        types: ['node'],
        strict: true,
        skipLibCheck: false,
        noEmit: true,
      },
      files: ['program.ts'],
    }),
  })
}

/** The compiler's complaints, '' when there are none. */
async function compile(project: Project, options: CompilerOptions): Promise<string> {
  configureCompiler(project, options)
  return project.run('npx', ['tsc', '-p', '.']).catch((error: unknown) => String(error))
}

const files = (): Record<string, string> => ({
  'program.ts': readForConsumer('test/consumers/types-program.ts'),
  'generated/db.ts': readForConsumer('generated/db.ts'),
})

const cases = TYPESCRIPT_VERSIONS.flatMap((typescript) =>
  KYSELY_VERSIONS.map((kysely) => ({ typescript, kysely })),
)

describe.each(cases)('TypeScript $typescript with kysely $kysely', ({ typescript, kysely }) => {
  it('compiles ES modules under every resolution, libraries checked', async () => {
    const project = await projects.install({ kysely, typescript }, files())
    const complaints: string[] = []
    for (const options of ESM) complaints.push(await compile(project, options))
    expect(complaints).toEqual(ESM.map(() => ''))
  })

  it('compiles CommonJS', async () => {
    const project = await projects.install({ kysely, typescript }, files(), { type: 'commonjs' })
    expect(await compile(project, { module: 'nodenext' })).toBe('')
    // node16 stands for Node 16, which could not require an ES module.
    expect(await compile(project, { module: 'node16' })).toContain('TS1479')
    if (typescript.startsWith('7.')) return // has no node10 any more
    expect(await compile(project, { module: 'commonjs', moduleResolution: 'node10' })).toBe('')
  })
})
