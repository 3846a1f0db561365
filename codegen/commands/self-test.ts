/** `mo-codegen check --self-test`: proves that every rule of the check finds what it is for. */
import type { Settings } from '../config/settings.js'
import type { ExitCode } from '../errors.js'
import { testRules } from '../self-test/self-test.js'
import type { Output } from '../workspace/output.js'

/** Tries every rule under the options of each target; 4 when one is blind. */
export async function selfTest(
  targets: readonly [Settings, ...Settings[]],
  output: Output,
): Promise<ExitCode> {
  let exitCode: ExitCode = 0
  for (const settings of targets) {
    const { rules, blind, ignored, lenient } = await testRules(settings)
    const name = settings.target === undefined ? '' : `${settings.target}: `
    const found = rules - blind.length
    output.report(`${name}${found} of ${rules} rules found the change that was made for them.\n`)
    if (blind.length > 0) {
      exitCode = 4
      output.report(
        `${name}blind: ${blind.join(', ')}. This is a bug of mo-codegen: please report it.\n`,
      )
    }
    if (ignored.length > 0)
      output.report(`${name}left out by ignore rules: ${ignored.join(', ')}.\n`)
    if (lenient.length > 0) {
      output.report(`${name}reported, but passed by --fail-on breaking: ${lenient.join(', ')}.\n`)
    }
  }
  return exitCode
}
