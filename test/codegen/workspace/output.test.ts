import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
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

  it('takes the password out of messages', () => {
    expect(written('info', (output) => output.warn('login as root:admin failed'))[1]).toBe(
      'mo-codegen: warning: login as root:*** failed\n',
    )
  })

  it('writes no report when it is silent, and results always', () => {
    expect(written('silent', (output) => output.report('drift'))).toEqual(['', ''])
    expect(written('silent', (output) => output.print('types'))).toEqual(['types', ''])
  })
})

describe('progress', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** The text that a terminal is sent while work of so many milliseconds goes on. */
  async function during(
    ms: number,
    options: { readonly progress: boolean; readonly logLevel?: LogLevel },
  ): Promise<string> {
    let stderr = ''
    const streams = {
      stdout: { write: () => undefined },
      stderr: { write: (text: string) => (stderr += text) },
    }
    const redact = (text: string): string => text
    const output = new Output(streams, { logLevel: 'info', ...options, colors: false, redact })
    const work = new Promise((resolve) => setTimeout(resolve, ms, 'done'))
    const result = output.during('Reading \u001B[2J', work)
    await vi.advanceTimersByTimeAsync(ms)
    expect(await result).toBe('done')
    return stderr
  }

  it('is shown from a second on, and leaves nothing on the screen', async () => {
    expect(await during(999, { progress: true })).toBe('')
    expect(await during(1_500, { progress: true })).toBe('Reading \\u001b[2J…\r\u001B[2K')
  })

  it('is not shown where no terminal is, nor to those who want warnings only', async () => {
    expect(await during(5_000, { progress: false })).toBe('')
    expect(await during(5_000, { progress: true, logLevel: 'warn' })).toBe('')
  })

  it('ends when the work fails', async () => {
    let stderr = ''
    const output = new Output(
      { stdout: { write: () => 0 }, stderr: { write: (text: string) => (stderr += text) } },
      { logLevel: 'info', colors: false, progress: true, redact: (text) => text },
    )
    const result = output.during(
      'Reading',
      new Promise((_, reject) => setTimeout(reject, 2_000, 'no')),
    )
    const failure = result.catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await failure).toBe('no')
    expect(stderr).toBe('Reading…\r\u001B[2K')
  })
})
