import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serializeSnapshot } from '../../../src/schema/snapshot/snapshot-text.js'
import { magazine } from '../emit/docs/magazine.js'
import { Workspace } from '../cli/run-cli.js'

let work: Workspace
beforeEach(() => {
  work = new Workspace()
  writeFileSync(work.path('schema.json'), serializeSnapshot(magazine))
})
afterEach(() => work.remove())

const text = (name: string): string => readFileSync(work.path(name), 'utf8')

describe('mo-codegen docs', () => {
  it('writes Markdown and a page from a snapshot file, and nothing a second time', async () => {
    const argv = ['docs', '--from', 'schema.json']
    expect(await work.run(argv)).toEqual({
      code: 0,
      stdout: '',
      stderr: 'Wrote schema-docs/README.md.\nWrote schema-docs/index.html.\n',
    })
    expect(text('schema-docs/README.md')).toContain('```mermaid')
    expect(text('schema-docs/index.html')).toContain('<!doctype html>')
    const { mtimeMs } = statSync(work.path('schema-docs/index.html'))
    expect((await work.run(argv)).stderr).toBe(
      'schema-docs/README.md is up to date.\nschema-docs/index.html is up to date.\n',
    )
    expect(statSync(work.path('schema-docs/index.html')).mtimeMs).toBe(mtimeMs)
  })

  it("takes the project's snapshot file with --offline, and the folder of --out-dir", async () => {
    mkdirSync(work.path('generated'))
    writeFileSync(work.path('generated/db.schema.json'), serializeSnapshot(magazine))
    const { code, stderr } = await work.run(['docs', '--offline', '--out-dir', 'site/schema'])
    expect([code, stderr]).toEqual([
      0,
      'Wrote site/schema/README.md.\nWrote site/schema/index.html.\n',
    ])
  })

  it('documents the tables of the patterns only', async () => {
    await work.run(['docs', '--from', 'schema.json', '--include-pattern', 'orders'])
    expect(text('schema-docs/README.md')).not.toContain('articles.')
    expect(text('schema-docs/README.md')).toContain('## orders')
  })

  it('does not overwrite a README that it did not write', async () => {
    mkdirSync(work.path('docs'))
    writeFileSync(work.path('docs/README.md'), '# Ours\n')
    const argv = ['docs', '--from', 'schema.json', '--out-dir', 'docs']
    const { code, stderr } = await work.run(argv)
    expect([code, text('docs/README.md')]).toEqual([2, '# Ours\n'])
    expect(stderr).toContain('docs/README.md was not written by mo-codegen')
    expect((await work.run([...argv, '--force'])).code).toBe(0)
  })
})
