import { z } from 'zod'
import type { Maker } from '@keynag/core'

/** The caller in a CloudTrail record. */
export const UserIdentity = z.object({ type: z.string(), arn: z.string().optional() })
type UserIdentity = z.infer<typeof UserIdentity>

/**
 * The session name, if the call was made in a session of that role. CloudTrail writes it as
 * `arn:aws:sts::<account>:assumed-role/<role without its path>/<session>`.
 */
export function sessionIn({ type, arn = '' }: UserIdentity, roleArn: string): string | undefined {
  const [, partition, accountId, role, sessionName] =
    /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\/([^/]+)$/.exec(arn) ?? []
  const [, ofPartition, ofAccount, ofRole] =
    /^arn:([\w-]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(roleArn) ?? []
  const isOfRole = partition === ofPartition && accountId === ofAccount && role === ofRole
  return type === 'AssumedRole' && isOfRole ? sessionName : undefined
}

/** Who made the call: a session of that role, or somebody else. */
export function callerIn(
  identity: UserIdentity,
  roleArn: string,
): Exclude<Maker, { kind: 'not-found' }> {
  const sessionName = sessionIn(identity, roleArn)
  return sessionName === undefined
    ? { kind: 'other', who: identity.arn ?? 'nobody named' }
    : { kind: 'session', sessionName }
}
