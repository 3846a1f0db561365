import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../', import.meta.url)

/** The demo's output with a fixed port. */
const settle = (text: string): string => text.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:6001')

/** The block of the README that follows this command. */
function readmeOutput(command: string): string {
  const readme = readFileSync(new URL('README.md', ROOT), 'utf8')
  const block = readme.split('```').find((part) => part.includes(`$ ${command}\n`))
  return block?.slice(block.indexOf('\n', block.indexOf(command)) + 1) ?? ''
}

describe('npm run demo', () => {
  it('plays the recording, prints what the README shows, and ends by itself', () => {
    const output = execFileSync('npm', ['run', '--silent', 'demo'], {
      cwd: fileURLToPath(ROOT),
      encoding: 'utf8',
      env: { ...process.env, MO_URL: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    expect(settle(output)).toBe(settle(readmeOutput('npm ci && npm run demo')))
  })
})

const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8')
const programOf = (page: string): string => /```ts\n(.*?)```/s.exec(page)?.[1] ?? ''

describe('the README', () => {
  const readme = read('README.md')

  it('links only to what is there', () => {
    const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] ?? '')
    expect(links.length).toBeGreaterThan(20)
    expect(links.filter((link) => !existsSync(new URL(link, ROOT)))).toEqual([])
  })

  it.each(['README.md', 'docs/README.md'])('names every page of docs in %s', (index) => {
    const pages = readdirSync(new URL('docs/', ROOT)).filter((name) => name.endsWith('.md'))
    const text = read(index)
    const prefix = index.startsWith('docs/') ? '' : 'docs/'
    const linked = (page: string): boolean => text.includes(`](${prefix}${page})`)
    expect(pages.filter((page) => page !== 'README.md' && !linked(page))).toEqual([])
  })

  it('has a program that compiles against the demo database', () => {
    expect(read('examples/readme/program.ts')).toBe(
      programOf(readme).replace("'./generated/db.js'", "'../../generated/db.js'"),
    )
  })

  it('says which versions the packages accept', () => {
    const { engines, peerDependencies } = JSON.parse(read('src/package.json'))
    expect(engines.node).toBe('>=20.19.0')
    expect(peerDependencies).toEqual({
      '@langchain/core': '^1.0.0',
      '@mastra/core': '^1.21.0',
      kysely: '>=0.28.0 <0.30.0',
      mysql2: '^3.23.1',
    })
    expect(readme).toContain('| Node | 20.19 and later |')
    expect(readme).toContain('| kysely | 0.28 on Node 20; 0.28 or 0.29 on Node 22 and later |')
    expect(readme).toContain('| mysql2 | 3.23.1 and later |')
  })
})

describe('the page of a package', () => {
  it('shows the program of the README', () => {
    expect(programOf(read('src/README.md'))).toBe(programOf(read('README.md')))
  })

  it.each(['src/README.md', 'codegen/README.md'])('%s has no relative link', (page) => {
    expect(read(page).match(/\]\((?!https:)[^)]*\)/g)).toBeNull()
  })
})

describe('the documentation', () => {
  it.each([
    ['frameworks', 'frameworks/db.ts'],
    ['frameworks', 'frameworks/route.ts'],
    ['migrations', 'migrations/migrate.ts'],
    ['migrations', 'migrations/migrations/001-documents.ts'],
  ])('shows on the page %s the tested examples/%s', (page, file) => {
    const example = read(`examples/${file}`).replace(
      "'../../generated/db.js'",
      "'./generated/db.js'",
    )
    expect(read(`docs/${page}.md`)).toContain(example)
  })
})
