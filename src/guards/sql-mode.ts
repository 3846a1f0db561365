/**
 * MatrixOne honours NO_BACKSLASH_ESCAPES and ANSI_QUOTES (4.2.0). Under the first, a backslash that
 * was escaped for it arrives twice; under both, what is text and what is SQL differs from what the
 * client scanned, so a value could become SQL.
 */
import { capabilitiesOf } from '../server/capabilities.js'
import { parseServerVersion } from '../server/server-version.js'
import { readStringValue } from '../sql/string-value.js'
import { type SqlToken, tokenize } from '../sql/tokenize.js'
import { TokenKind } from '../sql/tokens.js'
import { applyGuard, type GuardAction } from './guards.js'

/** `ANSI` is stored as `ANS` and no quotes change (4.2.0), but a fixed server would honour it. */
const UNSAFE = new Set(['NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES', 'ANSI', 'ANS'])

/**
 * Refuses a SET of such a mode, or of one that cannot be read here: bytes, a function, a variable.
 *
 * @param text as it is sent, with its values
 */
export function guardSqlMode(text: string, action: GuardAction): void {
  if (action === 'off' || !/sql_mode/i.test(text)) return
  const tokens = tokenize(text)
  tokens.forEach((token, index) => {
    const assigns = tokens[index + 1]?.text === '=' || tokens[index + 1]?.text === ':='
    if (!assigns || !isMode(token) || !isTarget(tokens, index)) return
    const value = valueFrom(tokens, index + 2)
    const names = readNames(value)
    if (names !== undefined) guardModeNames(names, action)
    else applyGuard('sqlMode', action, () => explainUnread(value))
  })
}

/** Refuses a session that has such a mode, on a server that honours it. */
export function guardSessionMode(serverVersion: string, mode: unknown, action: GuardAction): void {
  const { quotingModesHonoured } = capabilitiesOf(parseServerVersion(serverVersion))
  if (quotingModesHonoured) guardModeNames(String(mode).split(','), action)
}

/** Refuses names of modes, one of which changes how literals are read; a number stands for several. */
export function guardModeNames(names: readonly string[], action: GuardAction): void {
  const unsafe = names
    .map((name) => name.trim())
    .find((name) => UNSAFE.has(name.toUpperCase()) || /^\d+$/.test(name))
  if (unsafe === undefined) return
  applyGuard(
    'sqlMode',
    action,
    () =>
      `sql_mode ${unsafe} changes how text is quoted: values that this client escapes would arrive ` +
      'changed, or become SQL. Leave it out.',
  )
}

/** `sql_mode`, `` `sql_mode` ``, `@@session.sql_mode`; a variable of the user's is another one. */
function isMode({ kind, text }: SqlToken): boolean {
  const isUsers = kind === TokenKind.variable && !/^@\s*@/.test(text)
  return !isUsers && /(?:^|[@.`\s])sql_mode`?$/i.test(text)
}

/** Whether the name is what a SET sets, and not compared in an expression. */
function isTarget(tokens: readonly SqlToken[], index: number): boolean {
  const before = tokens[index - 1]
  return (
    before === undefined ||
    before.text === ',' ||
    before.text === '.' ||
    ['SET', 'SESSION', 'GLOBAL', 'LOCAL', 'PERSIST'].includes(before.word)
  )
}

/** The tokens up to the next assignment or the end of the statement. */
function valueFrom(tokens: readonly SqlToken[], from: number): readonly SqlToken[] {
  let depth = 0
  const end = tokens.findIndex(({ kind, text }, index) => {
    if (index < from) return false
    if (text === '(') depth++
    if (text === ')') depth--
    return kind === TokenKind.semicolon || (depth === 0 && text === ',')
  })
  return tokens.slice(from, end < 0 ? undefined : end)
}

/** The names in a literal, or a bare one; undefined for everything else. */
function readNames([token, ...more]: readonly SqlToken[]): readonly string[] | undefined {
  if (token === undefined || more.length > 0) return undefined
  if (token.kind === TokenKind.word) return [token.text]
  if (token.kind !== TokenKind.string) return undefined
  return readStringValue(token.text).split(',')
}

function explainUnread(value: readonly SqlToken[]): string {
  const shown = value.map(({ text }) => text).join(' ')
  return (
    `The value of sql_mode is not a plain text (${shown.slice(0, 40)}), so nothing can tell whether it ` +
    "changes how text is quoted. Write the modes out: set sql_mode = 'STRICT_TRANS_TABLES'."
  )
}
