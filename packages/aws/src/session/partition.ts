/** An AWS partition (IAM User Guide, ARNs and partitions). */
export interface Partition {
  readonly name: 'aws' | 'aws-cn' | 'aws-us-gov'
  /** CloudTrail records IAM's events in this Region only (CloudTrail User Guide, Global services). */
  readonly iamEventsRegion: string
}

/** The partition that a Region belongs to. */
export function partitionOf(region: string): Partition {
  if (region.startsWith('cn-')) return { name: 'aws-cn', iamEventsRegion: 'cn-north-1' }
  if (region.startsWith('us-gov-')) {
    return { name: 'aws-us-gov', iamEventsRegion: 'us-gov-west-1' }
  }
  return { name: 'aws', iamEventsRegion: 'us-east-1' }
}

/** The ARN of a role, with its path if it has one. */
export const roleArn = (region: string, accountId: string, role: string): string =>
  `arn:${partitionOf(region).name}:iam::${accountId}:role/${role.replace(/^\//, '')}`
