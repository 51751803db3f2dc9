import {
  isSlackChannel,
  policyNamed,
  type Channel,
  type Entry,
  type Organization,
  type Owner,
  type Route,
  type SentMessage,
} from '@keynag/core'

/** The routes of a nag about this key, in the order of its policy. */
export function nagRoutes(entry: Entry, organization: Organization): readonly Route[] {
  const policy = policyNamed(organization.policies, entry.policy)
  return (policy?.nag.via ?? []).flatMap((channel) => routesVia(channel, entry.owner))
}

/** The people and channels that these routes lead to, as one text to compare. */
export const readersOf = (routes: readonly Route[]): string =>
  [...new Set(routes.map((route) => ('email' in route ? route.email : route.channel)))]
    .toSorted()
    .join(' ')

/** Whether a delivered message went to this owner in person. */
export const isToOwner = ({ channel, to }: SentMessage, owner: Owner): boolean =>
  channel !== 'slack-channel' && to === owner.email

/** The routes to the owner in person, for messages that only the owner should read. */
export function ownerRoutes(entry: Entry, organization: Organization): readonly Route[] {
  const chosen = nagRoutes(entry, organization).filter((route) => route.via !== 'slack-channel')
  return chosen.length > 0 || entry.owner.email === undefined ? chosen : personal(entry.owner.email)
}

export const securityRoutes = ({ security }: Organization): readonly Route[] => [
  { via: 'slack-channel', channel: security.channel },
  { via: 'email', email: security.email },
]

/**
 * The routes to the rung `level` (from 1) of the policy's ladder. Security follows as the fallback
 * and stands in for a manager who is not known.
 */
export function rungRoutes(
  entry: Entry,
  level: number,
  organization: Organization,
): readonly Route[] {
  const to = policyNamed(organization.policies, entry.policy)?.escalation[level - 1]?.to
  const security = securityRoutes(organization)
  switch (to) {
    case undefined:
    case 'security':
      return security
    case 'manager':
      return entry.owner.manager === undefined
        ? security
        : [...personal(entry.owner.manager), ...security]
    default:
      return isSlackChannel(to)
        ? [{ via: 'slack-channel', channel: to }, ...security]
        : [{ via: 'email', email: to }, ...security]
  }
}

function routesVia(channel: Channel, { email }: Owner): readonly Route[] {
  switch (channel) {
    case 'slack':
      return email === undefined ? [] : [{ via: 'slack', email }]
    case 'email':
      return email === undefined ? [] : [{ via: 'email', email }]
    default:
      return [{ via: 'slack-channel', channel }]
  }
}

const personal = (email: string): readonly Route[] => [
  { via: 'slack', email },
  { via: 'email', email },
]
