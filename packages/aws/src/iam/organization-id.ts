import { DescribeOrganizationCommand, OrganizationsClient } from '@aws-sdk/client-organizations'
import { transient } from '@keynag/core'
import { calling } from '../classify.ts'
import { clientConfig, type ClientSettings } from '../session/client-settings.ts'

/** The ID of the organization that the caller's account is in. Every member account may ask. */
export async function organizationId(settings: ClientSettings): Promise<string> {
  const client = new OrganizationsClient(clientConfig('organizations', settings))
  try {
    const { Organization } = await calling(
      { operation: 'organizations:DescribeOrganization' },
      () => client.send(new DescribeOrganizationCommand({})),
    )
    if (Organization?.Id !== undefined) return Organization.Id
    throw transient('KEYNAG_UNAVAILABLE', 'Organizations answered without an ID')
  } finally {
    client.destroy()
  }
}
