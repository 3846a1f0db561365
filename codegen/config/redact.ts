/** Removes passwords from everything that mo-codegen prints. */

/** Replaces the password of each URL by `***`, also where it became a path; the placeholder in our own hints stays. */
export function hideUrlPassword(text: string): string {
  return text.replace(
    /(\b[a-z][a-z0-9+.-]*:\/\/?(?!user:password@host)[^\s:/@]*):[^\s/]*@/gi,
    '$1:***@',
  )
}

/** Makes a function that removes the passwords of URLs from a text, encoded or not. */
export function redactorFor(urls: readonly string[]): (text: string) => string {
  const secrets = [...new Set(urls.flatMap(secretsOf))].map(patternOf)
  return (text) => {
    let shown = text
    // First, while it is whole: a password that looks like a URL would be hidden in part by the other.
    for (const secret of secrets) shown = shown.replaceAll(secret, '***')
    return hideUrlPassword(shown)
  }
}

/** A number is not replaced inside a longer one: the password 111 would garble the port 37111. */
function patternOf(secret: string): string | RegExp {
  return /^\d+$/.test(secret) ? new RegExp(`(?<!\\d)${secret}(?!\\d)`, 'g') : secret
}

/** Passwords shorter than three characters cannot be masked without garbling every text. */
function secretsOf(url: string): readonly string[] {
  const encoded = /:\/\/[^:/@]*:(.*)@/.exec(url)?.[1]
  if (encoded === undefined || encoded.length < 3) return []
  try {
    return [...new Set([encoded, decodeURIComponent(encoded)])].filter((text) => text.length > 2)
  } catch {
    return [encoded]
  }
}
