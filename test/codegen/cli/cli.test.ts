import { spawnSync } from 'node:child_process'
import {
  closeSync,
  cpSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { explainFailure } from '../../../codegen/commands/explain-failure.js'
import { version } from '../../../codegen/version.js'
import { serializeSnapshot } from '../../../src/schema/snapshot/snapshot-text.js'
import { commandNames } from '../../../codegen/config/option-row.js'
import { Workspace, type CommandResult } from './run-cli.js'
import { shopModel } from './shop-model.js'

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const bin = file('../../../codegen/bin/mo-codegen.js')

let work: Workspace
beforeEach(() => {
  work = new Workspace()
  writeFileSync(work.path('shop.json'), serializeSnapshot(shopModel()))
})
afterEach(() => work.remove())

describe('the command line', () => {
  it('explains commands, flags and exit codes', async () => {
    const { code, stdout, stderr } = await work.run(['--help'])
    expect([code, stderr]).toEqual([0, ''])
    for (const word of [
      'generate',
      'check',
      'snapshot',
      '--url',
      '--include-pattern',
      'Exit codes',
    ]) {
      expect(stdout).toContain(word)
    }
    expect((await work.run(['check', '--help'])).stdout).toContain('--fail-on')
  })

  it('ends with one exit code for each way that a check can end', async () => {
    await work.run(['--from', 'shop.json'])
    const codes = async (...argvs: readonly (readonly string[])[]): Promise<readonly number[]> =>
      Promise.all(argvs.map(async (argv) => (await work.run(['check', ...argv])).code))
    expect(await codes(['--from', 'shop.json'])).toEqual([0])
    const changed = serializeSnapshot(shopModel((columns) => void columns.pop()))
    writeFileSync(work.path('changed.json'), changed)
    expect(await codes(['--from', 'changed.json'])).toEqual([1])
    expect(
      await codes(
        ['--no-such-flag'],
        ['--from', 'gone.json'],
        ['--from', 'shop.json', '--include-pattern', 'no_such_table'],
        [],
      ),
    ).toEqual([2, 2, 2, 2])
    expect(await codes(['--url', 'mysql://root:x@127.0.0.1:1/shop'])).toEqual([3])
    const stderr = { write: () => undefined }
    const context = { logLevel: 'info', urls: [] } as const
    expect(explainFailure(new TypeError('x is not a function'), { stderr }, context)).toBe(4)
  })

  it('knows its version', async () => {
    const { version: packaged } = JSON.parse(
      readFileSync(file('../../../codegen/package.json'), 'utf8'),
    ) as { version: string }
    expect(version).toBe(packaged)
    expect(await work.run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  it.each([
    [['--ur', 'x'], "unknown option '--ur'\nDid you mean --url?"],
    [['check', '--offlin'], "unknown option '--offlin'\nDid you mean --offline?"],
    [
      ['--type-mapping', '{}'],
      "unknown option '--type-mapping'\nThat is types, columnTypes and overrides in the configuration file.",
    ],
    [
      ['--dialect=mysql'],
      "unknown option '--dialect=mysql'\nLeave it out: MatrixOne is the only one.",
    ],
    [
      ['--runtime-enums=pascal-case'],
      "unknown option '--runtime-enums=pascal-case'\nWrite --runtime-enums without a value: members are called as they are in the database.",
    ],
    [
      ['--runtime-enums', 'screaming-snake-case'],
      "unknown command or argument 'screaming-snake-case'\nWrite --runtime-enums without a value: members are called as they are in the database.",
    ],
    [['generate', 'check'], 'generate and check are both commands, and one runs at a time.'],
    [['chek'], "unknown command or argument 'chek'\nDid you mean check?"],
    [
      ['check', 'it'],
      `unknown command or argument 'it'\nThe commands are ${commandNames.join(', ')}.`,
    ],
    [['--url'], "option '--url <url>' argument missing\nSee mo-codegen --help."],
    [['--migrations', 'x'], "unknown option '--migrations'\n--migrations is a flag of check."],
    [
      ['snapshot', '--fail-on=any'],
      "unknown option '--fail-on=any'\n--fail-on is a flag of check, diff.",
    ],
    [
      ['--log-level', 'loud'],
      "option '--log-level <level>' argument 'loud' is invalid. Allowed choices are silent, error, warn, info, debug.\nSee mo-codegen --help.",
    ],
  ])('refuses %j with exit code 2', async (argv, message) => {
    expect(await work.run(argv)).toEqual({
      code: 2,
      stdout: '',
      stderr: `mo-codegen: ${message}\n`,
    })
  })

  it('finds the command behind its options too', async () => {
    const expected = await work.run(['check', '--from', 'shop.json', '--only', 'types'])
    expect(await work.run(['--from', 'shop.json', '--only', 'types', 'check'])).toEqual(expected)
    expect((await work.run(['--url', 'mysql://x/y', 'check', '--help'])).stdout).toContain(
      '--fail-on',
    )
  })

  it('names a missing --env-file in one line', async () => {
    expect(await work.run(['--env-file', 'nosuch.env'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'mo-codegen: --env-file names nosuch.env, which cannot be read (ENOENT).\n',
    })
  })

  it('mentions a .env that was not read when no database was named', async () => {
    expect((await work.run([])).stderr).not.toContain('.env')
    writeFileSync(work.path('.env'), 'DATABASE_URL=mysql://h/x\n')
    expect((await work.run([])).stderr).toContain(
      'The file .env in this folder was not read; --env-file .env reads it.\n',
    )
  })

  it('writes types into a TypeScript file only, and says where JSON goes', async () => {
    for (const name of ['foo.json', 'types']) {
      const { code, stderr } = await work.run(['--from', 'shop.json', '--out-file', name])
      expect([code, stderr]).toEqual([
        2,
        'mo-codegen: --out-file must be a TypeScript file (.ts, .mts, .cts); --snapshot-file is the JSON.\n',
      ])
    }
  })

  it('says nothing when told to be silent, and keeps the exit code', async () => {
    const silently = (...argv: readonly string[]) => work.run(['--log-level', 'silent', ...argv])
    expect(await silently('--from', 'gone.json')).toEqual({ code: 2, stdout: '', stderr: '' })
    await work.run(['--from', 'shop.json'])
    for (const reporter of ['text', 'json']) {
      const flags = ['check', '--from', 'shop.json', '--reporter', reporter]
      expect(await silently(...flags)).toEqual({ code: 0, stdout: '', stderr: '' })
    }
    expect((await silently('--from', 'shop.json', '--print')).stdout).toContain('interface')
  })

  it('shows stack traces only for debugging', async () => {
    const plain = await work.run(['--from', 'gone.json'])
    expect(plain.stderr).not.toMatch(/\n\s+at /)
    const debugging = await work.run(['--from', 'gone.json', '--log-level', 'debug'])
    expect(debugging.stderr).toMatch(/\n\s+at /)
  })
})

describe('the installed program', () => {
  const start = (...argv: readonly string[]): CommandResult & { readonly modules: string } => {
    const list = work.path('modules.txt')
    writeFileSync(list, '')
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', file('list-modules.js'), bin, ...argv],
      { cwd: work.folder, encoding: 'utf8', env: { PATH: process.env['PATH'], MODULE_LIST: list } },
    )
    return { code: status ?? -1, stdout, stderr, modules: readFileSync(list, 'utf8') }
  }

  it('shows the help without what a command needs', () => {
    const { code, modules } = start('--help')
    expect(code).toBe(0)
    expect(modules).toContain('/command-line/start.cjs')
    expect(modules).not.toMatch(
      /\/command-line\/(run|emit-types)|\/(kysely|mysql2|ts-morph|jiti)\//,
    )
  })

  it('works offline without kysely, mysql2 and the parser of ts-morph, whether it writes or not', () => {
    const first = start('generate', '--from', 'shop.json')
    expect(first).toMatchObject({ code: 0, stderr: 'Wrote generated/db.ts (2 tables).\n' })
    const second = start('generate', '--from', 'shop.json')
    expect(second).toMatchObject({ code: 0, stderr: 'generated/db.ts is up to date (2 tables).\n' })
    const third = start('check', '--from', 'shop.json')
    expect(third.code).toBe(0)
    for (const { modules } of [first, second, third]) {
      expect(modules).toContain('/command-line/run.cjs')
      expect(modules).not.toMatch(/\/(kysely|kysely-matrixone|mysql2|ts-morph)\/|\/src\/dist\//)
    }
  })

  it('names a package that is not installed, and does not blame the database', () => {
    cpSync(file('../../../codegen/bin'), work.path('node_modules/mo-codegen/bin'), {
      recursive: true,
    })
    const built = 'dist/command-line'
    cpSync(file(`../../../codegen/${built}`), work.path(`node_modules/mo-codegen/${built}`), {
      recursive: true,
    })
    writeFileSync(work.path('node_modules/mo-codegen/package.json'), '{"type":"module"}')
    const alone = (...argv: readonly string[]) => {
      const program = work.path('node_modules/mo-codegen/bin/mo-codegen.js')
      const { status, stderr } = spawnSync(process.execPath, [program, ...argv], {
        cwd: work.folder,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'] },
      })
      return { status, stderr }
    }
    expect(alone('--from', 'shop.json').status).toBe(0)
    expect(alone('check', '--from', 'shop.json')).toEqual({ status: 0, stderr: '' })
    expect(alone('check', '--url', 'mysql://root:secret-word@127.0.0.1:1/shop')).toEqual({
      status: 2,
      stderr:
        'mo-codegen: The package mysql2 is not installed, and mo-codegen needs it here.\n' +
        'Install the dependencies again: npm ci, or npm install mo-codegen.\n',
    })
  })

  it('requires no package that is an ES module: before Node 22.12 that is an error', () => {
    const folder = file('../../../codegen/dist/command-line')
    const files = readdirSync(folder).filter((name) => name.endsWith('.cjs'))
    const texts = files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
    const names = [...texts.matchAll(/\brequire\("((?!node:|\.)[^"]+)"\)/g)].map(([, name]) => name)
    expect(names).toContain('mysql2')
    for (const name of names) {
      const child = spawnSync(
        process.execPath,
        ['--no-experimental-require-module', '-e', `require(${JSON.stringify(name)})`],
        { cwd: folder, encoding: 'utf8' },
      )
      expect([name, child.status, child.stderr]).toEqual([name, 0, ''])
    }
  })

  it('names the line of a syntax error in a configuration module', () => {
    writeFileSync(
      work.path('mo-codegen.config.mjs'),
      'export default {\n  include: [,\n  x: 1\n}\n',
    )
    expect(start('--from', 'shop.json')).toMatchObject({
      code: 2,
      stderr: "mo-codegen: mo-codegen.config.mjs:3:4 cannot be loaded: ',' expected.\n",
    })
  })

  it('ends although a configuration has left a timer or a pool open', () => {
    const config = "setInterval(() => {}, 1000)\nexport default { outFile: 'db.ts' }\n"
    writeFileSync(work.path('mo-codegen.config.mjs'), config)
    expect(start('--from', 'shop.json').code).toBe(0)
  })

  it.each(['process.exit(0)', 'process.exit(1)', "Promise.reject(new Error('late'))"])(
    'takes %s in a configuration neither for drift nor for none',
    (statement) => {
      const config = `${statement}\nexport default { outFile: 'db.ts' }\n`
      writeFileSync(work.path('mo-codegen.config.mjs'), config)
      expect(start('check', '--from', 'shop.json').code).toBe(4)
    },
  )

  it.runIf(existsSync('/dev/full'))('says that its output cannot be written', () => {
    const stdout = openSync('/dev/full', 'w')
    const { status, stderr } = spawnSync(
      process.execPath,
      [bin, '--from', 'shop.json', '--print'],
      { cwd: work.folder, encoding: 'utf8', stdio: ['ignore', stdout, 'pipe'] },
    )
    closeSync(stdout)
    expect([status, stderr]).toEqual([2, 'mo-codegen: stdout cannot be written (ENOSPC).\n'])
  })

  it.runIf(process.platform !== 'win32')(
    'writes into a pipe, and puts no file in its place',
    () => {
      start('--from', 'shop.json')
      const command = 'mkfifo pipe && { "$0" "$@" & } && cat pipe && wait $! && test -p pipe'
      const check = ['check', '--from', 'shop.json', '--reporter', 'json=pipe']
      const { status, stdout } = spawnSync(
        'bash',
        ['-c', command, process.execPath, bin, ...check],
        {
          cwd: work.folder,
          encoding: 'utf8',
        },
      )
      expect(status).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ exitCode: 0 })
    },
  )

  it.runIf(process.platform !== 'win32')('takes a reader of its messages that stops early', () => {
    const command = '"$0" "$@" 2>&1 | true; exit "${PIPESTATUS[0]}"'
    const argv = ['-c', command, process.execPath, bin, '--from', 'shop.json']
    expect(spawnSync('bash', argv, { cwd: work.folder }).status).toBe(0)
  })

  it('sets the exit code of the process', () => {
    expect(start('--nope')).toMatchObject({ code: 2, stdout: '' })
    expect(existsSync(work.path('generated'))).toBe(false)
  })
})
