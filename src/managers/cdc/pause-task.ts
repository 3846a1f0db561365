/**
 * Pausing a task, which the server does in the background: until it has, changes go on arriving and
 * every other command on the task fails.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { CdcError } from '../../errors.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import { quoteCheckedName } from '../names/names.js'
import { readCapabilities } from '../statement/read-capabilities.js'
import { wrapError } from '../statement/wrap-error.js'
import type { CdcTask, CdcWaitOptions } from './cdc-types.js'

const POLL_INTERVAL = 250
const PAUSE_TIMEOUT = 60_000

/** States in which a task is about to run and refuses to be paused; over within about 20 s (4.2.0). */
const STARTING = /now it is (?:Created|ResumeRequested|RestartRequested)/

const STOPPING = /now it is PauseRequested/
const STOPPED = /now it is Paused/

/** Asks a task to pause, as soon as it can be asked. */
export async function requestPause(
  db: SqlExecutor,
  name: string,
  options: CdcWaitOptions,
): Promise<void> {
  await waitFor(options, () => askToPause(db, name))
}

/**
 * Waits until a task that was asked to pause has stopped.
 *
 * The state alone does not tell: 3.0.14 says `paused` at once, and a task that was just starting goes
 * back to `running` for good (3.0.14, 4.1.4). PAUSE does: once the task has stopped, it is refused
 * because the task is paused.
 */
export async function waitUntilStopped(
  db: SqlExecutor,
  name: string,
  options: CdcWaitOptions,
  readTask: () => Promise<CdcTask>,
): Promise<void> {
  const { cdcPausedMeansStopped } = await readCapabilities(db)
  await waitFor(options, async () => {
    const { state } = await readTask()
    if (cdcPausedMeansStopped && (state === 'paused' || state === 'pausing')) {
      return state === 'paused'
    }
    try {
      await askToPause(db, name)
      return false
    } catch (error) {
      if (error instanceof CdcError && STOPPING.test(error.message)) return false
      if (error instanceof CdcError && STOPPED.test(error.message)) return true
      throw error
    }
  })
}

/** Whether the server has taken the request; not while the task is starting. */
async function askToPause(db: SqlExecutor, name: string): Promise<boolean> {
  try {
    await wrapError(CdcError, `pause CDC task ${name}`, () =>
      executeSql(db, `pause cdc task ${quoteCheckedName('CDC task', name)}`),
    )
    return true
  } catch (error) {
    if (error instanceof CdcError && STARTING.test(error.message)) return false
    throw error
  }
}

async function waitFor(
  { timeout = PAUSE_TIMEOUT, interval = POLL_INTERVAL }: CdcWaitOptions,
  done: () => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + timeout
  while (!(await done())) {
    if (performance.now() > deadline) {
      throw new CdcError(
        `The task was asked to pause and has not done so within ${timeout} ms. ` +
          'Look again with get() or list(), or give it a longer timeout.',
      )
    }
    await delay(interval)
  }
}
