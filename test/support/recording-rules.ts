import type { RunnerTestSuite, RunnerTestFile } from 'vitest'

/** Why the recording of a test file must not be kept; `undefined` when it may. */
export function findReasonNotToSave(
  suite: Readonly<RunnerTestSuite | RunnerTestFile>,
): string | undefined {
  for (const task of suite.tasks) {
    const state = task.result?.state
    if (task.mode === 'skip' || task.mode === 'todo') return `"${task.name}" did not run`
    if (state === 'fail') return `"${task.name}" failed`
    if (task.type === 'suite') {
      const reason = findReasonNotToSave(task)
      if (reason !== undefined) return reason
    } else if (state !== 'pass') {
      return `"${task.name}" did not pass`
    }
  }
  return undefined
}
