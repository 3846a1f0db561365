import { ConfigurationError } from '../../errors.js'

/** The names that a generated file declares or imports, each with its owner. */
export class DeclaredNames {
  readonly #owners = new Map<string, string[]>()

  /** @param owner for messages: `the interface of articles` */
  add(name: string, owner: string): void {
    this.#owners.set(name, [...(this.#owners.get(name) ?? []), owner])
  }

  /** @throws {ConfigurationError} naming all names that have two owners */
  refuseCollisions(): void {
    const lines = [...this.#owners].flatMap(([name, owners]) =>
      owners.length < 2 ? [] : [`${name} would be ${owners.join(' and ')}.`],
    )
    if (lines.length === 0) return
    throw new ConfigurationError(
      `Names of the generated file collide.\n${lines.join('\n')}\n` +
        'Name an interface with interfaceNames, or write an imported type as import(…).Name.',
    )
  }
}
