import type { Entry, ListedKey, UserRef } from '@keynag/core'
import { keysOfUser } from '../keys-of-user.ts'
import type { Ports } from '../ports.ts'
import { refused, type Answer } from './answer.ts'

export type Found =
  | { readonly kind: 'found'; readonly user: UserRef; readonly key: ListedKey }
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly answer: Answer }

const no = (sentence: string): Found => ({ kind: 'refused', answer: refused(sentence) })

/** What to answer where IAM has no such user. */
export const renamed = ({ accountId, userName }: Pick<Entry, 'accountId' | 'userName'>): string =>
  `account ${accountId} has no user ${userName} any more: the user was renamed or deleted, and the next scan tells`

/** Names are reused, IDs are not: a key of another user is never switched on. */
export async function findKey({ iam }: Pick<Ports, 'iam'>, entry: Entry): Promise<Found> {
  const { accessKeyId, accountId, userName, userId } = entry
  const user = await iam.user(accountId, userName)
  if (user === undefined) return no(renamed(entry))
  if (user.userId !== userId) {
    return no(`${userName} is another user by now: ${user.userId}, and the key was of ${userId}`)
  }
  const keys = await keysOfUser(iam, user, accessKeyId)
  if (keys === undefined) return no(renamed(entry))
  const key = keys.find((listed) => listed.accessKeyId === accessKeyId)
  if (key === undefined) return { kind: 'gone' }
  if (key.status === 'Expired') return no(`${accessKeyId} has expired; IAM does not renew it`)
  return { kind: 'found', user, key }
}
