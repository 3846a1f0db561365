/** Twenty secrets, and the forms in which one could get out. */
export interface Secret {
  readonly text: string
  /** Of seven digits at least: fewer are in any text. */
  readonly number: string
}

const TEXTS = [
  'Hunter2Qx',
  'correct horse 7Zq',
  'AKIAIOSFODNN7EXA',
  'ann.k7@example.org',
  'ghp_9fK2mQ7vLp',
  'p@ss;word9Q',
  'DE44500105175407',
  'Ünïcødé9Käse',
  '密码保密九号',
  '4111-1111-2222-7777',
  'x9/Zk+Q7==aa',
  'Tab9\tQuux7',
  'tok_live_51Hq9Z',
  'q7,z9,k3:longer',
  '+49 170 9988776',
  'Back9\\\\slashQ',
  'eyJhbGciOi9QzI1',
  '9f86d081884c7d65',
  'Wxyz"9Quote"Kk',
  'emoji9😀Secret',
]

export const secrets: readonly Secret[] = TEXTS.map((text, at) => ({
  text,
  number: String(7_391_846 + at * 104_729),
}))

/** A shape with the secret in its places. */
export function fillShape(shape: string, { text, number }: Secret): string {
  return shape
    .replaceAll('$s', () => text)
    .replaceAll('$n', () => number)
    .replaceAll('$h', () => Buffer.from(text).toString('hex'))
    .replaceAll('$i', 'nosuch_user')
}

/** The forms of a secret, in lower case: as text, number, hex and the bytes of a Go slice. */
export function formsOf({ text, number }: Secret): readonly string[] {
  const bytes = Buffer.from(text)
  return [text.toLowerCase(), number, bytes.toString('hex'), [...bytes].join(' ')]
}

/** Pieces that give a secret away: any form, and any eight characters of its text. */
const telltales: readonly string[] = secrets.flatMap((secret) => {
  const text = secret.text.toLowerCase()
  const starts = Array.from({ length: Math.max(text.length - 7, 1) }, (_, at) => at)
  return [...formsOf(secret), ...starts.map((at) => text.slice(at, at + 8))]
})

/** The secrets that a text gives away. */
export function secretsIn(text: string): readonly string[] {
  const lower = text.toLowerCase()
  return telltales.filter((telltale) => lower.includes(telltale))
}
