import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  compareModels,
  emitTypes,
  hashModel,
  headerOf,
  isUpToDate,
  parseSnapshot,
  run,
  serializeSnapshot,
} from '../../../codegen/index.js'
import { Workspace } from './run-cli.js'
import { shopModel } from './shop-model.js'

const library = new URL('../../../codegen/dist/index.js', import.meta.url)
const list = fileURLToPath(new URL('list-modules.js', import.meta.url))

describe('mo-codegen as a library', () => {
  it('does all that the command line does', async () => {
    const model = parseSnapshot(serializeSnapshot(shopModel()), 'db.json')
    const [file] = await emitTypes(model, { outFile: 'db.ts' })
    expect(file?.path).toBe('db.ts')
    expect(headerOf(file?.text ?? '')).toMatchObject({ formatVersion: 2 })
    expect(isUpToDate(file?.text ?? '', model, {})).toBe(true)
    expect(hashModel(model)).toMatch(/^[0-9a-f]{16}$/)
    expect(compareModels(model, shopModel())).toEqual([])
    let said = ''
    const stream = { write: (text: string) => (said += text) }
    expect(
      await run(['--version'], { stdout: stream, stderr: stream, env: {}, cwd: process.cwd() }),
    ).toBe(0)
    expect(said).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('is imported without kysely, mysql2, ts-morph, jiti or commander', () => {
    const script = `import(${JSON.stringify(library.href)}).then((m) => console.log(typeof m.readSchema))`
    const work = new Workspace()
    const { stdout } = spawnSync(
      process.execPath,
      ['--import', list, '--input-type=module', '-e', script],
      {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], MODULE_LIST: work.path('modules.txt') },
      },
    )
    const modules = readFileSync(work.path('modules.txt'), 'utf8')
    work.remove()
    expect(stdout).toBe('function\n')
    expect(modules).toContain('/codegen/dist/index.js')
    expect(modules).not.toMatch(/\/(kysely|kysely-matrixone|mysql2|ts-morph|jiti|commander)\//)
  })
})
