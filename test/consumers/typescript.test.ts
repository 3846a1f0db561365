/**
 * The packed packages under the compilers and settings of their users, with `skipLibCheck: false`,
 * without a registry. `npm run test:consumers` installs them for real.
 */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emitTypes, parseSnapshot } from 'mo-codegen'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  linkPackages,
  packPackages,
  type PackedPackages,
  readForConsumer,
  ROOT,
  writeFiles,
} from './packages.js'

let packed: PackedPackages
const folders: string[] = []

beforeAll(() => {
  packed = packPackages()
})

afterAll(() => {
  packed.remove()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A file of mo-codegen for the demo with a column more, a BLOB. */
async function emitWithBlob(): Promise<string> {
  const snapshot = readForConsumer('generated/db.schema.json').replaceAll(
    /\{"name":"body","type":\{"name":"text"\}\}/g,
    '$&,{"name":"cover","type":{"name":"blob"}}',
  )
  const [file] = await emitTypes(parseSnapshot(snapshot, 'db.schema.json'))
  return file?.text ?? ''
}

interface Settings {
  readonly kysely: '0.28' | '0.29'
  readonly typescript: '5.9' | '7'
  readonly type?: 'commonjs'
  readonly module: string
  readonly moduleResolution?: string
}

const programs = (): Readonly<Record<string, string>> => ({
  'program.ts': readForConsumer('test/consumers/types-program.ts'),
  'plain.ts': readForConsumer('test/consumers/plain-kysely.ts'),
  'generated/db.ts': readForConsumer('generated/db.ts'),
})

/** The compiler's complaints about the programs, '' when there are none. */
function compile(
  settings: Settings,
  files: Readonly<Record<string, string>> = programs(),
  options: object = {},
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'consumer-'))
  folders.push(folder)
  mkdirSync(join(folder, 'node_modules'))
  linkPackages(folder, packed, {
    kysely: settings.kysely === '0.28' ? 'kysely-0.28' : 'kysely',
    mysql2: 'mysql2',
    '@types/node': '@types/node',
  })
  const { module, moduleResolution } = settings
  writeFiles(folder, {
    'package.json': JSON.stringify({ type: settings.type ?? 'module' }),
    ...files,
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        target: 'es2022',
        module,
        ...(moduleResolution === undefined ? {} : { moduleResolution }),
        types: ['node'],
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        ...options,
      },
      files: Object.keys(files).filter((name) => !name.includes('/')),
    }),
  })
  const compiler = settings.typescript === '7' ? 'typescript' : 'typescript-5.9'
  const tsc = join(ROOT, 'node_modules', compiler, 'bin/tsc')
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, '-p', '.'], { cwd: folder }, (_, output) => resolve(output))
  })
}

/** The settings that differ most; `typescript.consumer.ts` has all of them. */
const quick: readonly Settings[] = [
  { typescript: '7', kysely: '0.28', module: 'nodenext' },
  { typescript: '7', kysely: '0.29', module: 'esnext', moduleResolution: 'bundler' },
  {
    typescript: '5.9',
    kysely: '0.28',
    type: 'commonjs',
    module: 'commonjs',
    moduleResolution: 'node10',
  },
]

describe('the packed packages', () => {
  it.each(quick)('compile with %o', async (settings) => {
    expect(await compile(settings)).toBe('')
  })

  it('need no types of Node named for a generated file with a Buffer, as TypeScript 7 has none', async () => {
    const text = await emitWithBlob()
    expect(text).toContain('cover: Buffer')
    const settings = { typescript: '7', kysely: '0.29', module: 'nodenext' } as const
    const files = {
      'program.ts':
        "import type { DB } from './generated/db.js'\nexport type Cover = DB['articles']['cover']\n",
      'generated/db.ts': text,
    }
    expect(await compile(settings, files, { skipLibCheck: true, types: undefined })).toBe('')
  })

  it.each(['src', 'codegen'])('tell node10 where the types of each entry of %s are', (folder) => {
    const { exports, types, typesVersions } = JSON.parse(readForConsumer(`${folder}/package.json`))
    const { '.': main, './package.json': _, ...entries } = exports
    expect(types).toBe(main.types)
    const paths = Object.entries<{ types: string }>(entries).map(([name, entry]) => [
      name.slice(2),
      [entry.types],
    ])
    expect(typesVersions?.['*'] ?? {}).toEqual(Object.fromEntries(paths))
  })
})
