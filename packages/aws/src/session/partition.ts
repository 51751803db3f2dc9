/** An AWS partition (IAM User Guide, ARNs and partitions). */
export interface Partition {
  readonly name: string
  /** CloudTrail records IAM's events in this Region only (CloudTrail User Guide, Global services). */
  readonly iamEventsRegion: string
}

const commercial: Partition = { name: 'aws', iamEventsRegion: 'us-east-1' }

/**
 * By the beginning of their Regions' names (`partitions.json` of the AWS SDKs, which names IAM's Region of
 * each partition too).
 */
const others: readonly (readonly [string, Partition])[] = [
  ['cn-', { name: 'aws-cn', iamEventsRegion: 'cn-north-1' }],
  ['us-gov-', { name: 'aws-us-gov', iamEventsRegion: 'us-gov-west-1' }],
  ['eusc-', { name: 'aws-eusc', iamEventsRegion: 'eusc-de-east-1' }],
  ['us-iso-', { name: 'aws-iso', iamEventsRegion: 'us-iso-east-1' }],
  ['us-isob-', { name: 'aws-iso-b', iamEventsRegion: 'us-isob-east-1' }],
  ['eu-isoe-', { name: 'aws-iso-e', iamEventsRegion: 'eu-isoe-west-1' }],
  ['us-isof-', { name: 'aws-iso-f', iamEventsRegion: 'us-isof-south-1' }],
]

/** The partition that a Region belongs to. */
export const partitionOf = (region: string): Partition =>
  others.find(([prefix]) => region.startsWith(prefix))?.[1] ?? commercial

/** The ARN of a role, with its path if it has one. */
export const roleArn = (region: string, accountId: string, role: string): string =>
  `arn:${partitionOf(region).name}:iam::${accountId}:role/${role.replace(/^\//, '')}`
