import { keysHeld, type SimUser } from '../estate.ts'
import { visibleSince, type Mutation } from './mutation.ts'

/** I3: keynag does not ask IAM for a third key. */
export function checkNoThirdKey({ simulation, invocation }: Mutation, user: SimUser): void {
  const visible = keysHeld(user).filter((key) => key.createdAt <= visibleSince(invocation))
  if (visible.length > 1) {
    simulation.checks.violated('I3', `keynag asked for a third key of ${user.name}`)
  }
}
