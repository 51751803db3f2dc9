import { dayMs } from '@keynag/core'
import type { SimKey } from '../estate.ts'
import { enforcementOf, wasUsedVisibly, type Mutation } from './mutation.ts'

/** I7: keynag deactivates no key in use, unless the policy says so. */
export function checkNotInUse({ simulation, invocation, entry }: Mutation, key: SimKey): void {
  const { checks, now } = simulation
  const enforce = enforcementOf(invocation.organization, entry)
  if (enforce === undefined || enforce.whenInUse === 'proceed') return
  if (wasUsedVisibly(key, invocation, now - enforce.inUseDays * dayMs)) {
    checks.violated('I7', `${key.id} was deactivated while it was in use`)
  }
}
