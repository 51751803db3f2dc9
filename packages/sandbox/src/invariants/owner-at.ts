import type { Evidence, KeyEvent } from './invariant.ts'

/**
 * Whom the key belonged to when something happened to it, as a person finds out from IAM's tags and the
 * configuration, without keynag's code. Empty: nobody.
 */
export function ownerAt({ world, organization }: Evidence, event: KeyEvent): string {
  const { contacts } = organization
  const candidates = [
    ...contacts.ownerTags.map((name) => tagAt(world, event, name)),
    event.userName,
    contacts.accounts[event.accountId],
    contacts.default,
  ]
  const isOurs = (address: string): boolean =>
    contacts.domains.some((domain) => address.endsWith(`@${domain}`))
  return (
    candidates.map((each) => each?.trim().toLowerCase()).find((each) => each && isOurs(each)) ?? ''
  )
}

/** The history does not have the tags that a user was made with: of these, the latest value counts. */
function tagAt(world: Evidence['world'], event: KeyEvent, name: string): string | undefined {
  const valueIn = (tags: Iterable<readonly [string, string]>): string | undefined =>
    [...tags].find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]
  const changes = world.history.of('user-tagged').filter(({ userId, tags }) => {
    return userId === event.userId && valueIn(Object.entries(tags)) !== undefined
  })
  const last = changes.findLast(({ seq }) => seq < event.seq)
  if (last !== undefined) return valueIn(Object.entries(last.tags))
  const user = [...world.account(event.accountId).users.sorted].find(
    ({ id }) => id === event.userId,
  )
  return user === undefined ? undefined : valueIn(user.tags.latest)
}
