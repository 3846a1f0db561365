/** Flags of which one would do nothing beside the other. */
import { ConfigurationError } from '../errors.js'
import type { Flags } from './flags.js'
import type { CommandName, OptionKey } from './option-row.js'
import { options } from './options.js'

/** A flag that does nothing beside another choice. */
interface Combination {
  readonly flag: OptionKey
  /** The command that this is about; all when absent. */
  readonly of?: CommandName
  readonly without?: readonly OptionKey[]
  readonly needs?: OptionKey
  /** Completes "it …". */
  readonly reason: string
}

const connecting = ['url', 'databases', 'at', 'sslMode', 'sslCa', 'sslCert', 'sslKey'] as const

const combinations: readonly Combination[] = [
  { flag: 'from', without: connecting, reason: 'reads a file, and connects to no database' },
  { flag: 'offline', without: connecting, reason: 'reads the snapshot file, and connects to none' },
  { flag: 'migrations', without: ['at'], reason: 'makes a database of the present' },
  { flag: 'onClone', needs: 'migrations', reason: 'says where they run' },
  { flag: 'verify', without: ['print'], reason: 'writes nothing but its report' },
  { flag: 'reporter', of: 'generate', needs: 'verify', reason: 'is the format of a check' },
  {
    flag: 'selfTest',
    without: ['from', 'offline', 'only', 'impact', 'migrations', 'at'],
    reason: 'tests the rules, and checks no schema',
  },
]

/**
 * Refuses a flag that another one makes useless. Options of the configuration file are for many commands, so
 * they do not count.
 *
 * @throws {ConfigurationError} naming both
 */
export function refuseCombinations(name: CommandName, flags: Flags): void {
  for (const { flag, of, without = [], needs, reason } of combinations) {
    if (flags[flag] === undefined || (of !== undefined && of !== name)) continue
    const other = without.find((key) => flags[key] !== undefined)
    if (other !== undefined) {
      throw new ConfigurationError(
        `${flagOf(flag)} cannot go with ${flagOf(other)}: it ${reason}.\nLeave one of them out.`,
      )
    }
    if (needs !== undefined && flags[needs] === undefined) {
      throw new ConfigurationError(`${flagOf(flag)} needs ${flagOf(needs)}: it ${reason}.`)
    }
  }
}

function flagOf(key: OptionKey): string {
  return options[key].flag?.replace(/ .*/, '') ?? key
}
