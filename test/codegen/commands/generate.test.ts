import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serializeSnapshot } from '../../../src/schema/snapshot/snapshot-text.js'
import { Workspace } from '../cli/run-cli.js'
import { shopModel } from '../cli/shop-model.js'

const formatter = fileURLToPath(new URL('../../../node_modules/oxfmt/bin/oxfmt', import.meta.url))

let work: Workspace
beforeEach(() => {
  work = new Workspace()
  writeFileSync(work.path('shop.json'), serializeSnapshot(shopModel()))
})
afterEach(() => work.remove())

const generate = (...more: readonly string[]) =>
  work.run(['generate', '--from', 'shop.json', '--out-file', 'types/db.ts', ...more])
const text = (): string => readFileSync(work.path('types/db.ts'), 'utf8')

describe('generate from a snapshot', () => {
  it('writes the types, makes the folder and says so on stderr', async () => {
    expect(await generate()).toEqual({
      code: 0,
      stdout: '',
      stderr: 'Wrote types/db.ts (2 tables).\n',
    })
    expect(text()).toContain('export interface Articles')
    expect(readdirSync(work.path('types'))).toEqual(['db.ts'])
  })

  it('is the default command', async () => {
    const { code } = await work.run(['--from', 'shop.json', '--out-file', 'types/db.ts'])
    expect(code).toBe(0)
    expect(text()).toContain('export interface Articles')
  })

  it('writes nothing again and keeps the time of an unchanged file', async () => {
    await generate()
    const long = new Date(1_000_000_000_000)
    utimesSync(work.path('types/db.ts'), long, long)
    expect((await generate()).stderr).toBe('types/db.ts is up to date (2 tables).\n')
    expect(statSync(work.path('types/db.ts')).mtime).toEqual(long)
  })

  it('keeps a symbolic link one, also to a file that is still to come', async () => {
    mkdirSync(work.path('types'))
    mkdirSync(work.path('shared'))
    symlinkSync('../shared/link.ts', work.path('types/db.ts'))
    symlinkSync('kysely.ts', work.path('shared/link.ts'))
    expect(await generate()).toMatchObject({ code: 0 })
    expect(lstatSync(work.path('types/db.ts')).isSymbolicLink()).toBe(true)
    expect(readFileSync(work.path('shared/kysely.ts'), 'utf8')).toContain('interface Articles')
    await generate('--singularize')
    expect(lstatSync(work.path('shared/link.ts')).isSymbolicLink()).toBe(true)
    expect(readFileSync(work.path('shared/kysely.ts'), 'utf8')).toContain('interface Article ')
  })

  it.runIf(process.platform !== 'win32')(
    'leaves the permissions of a file as they are',
    async () => {
      await generate()
      chmodSync(work.path('types/db.ts'), 0o664)
      await generate('--singularize')
      expect(text()).toContain('interface Article ')
      expect(statSync(work.path('types/db.ts')).mode & 0o777).toBe(0o664)
    },
  )

  it('replaces a file at once: a program that has it open reads the old text to its end', async () => {
    await generate()
    const before = text()
    const open = openSync(work.path('types/db.ts'), 'r')
    await generate('--singularize')
    expect(readFileSync(open, 'utf8')).toBe(before)
    closeSync(open)
    expect(text()).not.toBe(before)
    expect(readdirSync(work.path('types'))).toEqual(['db.ts'])
  })

  it('takes a checkout with other line ends and a byte order mark for unchanged', async () => {
    await generate()
    writeFileSync(work.path('types/db.ts'), `\uFEFF${text().replaceAll('\n', '\r\n')}`)
    expect((await generate()).stderr).toContain('up to date')
  })

  it('leaves the layout of a formatter alone', async () => {
    await generate()
    const written = text()
    const wish = '{"semi":true,"singleQuote":false,"useTabs":true,"printWidth":60}'
    writeFileSync(work.path('.oxfmtrc.json'), wish)
    execFileSync(process.execPath, [formatter, 'types/db.ts'], { cwd: work.folder })
    const formatted = text()
    expect(formatted).not.toBe(written)
    expect((await generate()).stderr).toContain('up to date')
    expect(text()).toBe(formatted)
  })

  it('overwrites edits by hand and says so', async () => {
    await generate()
    const written = text()
    writeFileSync(work.path('types/db.ts'), written.replace('title: string', 'title: number'))
    expect((await generate()).stderr).toContain('types/db.ts was edited by hand')
    expect(text()).toBe(written)
  })

  it('overwrites what a merge has left of a generated file, and keeps the comments above', async () => {
    await generate()
    const written = text()
    const header = /^\/\/ format .*$/m
    const conflict = '<<<<<<< HEAD\n$&\n=======\n$&\n>>>>>>> other'
    writeFileSync(work.path('types/db.ts'), `// Licence\n${written.replace(header, conflict)}`)
    expect((await generate()).stderr).toContain('types/db.ts had merge conflict markers')
    expect(text()).toBe(`// Licence\n${written}`)
    writeFileSync(work.path('types/db.ts'), written.replace(header, '// format what'))
    expect((await generate()).stderr).toContain('types/db.ts was edited by hand')
    expect(text()).toBe(written)
  })

  it('writes again when an option changes what columns read as', async () => {
    await generate()
    writeFileSync(work.path('mo-codegen.config.json'), '{"types":{"bigint":"string"}}')
    expect((await generate()).stderr).toContain('Wrote types/db.ts')
    expect(text()).toContain('BigInteger<string>')
  })

  it('prints to stdout and writes no file', async () => {
    const { code, stdout, stderr } = await generate('--print')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('export interface Articles')
    expect(readdirSync(work.folder)).toEqual(['shop.json'])
  })

  it('applies table patterns', async () => {
    await generate('--exclude-pattern', 'title?')
    expect(text()).not.toContain('Titles')
  })
})

