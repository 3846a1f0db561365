/**
 * Takes secrets out of a tape. Passwords of logins never get here, because the scramble is not kept;
 * statements can carry credentials, and replies can repeat them.
 */
const HIDDEN = '***'
const QUOTED = /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"/.source
const SECRET_NAME =
  /[\w-]*(?:secret|password|passwd|pwd|credential|(?:access|api|aws|private|auth)_?key|aws_key_id|(?:session|security|auth|access|aws)_?token)[\w-]*/
    .source

const PATTERNS: readonly RegExp[] = [
  // identifed by '…': a misspelt keyword is answered with 1064, which repeats the text behind it
  new RegExp(
    `(\\b(?!(?:terminated|enclosed|escaped|starting|order|group|partition|cluster|limit)\\b)[a-z]+\\s+by\\s+)(${QUOTED})`,
    'gi',
  ),
  // identified by '…', identified with mysql_native_password by '…', password '…', password('…')
  new RegExp(`(\\bidentified\\s+(?:with\\s+\\S+\\s+)?(?:by|as)\\s+)(${QUOTED})`, 'gi'),
  new RegExp(`(\\bpassword\\s*\\(?\\s*)(${QUOTED})`, 'gi'),
  // 'aws_secret_key' = '…', secret_access_key='…', "AWS_TOKEN": "…"
  new RegExp(`((?:\\b|['"\`])${SECRET_NAME}['"\`]?\\s*[=:]\\s*)(${QUOTED})`, 'gi'),
  // secret_access_key=abc inside a longer literal or a URL
  new RegExp(`((?:\\b|['"\`])${SECRET_NAME}=)([^\\s'"\`&,;(){}*?]+)`, 'gi'),
  // mysql://user:pass@host, mysql://account#user:pass@host
  // up to the last @: a password may hold an unescaped @ or /
  /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@'"]*:)([^\s'"]+)(?=@)/gi,
  // s3://KEY:***@bucket, minio://KEY@host: of a storage the name is a secret too
  /(\b(?!mysql:)[a-z][a-z0-9+.-]*:\/\/)([^\s'"/@]+)(?=@)/gi,
  // A statement that makes the server panic is answered with its Go stack: paths of its build.
  /(\t)(\/\S+\.go:\d+)/g,
]

/** Most text has none of these words: one pass instead of one per pattern. */
const SUSPICIOUS = /\bby\b|pass|pwd|secret|credential|key|token|:\/\/|\.go:\d/i

/** Statements that carry credentials, whatever the rest of their words. */
const CREDENTIAL_STATEMENT =
  /^\s*(?:create|alter|drop|set)\s+(?:or\s+replace\s+)?(?:user|account|stage|password)\b/i

/** Words behind which a text of such a statement is not a secret. */
const HARMLESS_TEXT = new RegExp(
  `(\\b(?:user|account|exists|for|admin_name|comment|url|role|limit)\\s*=?\\s*|@)?(${QUOTED})`,
  'gi',
)

/** Replaces every secret by `***`; the same text gives the same result, so that matching still works. */
export function redactText(text: string): string {
  return replaceSecrets(text, (secret) => {
    const quote = /^['"]/.exec(secret)?.[0] ?? ''
    return `${quote}${HIDDEN}${quote}`
  })
}

/** Whether a statement carries credentials, so that its parameters are secrets. */
export function carriesCredentials(sql: string): boolean {
  return CREDENTIAL_STATEMENT.test(sql)
}

/**
 * Replaces every text of a statement that carries credentials, a misspelt keyword before it or not;
 * names, comments and addresses stay.
 */
export function redactStatement(sql: string): string {
  const kept = carriesCredentials(sql)
    ? sql.replace(HARMLESS_TEXT, (whole: string, before: string | undefined, literal: string) =>
        before === undefined ? `${literal[0]}${HIDDEN}${literal[0]}` : whole,
      )
    : sql
  return redactText(kept)
}

/** Takes the texts that `redactStatement` hides out of the server's message about the statement. */
export function redactReply(message: string, sql: string): string {
  if (!carriesCredentials(sql)) return message
  let redacted = message
  for (const [, before, literal = ''] of sql.matchAll(HARMLESS_TEXT)) {
    const secret = literal.slice(1, -1)
    if (before !== undefined || secret === '') continue
    // A few letters are in any message; with their quotes they are not.
    redacted = redacted.replaceAll(secret.length < 4 ? literal : secret, HIDDEN)
  }
  return redacted
}

/** Replaces secrets inside binary data by as many stars, so that all lengths hold. */
export function redactBytes(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1')
  const redacted = replaceSecrets(text, (secret) => '*'.repeat(secret.length))
  return redacted === text ? bytes : Buffer.from(redacted, 'latin1')
}

function replaceSecrets(text: string, hide: (secret: string) => string): string {
  if (!SUSPICIOUS.test(text)) return text
  let redacted = text
  for (const pattern of PATTERNS) {
    redacted = redacted.replace(pattern, (_, before: string, secret: string) => {
      return before + hide(secret)
    })
  }
  return redacted
}
