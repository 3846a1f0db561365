const valueless =
  'Write --runtime-enums without a value: members are called as they are in the database.'

/** Flags of kysely-codegen that mo-codegen has in another place, or needs no more. */
const elsewhere: Readonly<Record<string, string>> = {
  '--overrides': 'That is overrides in the configuration file.',
  '--custom-imports': 'That is import of an override in the configuration file.',
  '--type-mapping': 'That is types, columnTypes and overrides in the configuration file.',
  '--date-parser': 'That is types.date and types.datetime in the configuration file.',
  '--numeric-parser': 'That is types.decimal in the configuration file.',
  '--default-schema': 'That is --database.',
  '--dialect': 'Leave it out: MatrixOne is the only one.',
  '--runtime-enums': valueless,
  '--type-only-imports': 'Leave it out: only types are imported.',
}

/** Says where an unknown flag of kysely-codegen went; undefined for any other text. */
export function explainKyselyCodegenFlag(message: string): string | undefined {
  const [, flag = ''] = /^unknown option '(--[\w-]+)/.exec(message) ?? []
  return Object.hasOwn(elsewhere, flag) ? elsewhere[flag] : undefined
}

/** Explains an argument that is a value of a flag of kysely-codegen; undefined for any other word. */
export function explainKyselyCodegenValue(word: string): string | undefined {
  return word === 'pascal-case' || word === 'screaming-snake-case' ? valueless : undefined
}
