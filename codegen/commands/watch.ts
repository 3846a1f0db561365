/** `mo-codegen --watch`: generates whenever the database changes. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Settings } from '../config/settings.js'
import { CodegenError, ConfigurationError, type ExitCode, messageOf } from '../errors.js'
import { undoWhenInterrupted } from '../workspace/interruption.js'
import type { Output } from '../workspace/output.js'
import { generate } from './generate.js'
import { forgetReading, readOptionsOf } from './source.js'

type Targets = readonly [Settings, ...Settings[]]

/** Between two looks at the catalog; each is a connection and a query for a database. */
const pauseMs = 2_000

/** Watches until the process is interrupted. */
export async function watchDatabase(targets: Targets, output: Output): Promise<ExitCode> {
  const interrupted = new AbortController()
  const settle = undoWhenInterrupted(async () => interrupted.abort())
  const { signal } = interrupted
  try {
    return await watch(targets, output, () =>
      delay(pauseMs, !signal.aborted, { signal }).catch(() => false),
    )
  } finally {
    settle()
  }
}

/**
 * Generates, and again after each change. What fails the first time is an error; later it is
 * a warning, because a database that is being changed is often in between.
 *
 * @param pause waits for the next look; false ends the watch
 * @throws {ConfigurationError} for settings that read no database of the present, or write no file
 */
export async function watch(
  targets: Targets,
  output: Output,
  pause: () => Promise<boolean>,
): Promise<ExitCode> {
  targets.forEach(refuseUnwatchable)
  // Before the tables are read: a change meanwhile is seen at the next look.
  let known = await readStates(targets)
  await generate(targets, output)
  output.info('Watching the database; Ctrl-C ends it.')
  let failure = ''
  while (await pause()) {
    try {
      const state = await readStates(targets)
      if (state !== known) {
        for (const settings of targets) forgetReading(settings)
        await generate(targets, output)
        known = state
      }
      if (failure !== '') output.info('The files are up to date again.')
      failure = ''
    } catch (error) {
      if (!(error instanceof CodegenError)) throw error
      // Once, not at every look.
      if (messageOf(error) !== failure) output.warn(messageOf(error))
      failure = messageOf(error)
    }
  }
  return 0
}

async function readStates(targets: Targets): Promise<string> {
  const { readState } = await import('../read/read-schema.js')
  const sources = new Map(targets.map((settings) => [settings.source, settings]))
  const states: string[] = []
  for (const settings of sources.values()) states.push(await readState(readOptionsOf(settings)))
  return JSON.stringify(states)
}

function refuseUnwatchable({ from, print, verify, source }: Settings): void {
  const other = [
    from !== undefined && '--from',
    source.at !== undefined && '--at',
    print === true && '--print',
    verify === true && '--verify',
  ].find((flag) => flag !== false)
  if (other === undefined) return
  throw new ConfigurationError(
    `--watch cannot go with ${other}: it follows the database of the present, and writes files.\n` +
      'Leave one of them out.',
  )
}
