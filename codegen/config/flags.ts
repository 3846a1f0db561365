/** Command-line flags, derived from the table of options. */
import { type Command, Option } from 'commander'
import { type CommandName, commandNames, type OptionRow, type Options } from './option-row.js'
import { optionRows } from './options.js'

/** The values of the flags of one command line under the keys of the options. */
export type Flags = Options

/** Adds the flags that a command takes. */
export function addFlags(command: Command, name: CommandName): void {
  for (const [, row] of optionRows) {
    if (!row.commands.includes(name)) continue
    const flag = toFlag(row)
    if (flag === undefined) continue
    command.addOption(flag)
    if (row.offFlag !== undefined) command.addOption(new Option(row.offFlag, row.offHelp))
  }
}

/** Reads what commander has parsed, which knows an option by its flag. */
export function readFlags(parsed: Readonly<Record<string, unknown>>): Flags {
  const named = optionRows.flatMap(([key, row]) => {
    const value = parsed[toFlag(row)?.attributeName() ?? '']
    return value === undefined ? [] : [[key, value]]
  })
  return Object.fromEntries(named)
}

/** Writes flags back as arguments for a shell, for a command that takes them. */
export function writeFlags(flags: Flags, name: CommandName): readonly string[] {
  return optionRows.flatMap(([key, row]) => {
    const value = flags[key]
    const flag = toFlag(row)?.long
    if (flag === undefined || flag === null || !row.commands.includes(name)) return []
    if (value === true) return [flag]
    if (value === false) return row.offFlag === undefined ? [] : [row.offFlag]
    const values = Array.isArray(value) ? value : [value]
    return values.flatMap((one) => (typeof one === 'string' ? [flag, quoteForShell(one)] : []))
  })
}

/**
 * Moves the command to the front, where commander looks for it: `--url … check` equals
 * `check --url …`. The first word that is neither a flag nor a flag's value can be the command.
 */
export function putCommandFirst(argv: readonly string[]): readonly string[] {
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? ''
    if (word === '--') return argv
    if (flagsWithValue().has(word)) at++
    else if (!word.startsWith('-')) {
      return isCommand(word) ? [word, ...argv.slice(0, at), ...argv.slice(at + 1)] : argv
    }
  }
  return argv
}

function isCommand(word: string): boolean {
  return word === 'help' || commandNames.some((name) => name === word)
}

function flagsWithValue(): ReadonlySet<string> {
  const flags = optionRows.flatMap(([, { flag = '' }]) =>
    / <[^>]+>$/.exec(flag) === null ? [] : [flag.replace(/ .*/, '')],
  )
  return new Set(flags)
}

function toFlag(row: OptionRow): Option | undefined {
  if (row.flag === undefined) return undefined
  const option = new Option(row.flag, describe(row))
  if (row.repeatable) option.argParser(collect)
  const choices = choicesOf(row)
  return choices === undefined ? option : option.choices(choices)
}

function describe({ help, variable, default: value, defaultText }: OptionRow): string {
  const shown = variable ?? defaultText ?? value
  return typeof shown === 'string' ? `${help} (default: ${shown})` : help
}

/** The values that an option allows; undefined when it allows any. */
export function choicesOf({ check }: OptionRow): readonly string[] | undefined {
  return 'options' in check && check.type === 'picklist' ? (check.options as string[]) : undefined
}

function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value]
}

function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
