import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../', import.meta.url)

/** The demo's output with the port of the day left out. */
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

describe('the README', () => {
  const readme = readFileSync(new URL('README.md', ROOT), 'utf8')

  it('links only to what is there', () => {
    const links = [...readme.matchAll(/\]\(((?:docs|examples)\/[^)#]*)/g)].map(
      (match) => match[1] ?? '',
    )
    expect(links.length).toBeGreaterThan(3)
    expect(links.filter((link) => !existsSync(new URL(link, ROOT)))).toEqual([])
  })

  it('has a program that compiles against the demo database', () => {
    const program = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? ''
    const file = new URL('examples/readme/program.ts', ROOT)
    expect(readFileSync(file, 'utf8')).toBe(
      program.replace("'./generated/db.js'", "'../../generated/db.js'"),
    )
  })
})
