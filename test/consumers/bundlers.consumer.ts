import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readForConsumer } from './packages.js'
import { createProjects, README_OUTPUT, withReadmeServer } from './project.js'

let projects: ReturnType<typeof createProjects>

beforeAll(() => {
  projects = createProjects()
})

afterAll(() => projects.remove())

const program = (): Record<string, string> => ({
  'program.ts': readForConsumer('examples/readme/program.ts'),
  'generated/db.ts': readForConsumer('generated/db.ts'),
})

describe('esbuild', () => {
  it('bundles the program of the README, and the bundle runs', async () => {
    const project = await projects.install({ kysely: '0.29.9', esbuild: '0.28.2' }, program())
    const banner =
      "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)"
    const parameters = ['program.ts', '--bundle', '--platform=node', '--format=esm']
    // mysql2 is CommonJS and requires Node's modules, so an ES module bundle has to define `require`.
    await project.run('npx', [
      'esbuild',
      ...parameters,
      `--banner:js=${banner}`,
      '--outfile=out.mjs',
    ])
    const output = await withReadmeServer((url) =>
      project.run('node', ['out.mjs'], { DATABASE_URL: url }),
    )
    expect(output).toBe(README_OUTPUT)
  })
})

describe('Bun', () => {
  it('runs the program of the README as TypeScript', async () => {
    const project = await projects.install({ kysely: '0.29.9', bun: '1.4.5' }, program())
    const output = await withReadmeServer((url) =>
      project.run('npx', ['bun', 'program.ts'], { DATABASE_URL: url }),
    )
    expect(output).toBe(README_OUTPUT)
  })
})

describe('Jest', () => {
  const test = `
    import { MatrixOne } from 'kysely-matrixone'
    test('reads articles', async () => {
      const db = new MatrixOne({ connection: process.env.DATABASE_URL })
      const query = db.selectFrom('articles').selectAll().where('lang', '=', 'en')
      expect(query.compile().sql).toContain('from \`articles\`')
      await db.destroy()
    })
  `
  const config = JSON.stringify({ testEnvironment: 'node', transform: {} })

  it('runs a test of an ES module', async () => {
    const files = { 'db.test.js': test, 'jest.config.json': config }
    const project = await projects.install({ kysely: '0.29.9', jest: '30.5.2' }, files)
    const report = await project.run('npx', ['jest', '--json'], {
      NODE_OPTIONS: '--experimental-vm-modules --no-warnings',
      DATABASE_URL: 'mysql://root:111@127.0.0.1:6001/shop',
    })
    expect(JSON.parse(report)).toMatchObject({ success: true, numPassedTests: 1 })
  })
})
