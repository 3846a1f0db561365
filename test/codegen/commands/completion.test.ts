import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const program = fileURLToPath(new URL('../../../codegen/bin/mo-codegen.js', import.meta.url))

function start(...argv: readonly string[]): {
  code: number | null
  stdout: string
  stderr: string
} {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...argv], {
    encoding: 'utf8',
  })
  return { code: status, stdout, stderr }
}

/** The words that the last one can become. */
function wordsFor(...typed: readonly string[]): readonly string[] {
  const { stdout } = start('complete', '--', ...typed)
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(':'))
    .map((line) => line.replace(/\t.*/, ''))
}

describe('mo-codegen completion', () => {
  it('completes commands, their flags and the choices of a flag', () => {
    expect(wordsFor('ch')).toEqual(['check'])
    expect(wordsFor('check', '--fail')).toEqual(['--fail-on'])
    expect(wordsFor('check', '--fail-on', '')).toEqual(['breaking', 'any'])
    expect(wordsFor('check', '--reporter', 's')).toEqual(['sarif'])
    expect(wordsFor('docs', '--out')).toEqual(['--out-file', '--out-dir'])
    expect(wordsFor('snapshot', '--impact')).toEqual([])
  })

  it('completes the flags of generate where no command was given', () => {
    expect(wordsFor('--camel')).toEqual(['--camel-case'])
  })

  it('leaves to the shell what may be a file', () => {
    expect(start('complete', '--', 'check', '--impact', 'ts').stdout).toBe(':0\n')
    expect(start('complete', '--', 'check', '--fail-on', '').stdout).toMatch(/\n:4\n$/)
  })

  it.each([
    ['--fail-on b', 'breaking'],
    // As bash takes `--fail-on=b` apart.
    ['--fail-on = b', 'breaking'],
    ['--fail-on =', 'breaking any'],
    ['--fail-o', '--fail-on'],
  ])(
    'works in bash without bash-completion, also when it is read twice: %s',
    (words, completed) => {
      const { stdout: script } = start('completion', 'bash')
      const asked = `mo-codegen() { ${[process.execPath, program].map((word) => JSON.stringify(word)).join(' ')} "$@"; }
        COMP_WORDS=(mo-codegen check ${words} after) COMP_CWORD=${words.split(' ').length + 1}
        __mo_codegen_complete 2>/dev/null
        complete -p mo-codegen
        echo "\${COMPREPLY[@]}"`
      const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script + script + asked], {
        encoding: 'utf8',
      })
      expect([stdout, stderr]).toEqual([
        `complete -o default -F __mo_codegen_complete mo-codegen\n${completed}\n`,
        '',
      ])
    },
  )

  it('writes a script that bash can read', () => {
    const { code, stdout } = start('completion', 'bash')
    expect(code).toBe(0)
    const checked = spawnSync('bash', ['-n'], { input: stdout, encoding: 'utf8' })
    expect([checked.status, checked.stderr]).toEqual([0, ''])
    for (const shell of ['zsh', 'fish']) {
      expect(start('completion', shell).stdout).toContain('mo-codegen complete --')
    }
  })

  it('names the shells when it gets another one', () => {
    expect(start('completion', 'tcsh')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('bash, zsh, fish, powershell') as string,
    })
  })
})
