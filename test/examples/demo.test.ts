import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { useServer } from '../support/server.js'
import { runDemo } from '../../examples/demo/run-demo.js'

const server = useServer(import.meta.url)
const ROOT = new URL('../../', import.meta.url)

const generated = (): string[] =>
  ['db.ts', 'db.schema.json'].map((name) =>
    readFileSync(new URL(`generated/${name}`, ROOT), 'utf8'),
  )

describe('the demo', () => {
  it('generates exactly the files that are in generated/', async ({ skip }) => {
    skip(!server.can.returning, 'the demo uses RETURNING')
    const before = generated()
    const lines: string[] = []
    await runDemo(server.url, ROOT, (line) => lines.push(line))
    expect(generated()).toEqual(before)
    expect(lines.join('\n')).toContain('the database at')
  })
})
