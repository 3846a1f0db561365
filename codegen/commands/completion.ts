/**
 * `mo-codegen completion <shell>`: a script that completes commands, flags and their choices. The script
 * asks `mo-codegen complete -- <words>` at each key. Both are written by the library itself, to the
 * console.
 */
import root, { type Command } from '@bomb.sh/tab'
import { choicesOf } from '../config/flags.js'
import type { CommandName } from '../config/option-row.js'
import { optionRows } from '../config/options.js'
import { ConfigurationError, type ExitCode } from '../errors.js'

const shells = ['bash', 'zsh', 'fish', 'powershell']

/** Writes the script of a shell. */
export function writeCompletion(argv: readonly string[]): ExitCode {
  const [shell = '', ...more] = argv
  if (!shells.includes(shell) || more.length > 0) {
    throw new ConfigurationError(
      `completion needs a shell: ${shells.join(', ')}.\nFor bash: source <(mo-codegen completion bash)`,
    )
  }
  root.setup('mo-codegen', 'mo-codegen', shell)
  return 0
}

/** Writes what the last word can become. */
export function complete(
  argv: readonly string[],
  commands: readonly (readonly [name: CommandName, description: string])[],
): ExitCode {
  for (const [name, description] of commands) addFlags(root.command(name, description), name)
  root.command('completion', 'a script for a shell')
  // Flags without a command are those of generate.
  addFlags(root, 'generate')
  root.parse(argv.slice(argv[0] === '--' ? 1 : 0))
  return 0
}

function addFlags(command: Command, name: CommandName): void {
  for (const [, row] of optionRows) {
    const { flag, offFlag, offHelp = '', help } = row
    if (flag === undefined || !row.commands.includes(name)) continue
    const [word = '', value] = flag.replace('--', '').split(' ')
    if (value === undefined) command.option(word, help)
    else {
      command.option(word, help, (suggest) => {
        for (const choice of row.examples ?? choicesOf(row) ?? []) suggest(choice, '')
      })
    }
    if (offFlag !== undefined) command.option(offFlag.replace('--', ''), offHelp)
  }
}
