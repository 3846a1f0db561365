/** The type tests of searches on both compilers with the oldest and the newest kysely: what they refuse is refused everywhere. */
import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = fileURLToPath(new URL('output/compilers/', import.meta.url))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The compiler's complaints: '' when every `@ts-expect-error` is one, and nothing else. */
function compile(typescript: string, kysely: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const config = `${folder}${typescript}-${kysely}.json`
  writeFileSync(
    config,
    JSON.stringify({
      extends: `${root}tsconfig.base.json`,
      compilerOptions: {
        noEmit: true,
        declaration: false,
        declarationMap: false,
        paths: { kysely: [`${root}node_modules/${kysely}`] },
      },
      files: ['vector-types', 'text-types', 'hybrid/hybrid-types'].map(
        (name) => `${root}test/search/${name}.test.ts`,
      ),
    }),
  )
  const tsc = `${root}node_modules/${typescript}/bin/tsc`
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, '-p', config], (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    )
  })
}

describe('the misuses of searches', () => {
  it.each([
    ['typescript', 'kysely-0.28'],
    ['typescript-5.9', 'kysely'],
    ['typescript-5.9', 'kysely-0.28'],
  ])(
    'are refused by %s with %s',
    async (typescript, kysely) => {
      expect(await compile(typescript, kysely)).toBe('')
    },
    300_000,
  )
})
