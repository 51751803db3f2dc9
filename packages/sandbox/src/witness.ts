import type { FunctionName, MemberRole } from '@keynag/aws'
import { hubUses, memberActions, roleOf, type HubUse } from './uses.ts'

/**
 * Remembers what each function really asked of AWS. The sandbox runs one function at a time, so
 * what comes in belongs to the one that is running; what comes in between is Lambda's and the
 * world's own.
 */
export class Witness {
  readonly #hub = new Map<FunctionName, Set<HubUse>>()
  readonly #members = new Map<MemberRole, Set<string>>()
  #running: FunctionName | undefined

  /** The same function, watched. */
  watching<A extends readonly unknown[], R>(
    name: FunctionName,
    run: (...args: A) => Promise<R>,
  ): (...args: A) => Promise<R> {
    return async (...args) => {
      if (this.#running !== undefined) throw new Error(`${this.#running} is running, and ${name}`)
      this.#running = name
      try {
        return await run(...args)
      } finally {
        this.#running = undefined
      }
    }
  }

  see(operation: string, input: unknown, roleName: string | undefined): void {
    if (this.#running === undefined) return
    const member = /^keynag-(?:reader|creator|reaper)$/.exec(roleName ?? '')?.[0]
    if (member !== undefined) {
      const known = into(this.#members, roleOf(member))
      for (const action of memberActions(operation, input)) known.add(action)
      return
    }
    // A new access key is tried out by asking who it is, which needs no permission.
    for (const use of hubUses(operation, input) ?? []) into(this.#hub, this.#running).add(use)
  }

  hubUsesOf(name: FunctionName): ReadonlySet<HubUse> {
    return this.#hub.get(name) ?? new Set()
  }

  memberActionsOf(role: MemberRole): ReadonlySet<string> {
    return this.#members.get(role) ?? new Set()
  }
}

function into<K, V>(sets: Map<K, Set<V>>, key: K): Set<V> {
  const known = sets.get(key) ?? new Set<V>()
  sets.set(key, known)
  return known
}
