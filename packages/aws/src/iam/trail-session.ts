import { z } from 'zod'

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
