/** The bytes of CSV that have a meaning inside of quotes. */
export const QUOTE = 0x22
export const BACKSLASH = 0x5c
export const CARRIAGE_RETURN = 0x0d
/** Behind a backslash it is a carriage return. */
export const LETTER_R = 0x72

const SPECIAL = [QUOTE, BACKSLASH, CARRIAGE_RETURN]

/** Whether some of the bytes have to be escaped. */
export function needsEscape(bytes: Buffer): boolean {
  return SPECIAL.some((byte) => bytes.includes(byte))
}