describe("kysely's own tables", () => {
  const [shop] = shopModel().databases
  const [articles] = shop?.tables ?? []
  const named = (name: string) => ({ ...articles, name, kind: 'table' as const, columns: [] })

  beforeEach(() => {
    const tables = ['kysely_migration', 'kysely_migration_lock', 'kysely_things'].map(named)
    writeFileSync(
      work.path('shop.json'),
      serializeSnapshot({ formatVersion: '2.0', databases: [{ tables }] }),
    )
  })

  it('are left out', async () => {
    await generate()
    expect(text()).not.toContain('KyselyMigration')
    expect(text()).toContain('KyselyThings')
  })

  it('are taken by a flag or the configuration', async () => {
    await generate('--migration-tables')
    expect(text()).toContain('KyselyMigrationLock')
    writeFileSync(work.path('mo-codegen.config.json'), '{"migrationTables":true}')
    expect((await generate()).stderr).toContain('up to date')
  })
})

describe('a name that is about no table', () => {
  it('is an error that names all of them', async () => {
    writeFileSync(
      work.path('mo-codegen.config.json'),
      '{"interfaceNames":{"artciles":"Story","titles":"Headlines"}}',
    )
    const { code, stderr } = await generate(
      '--include-pattern',
      '*',
      '--include-pattern',
      'nope*',
      '--exclude-pattern',
      'titels',
    )
    expect([code, stderr]).toEqual([
      2,
      [
        'mo-codegen: The include pattern nope* matches no table.',
        'The exclude pattern titels matches no table. Did you mean titles?',
        'The key of interfaceNames artciles matches no table. Did you mean articles?',
        '',
      ].join('\n'),
    ])
  })

  it('may be a table that was left out', async () => {
    writeFileSync(work.path('mo-codegen.config.json'), '{"interfaceNames":{"titles":"Headlines"}}')
    expect((await generate('--exclude-pattern', 'titles')).code).toBe(0)
  })

  it.each(['tmp_*', 'tmp'])(
    'may be %s in the configuration: a snapshot file has no table that was left out',
    async (pattern) => {
      writeFileSync(work.path('mo-codegen.config.json'), JSON.stringify({ exclude: [pattern] }))
      expect((await generate()).code).toBe(0)
      expect((await generate('--exclude-pattern', pattern)).code).toBe(2)
    },
  )
})

