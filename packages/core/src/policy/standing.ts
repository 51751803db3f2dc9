import type { Account, IamUser } from '../key/access-key.ts'
import type { Sighting } from '../key/fact.ts'
import { resolveOwner } from '../key/owner.ts'
import { audienceOf } from './audience.ts'
import { policyOf } from './match-policy.ts'
import type { Organization } from './organization.ts'
import { noPolicy } from './policies.ts'

/** Who answers for a user's keys, and under which policy they are. */
export type Standing = Pick<Sighting, 'userName' | 'userPath' | 'owner' | 'policy' | 'audience'>

/** The standing of a user as IAM and Organizations show the user and the account. */
export function standingOf(user: IamUser, account: Account, organization: Organization): Standing {
  const owner = resolveOwner(user, account, organization.contacts)
  const policy = policyOf(user, account, organization)
  return {
    userName: user.userName,
    userPath: user.path,
    owner,
    policy: policy?.name ?? noPolicy,
    audience: policy === undefined ? `owner:${owner.id}` : audienceOf(policy, owner, user),
  }
}
