import { describe, expect, it } from 'vitest'
import { redactorFor } from '../../../codegen/config/redact.js'
import type { LogLevel } from '../../../codegen/config/log-level.js'
import { Output } from '../../../codegen/workspace/output.js'

function written(logLevel: LogLevel, use: (output: Output) => void): readonly [string, string] {
  let stdout = ''
  let stderr = ''
  const streams = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
  }
  const redact = redactorFor(['mysql://root:admin@db/shop'])
  use(new Output(streams, { logLevel, colors: false, redact }))
  return [stdout, stderr]
}

describe('an output', () => {
  it('leaves the names in a report, also of a table that is named like the password', () => {
    expect(written('info', (output) => output.report('{"table":"admin"}'))).toEqual([
      '{"table":"admin"}',
      '',
    ])
  })

  it('CG-24: takes the password out of messages', () => {
    expect(written('info', (output) => output.warn('login as root:admin failed'))[1]).toBe(
      'mo-codegen: warning: login as root:*** failed\n',
    )
  })

  it('writes no report when it is silent, and results always', () => {
    expect(written('silent', (output) => output.report('drift'))).toEqual(['', ''])
    expect(written('silent', (output) => output.print('types'))).toEqual(['types', ''])
  })
})
