import { ofSchemas, type OptionRow } from '../../../codegen/config/option-row.js'
import { optionRows } from '../../../codegen/config/options.js'

/** The table of options of docs/codegen.md. */
export function writeOptionTable(): string {
  const rows = optionRows.map(([key, row]) =>
    [flagsOf(row), row.inFile ? `\`${key}\`` : '', commandsOf(row), describe(row)].join(' | '),
  )
  return [
    '| flag | in the file | of | |',
    '|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n')
}

function flagsOf({ flag, offFlag }: OptionRow): string {
  return [flag, offFlag].flatMap((one) => (one === undefined ? [] : [`\`${one}\``])).join(', ')
}

function commandsOf({ commands }: OptionRow): string {
  return ofSchemas.every((name) => commands.includes(name)) ? 'all' : commands.join(', ')
}

function describe({ help, variable, default: value, defaultText, check }: OptionRow): string {
  const choices =
    'options' in check && Array.isArray(check.options) && check.type === 'picklist'
      ? check.options
      : []
  const shown = variable ?? defaultText ?? value
  return [
    help.replaceAll('|', '\\|'),
    ...(choices.length > 0 ? [choices.map((choice) => `\`${String(choice)}\``).join(', ')] : []),
    ...(typeof shown === 'string'
      ? [`default: ${shown === variable || shown === value ? `\`${shown}\`` : shown}`]
      : []),
  ].join('; ')
}
