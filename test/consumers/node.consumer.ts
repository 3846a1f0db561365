import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readForConsumer } from './packages.js'
import { createProjects, NODE_VERSIONS, README_OUTPUT, withReadmeServer } from './project.js'

let projects: ReturnType<typeof createProjects>

beforeAll(() => {
  projects = createProjects()
})

afterAll(() => projects.remove())

const files = (): Record<string, string> => {
  const program = readForConsumer('examples/dist/examples/readme/program.js')
  const required = program
    .replaceAll(/^import (\{.*?\}) from ('.*?')/gm, 'const $1 = require($2)')
    .replaceAll(/^(export \{.*|\/\/#.*)$/gm, '')
  return {
    'program.js': program,
    'generated/db.js': readForConsumer('examples/dist/generated/db.js'),
    'required.cjs': `;(async () => {\n${required}\n})()\n`,
    'version.js': `
      import { readFileSync } from 'node:fs'
      const file = new URL('node_modules/kysely/package.json', import.meta.url)
      console.log(JSON.parse(readFileSync(file, 'utf8')).version)
    `,
  }
}

describe.each(NODE_VERSIONS)('Node %s', (node) => {
  it('runs the program of the README, imported and required', async () => {
    const kysely = '>=0.28.0 <0.30.0'
    const project = await projects.install({ kysely }, files(), { node })
    for (const file of ['program.js', 'required.cjs']) {
      const output = await withReadmeServer((url) =>
        project.run('node', [file], { DATABASE_URL: url }),
      )
      expect(output).toBe(README_OUTPUT)
    }
    const version = await project.run('node', ['version.js'])
    // Which of both Node 22 and later get, the registry decides by what it calls the latest one.
    expect(version).toMatch(node.startsWith('20.') ? /^0\.28\./ : /^0\.2[89]\./)
    expect(await project.run('npx', ['mo-codegen', '--help'])).toContain('Usage: mo-codegen')
  })
})
