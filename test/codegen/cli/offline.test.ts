import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serializeSnapshot } from '../../../src/schema/snapshot/snapshot-text.js'
import { Workspace } from './run-cli.js'
import { shopModel } from './shop-model.js'

const codegen = fileURLToPath(new URL('../../../codegen/', import.meta.url))

/** Linux gives a user a network of its own, without any device but a loopback that is down. */
const hasNamespaces = spawnSync('unshare', ['-rn', 'true']).status === 0

let work: Workspace

/** The packed command line alone: no package beside it, neither mysql2 nor kysely nor kysely-matrixone. */
beforeAll(() => {
  work = new Workspace()
  for (const part of ['bin', 'dist/command-line', 'package.json']) {
    cpSync(`${codegen}${part}`, work.path(`installed/${part}`), { recursive: true })
  }
  mkdirSync(work.path('project/generated'), { recursive: true })
  writeFileSync(work.path('project/generated/db.schema.json'), serializeSnapshot(shopModel()))
})
afterAll(() => work.remove())

function run(...argv: readonly string[]) {
  const program = [process.execPath, work.path('installed/bin/mo-codegen.js'), ...argv]
  const [command = '', ...rest] = hasNamespaces ? ['unshare', '-rn', ...program] : program
  const { NODE_PATH: _, NODE_OPTIONS: _options, ...env } = process.env
  return spawnSync(command, rest, { cwd: work.path('project'), encoding: 'utf8', env })
}

describe('without a database, a driver and a network', () => {
  it.skipIf(!hasNamespaces)('has nothing but a loopback that is down', () => {
    const script = "console.log(JSON.stringify(Object.keys(require('os').networkInterfaces())))"
    const found = execFileSync('unshare', ['-rn', process.execPath, '-e', script])
    expect(JSON.parse(String(found))).toEqual([])
  })

  it('types are generated from a snapshot, and checked against it', () => {
    expect(existsSync(work.path('installed/node_modules'))).toBe(false)
    expect(run('generate', '--from', 'generated/db.schema.json')).toMatchObject({
      status: 0,
      stderr: 'Wrote generated/db.ts (2 tables).\n',
    })
    expect(run('check', '--offline')).toMatchObject({
      status: 0,
      stdout: 'No drift: generated/db.ts and generated/db.schema.json agree on 2 tables.\n',
    })
  })

  it('drift between the two files is found', () => {
    const changed = shopModel((columns) => columns.splice(1, 1))
    writeFileSync(work.path('project/generated/db.schema.json'), serializeSnapshot(changed))
    const { status, stdout } = run('check', '--offline')
    expect([status, stdout]).toEqual([1, expect.stringContaining('generated-file-outdated')])
  })

  it('a database cannot be read, which is never taken for no drift', () => {
    const { status } = run('check', '--url', 'mysql://root:111@127.0.0.1:1/x')
    expect(status).toBeGreaterThan(1)
  })
})
