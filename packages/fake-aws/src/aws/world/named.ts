/**
 * IAM does not distinguish names by case, and keeps the case in which they were written (IAM API
 * Reference, CreateUser and CreateGroup).
 */
const oneCase = (name: string): string => name.toLowerCase()

/** Things that IAM finds by their name. */
export class ByName<T extends { readonly name: string }> {
  readonly #byName = new Map<string, T>()

  get(name: string): T | undefined {
    return this.#byName.get(oneCase(name))
  }

  add(item: T): void {
    this.#byName.set(oneCase(item.name), item)
  }

  remove(item: T): void {
    this.#byName.delete(oneCase(item.name))
  }

  values(): Iterable<T> {
    return this.#byName.values()
  }

  get size(): number {
    return this.#byName.size
  }
}

/**
 * Tags after some are added and some removed. Keys that differ only by case are one key, and the tag
 * that is added last keeps its spelling (IAM User Guide, Tagging IAM resources, case sensitivity).
 */
export function retagged(
  tags: ReadonlyMap<string, string>,
  {
    added = {},
    removed = [],
  }: { added?: Readonly<Record<string, string>>; removed?: readonly string[] },
): ReadonlyMap<string, string> {
  const gone = new Set([...removed, ...Object.keys(added)].map(oneCase))
  const kept = [...tags].filter(([key]) => !gone.has(oneCase(key)))
  return new Map([...kept, ...Object.entries(added)])
}
