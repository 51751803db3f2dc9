/** The account, Region and organisation that keynag runs in. */
export interface Hub {
  readonly partition: string
  readonly region: string
  readonly accountId: string
  readonly organizationId: string
  readonly managementAccountId: string
  readonly rootIds: readonly string[]
}

/** Needs the management account, or a delegated administrator of Organizations and StackSets. */
export async function findHub(): Promise<Hub> {
  const [{ partition }, { region }, { accountId }, organization] = await Promise.all([
    aws.getPartition(),
    aws.getRegion(),
    aws.getCallerIdentity(),
    aws.organizations.getOrganization(),
  ])
  return {
    partition,
    region,
    accountId,
    organizationId: organization.id,
    managementAccountId: organization.masterAccountId,
    rootIds: organization.roots.map((root) => root.id),
  }
}
