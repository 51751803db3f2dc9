import type { FunctionName, MemberRole } from '@keynag/aws'
import { hubUses, memberActions, roleOf, type HubUse } from './uses.ts'

/**
 * Records the permissions that each function needed for its calls to AWS. The sandbox runs one
 * function at a time, so every call during its run belongs to that function. Calls between two runs
 * are the event source mappings' and the simulated people's own; they are not recorded.
 */
export class PermissionRecorder {
  readonly #hub = new Map<FunctionName, Set<HubUse>>()
  readonly #members = new Map<MemberRole, Set<string>>()
  #running: FunctionName | undefined

  /** Wraps a function so that the permissions for its calls are recorded under this name. */
  recording<A extends readonly unknown[], R>(
    name: FunctionName,
    run: (...args: A) => Promise<R>,
  ): (...args: A) => Promise<R> {
    return async (...args) => {
      if (this.#running !== undefined)
        throw new Error(`${name} started while ${this.#running} is running`)
      this.#running = name
      try {
        return await run(...args)
      } finally {
        this.#running = undefined
      }
    }
  }

  record(operation: string, input: unknown, roleName: string | undefined): void {
    if (this.#running === undefined) return
    const member = /^keynag-(?:reader|creator|reaper)$/.exec(roleName ?? '')?.[0]
    if (member !== undefined) {
      const known = into(this.#members, roleOf(member))
      for (const action of memberActions(operation, input)) known.add(action)
      return
    }
    // keynag tests a new access key with GetCallerIdentity, which needs no permission.
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