describe('generate refuses, and overwrites nothing, when', () => {
  it('a file that it did not write is in the way', async () => {
    mkdirSync(work.path('types'))
    writeFileSync(work.path('types/db.ts'), 'export interface Mine {}\n')
    const { code, stderr } = await generate()
    expect(code).toBe(2)
    expect(stderr).toBe(
      'mo-codegen: types/db.ts was not written by mo-codegen, so it is not overwritten.\nChoose another file with --out-file, or overwrite it with --force.\n',
    )
    expect(text()).toBe('export interface Mine {}\n')
    expect((await generate('--force')).code).toBe(0)
    expect(text()).toContain('export interface Articles')
  })

  it('a JSON file that it did not write is where the snapshot goes', async () => {
    writeFileSync(work.path('package.json'), '{"name":"mine"}')
    for (const command of ['generate', 'snapshot']) {
      const { code, stderr } = await work.run([
        command,
        '--url',
        'mysql://root@127.0.0.1:1/never-asked',
        '--snapshot-file',
        'package.json',
      ])
      expect([code, stderr]).toEqual([
        2,
        'mo-codegen: package.json was not written by mo-codegen, so it is not overwritten.\nChoose another file with --snapshot-file, or overwrite it with --force.\n',
      ])
    }
    expect(readFileSync(work.path('package.json'), 'utf8')).toBe('{"name":"mine"}')
  })

  it('an option cannot be written as TypeScript', async () => {
    writeFileSync(
      work.path('mo-codegen.config.json'),
      '{"interfaceNames":{"articles":"not a name"}}',
    )
    const { code, stderr } = await generate()
    expect(code).toBe(2)
    expect(stderr).toContain('not a name')
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(readdirSync(work.folder)).not.toContain('types')
  })

  it('the folder cannot be written', async () => {
    writeFileSync(work.path('types'), 'a file')
    const { code, stderr } = await generate()
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^mo-codegen: types\/db\.ts cannot be written: [^\n]+\nChoose another place\.\n$/,
    )
    expect(readFileSync(work.path('types'), 'utf8')).toBe('a file')
  })

  it('the snapshot is missing', async () => {
    const { code, stderr } = await work.run(['--from', 'gone.json'])
    expect([code, stderr]).toEqual([
      2,
      'mo-codegen: There is no snapshot file gone.json.\nWrite one with: mo-codegen snapshot --snapshot-file gone.json\n',
    ])
  })

  it('the snapshot is damaged', async () => {
    await generate()
    const before = text()
    writeFileSync(work.path('shop.json'), '{"formatVersion":1')
    const { code, stderr } = await generate()
    expect(code).toBe(2)
    expect(stderr).toMatch(/^mo-codegen: shop\.json is damaged: [^\n]+\nRestore it[^\n]+\n$/)
    expect(text()).toBe(before)
  })

  it('no table is left, unless that is said to be right', async () => {
    const { code, stderr } = await generate('--include-pattern', 'nothing')
    expect([code, stderr]).toEqual([
      2,
      'mo-codegen: No table was found in shop.json for the patterns nothing.\nCheck the database and the patterns, or accept this with --allow-empty.\n',
    ])
    expect((await generate('--include-pattern', 'nothing', '--allow-empty')).code).toBe(0)
  })

  it('no database is named', async () => {
    const { code, stderr } = await work.run(['generate'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^mo-codegen: No database was named\.\nSet DATABASE_URL[^\n]+\n$/)
  })
})

describe('the schema value', () => {
  const mixed = (): void => {
    const model = shopModel()
    const [database] = model.databases
    const [articles] = database?.tables ?? []
    const columns = [...(articles?.columns ?? []), { name: 'PenName', type: { name: 'text' } }]
    const tables = [{ name: 'Mixed', kind: 'table' as const, columns }]
    writeFileSync(
      work.path('shop.json'),
      serializeSnapshot({ ...model, databases: [{ ...database, tables }] }),
    )
  }

  it('is left out with --no-schema-value, and by the configuration', async () => {
    await generate()
    expect(text()).toContain('export const schema = {')
    await generate('--no-schema-value')
    expect(text()).not.toContain('const schema')
    writeFileSync(work.path('mo-codegen.config.json'), '{ "schemaValue": false }')
    expect((await generate()).stderr).toContain('up to date')
  })

  it('is missed once, when a file with capitals is written without it', async () => {
    mixed()
    expect((await generate()).stderr).toBe('Wrote types/db.ts (1 table).\n')
    const { stderr } = await generate('--no-schema-value')
    expect(stderr).toContain('Mixed has column names with capitals, which selectAll()')
    expect((await generate('--no-schema-value')).stderr).not.toContain('capitals')
  })

  it('takes how single columns are read from the configuration', async () => {
    const config = { columnTypes: { 'articles.id': 'bigint' } }
    writeFileSync(work.path('mo-codegen.config.json'), JSON.stringify(config))
    await generate()
    expect(text()).toContain('BigInteger<bigint>')
    expect(text()).toContain("types: { id: 'bigint' }")
    writeFileSync(
      work.path('mo-codegen.config.json'),
      '{ "columnTypes": { "articles.no": "bigint" } }',
    )
    expect(await generate()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        "columnTypes names 'articles.no', and there is no such column",
      ),
    })
  })
})
