import type { IamUser } from '../key/access-key.ts'
import type { Owner } from '../key/owner.ts'
import type { Policy } from './policy.ts'

/** The audience of a key. Keys with the same audience share one message. */
export function audienceOf(policy: Policy, owner: Owner, user: IamUser): string {
  switch (policy.nag.oneMessagePer) {
    case 'owner':
      return `owner:${owner.id}`
    case 'user':
      return `user:${user.accountId}/${user.userId}`
    case 'policy':
      return `policy:${policy.name}`
    default:
      return policy.nag.oneMessagePer satisfies never
  }
}
