/** Passwords never leave mo-codegen: everything that is printed passes through here. */

/** The URL as it can be shown: with the password replaced by `***`; the pattern in our own hints stays. */
export function hideUrlPassword(text: string): string {
  return text.replace(
    /(\b[a-z][a-z0-9+.-]*:\/\/(?!user:password@host)[^\s:/@]*):[^\s/]*@/gi,
    '$1:***@',
  )
}

/** Makes a function that takes the URL's password out of a text, in whatever spelling it is there. */
export function redactorFor(url: string | undefined): (text: string) => string {
  const secrets = secretsOf(url).map(patternOf)
  return (text) => {
    let shown = hideUrlPassword(text)
    for (const secret of secrets) shown = shown.replaceAll(secret, '***')
    return shown
  }
}

/** A number is not hidden inside a longer one: the password 111 would garble the port 37111. */
function patternOf(secret: string): string | RegExp {
  return /^\d+$/.test(secret) ? new RegExp(`(?<!\\d)${secret}(?!\\d)`, 'g') : secret
}

/** Of one and two characters nothing can be hidden without garbling every text. */
function secretsOf(url: string | undefined): readonly string[] {
  const encoded = /:\/\/[^:/@]*:(.*)@/.exec(url ?? '')?.[1]
  if (encoded === undefined || encoded.length < 3) return []
  try {
    return [...new Set([encoded, decodeURIComponent(encoded)])].filter((text) => text.length > 2)
  } catch {
    return [encoded]
  }
}
