import type { IamUser } from '../key/access-key.ts'
import type { Owner } from '../key/owner.ts'
import { isPersonal, type Policy } from './policy.ts'

/**
 * The audience of a key. Keys with the same audience share one message, so an audience has the same
 * readers for each of its keys. An owner who is written to in person is one reader, by Slack or by
 * mail. A Slack channel has other readers, so keys that are posted there have an audience of their own.
 */
export function audienceOf({ name, nag }: Policy, owner: Owner, user: IamUser): string {
  const posted = nag.via.filter((channel) => !isPersonal(channel))
  const where = posted.length === 0 ? '' : ` in ${posted.join(' ')}`
  switch (nag.oneMessagePer) {
    case 'owner':
      return `owner:${owner.id}${where}`
    case 'user':
      return `user:${user.accountId}/${user.userId}${where}`
    case 'policy':
      return `policy:${name}${where}`
    default:
      return nag.oneMessagePer satisfies never
  }
}
