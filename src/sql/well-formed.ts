/** Whether a string holds no lone surrogate, which UTF-8 cannot carry and Node replaces by U+FFFD. */
export function isWellFormed(text: string): boolean {
  // In Node since 20.0, in TypeScript's library only from ES2024 on.
  return (text as string & { isWellFormed(): boolean }).isWellFormed()
}
