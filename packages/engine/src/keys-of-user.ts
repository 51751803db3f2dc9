import type { AccessKeyId, Entry, IamReader, ListedKey } from '@keynag/core'

type Named = Pick<Entry, 'accountId' | 'userId' | 'userName'>

/** Whether the name is this very user's now: names are reused, IDs are not. */
export async function hasName(
  iam: Pick<IamReader, 'user'>,
  { accountId, userId, userName }: Named,
): Promise<boolean> {
  return (await iam.user(accountId, userName))?.userId === userId
}

/**
 * This very user's keys, or `undefined` where the name is not the user's any more: then nothing is
 * known of the keys. IAM lists keys by user name, so a list without the key may be another user's,
 * and who has the name is asked again after it.
 */
export async function keysOfUser(
  iam: Pick<IamReader, 'accessKeys' | 'user'>,
  user: Named,
  accessKeyId: AccessKeyId,
): Promise<readonly ListedKey[] | undefined> {
  const keys = await iam.accessKeys(user.accountId, user.userName)
  if (keys === undefined) return undefined
  const isListed = keys.some((key) => key.accessKeyId === accessKeyId)
  return isListed || (await hasName(iam, user)) ? keys : undefined
}
