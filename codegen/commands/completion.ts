/**
 * `mo-codegen completion <shell>`: a script that completes commands, flags and their choices. The script
 * asks `mo-codegen complete -- <words>` at each key. Both are written by the library itself, to the
 * console.
 */
import type { Command } from '@bomb.sh/tab'
import { choicesOf } from '../config/flags.js'
import type { CommandName } from '../config/option-row.js'
import { optionRows } from '../config/options.js'
import { ConfigurationError, type ExitCode } from '../errors.js'

/** An ES module only, which CommonJS, as the command line is bundled, cannot require everywhere. */
const loadLibrary = async () => (await import('@bomb.sh/tab')).default

const shells = ['bash', 'zsh', 'fish', 'powershell']

/** Writes the script of a shell. */
export async function writeCompletion(argv: readonly string[]): Promise<ExitCode> {
  const [shell = '', ...more] = argv
  if (!shells.includes(shell) || more.length > 0) {
    throw new ConfigurationError(
      `completion needs a shell: ${shells.join(', ')}.\nFor bash: source <(mo-codegen completion bash)`,
    )
  }
  const root = await loadLibrary()
  const script = written(() => root.setup('mo-codegen', 'mo-codegen', shell))
  console.log(shell === 'bash' ? forBash(script) : script)
  return 0
}

/** The text that the library would write to the console. */
function written(write: () => void): string {
  const lines: string[] = []
  const { log } = console
  console.log = (line: string) => void lines.push(line)
  try {
    write()
  } finally {
    console.log = log
  }
  return lines.join('\n')
}

/**
 * The library's script needs the package bash-completion, which macOS and containers lack; its constants
 * complain when it is read a second time; and it never offers files.
 */
function forBash(script: string): string {
  return (
    wordsForBash +
    script
      .replaceAll(
        /^readonly (\w+)=(\d+)$/gm,
        (_, name: string, value: string) => `: "\${${name}:=${value}}"`,
      )
      .replace(/^complete -F /m, 'complete -o default -F ')
      // Of `--flag=value`, bash completes what is behind the =.
      .replace('" -- "$cur") )\n}', '" -- "${cur#--*=}") )\n}')
  )
}

const wordsForBash = `# The words of the line, where bash-completion is not loaded
if ! declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref() {
        local word last=0
        words=("\${COMP_WORDS[0]}")
        for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
            # --flag=value are three words to bash
            if [[ $word == = || \${words[last]} == --*= ]]; then
                words[last]+=$word
            else
                words[++last]=$word
            fi
        done
        cword=$last
        cur=\${words[last]}
        prev=\${words[last > 0 ? last - 1 : 0]}
    }
fi

`

/** Writes what the last word can become. */
export async function complete(
  argv: readonly string[],
  commands: readonly (readonly [name: CommandName, description: string])[],
): Promise<ExitCode> {
  const root = await loadLibrary()
  for (const [name, description] of commands) addFlags(root.command(name, description), name)
  root.command('completion', 'a script for a shell')
  // Flags without a command are those of generate.
  addFlags(root, 'generate')
  const words = written(() => root.parse(argv.slice(argv[0] === '--' ? 1 : 0)))
  // The library ends with `:4`, no files, also where a value is a file or folder: nothing else is known then.
  console.log(/^:\d+$/.test(words) ? ':0' : words)
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
