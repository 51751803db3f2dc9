import { GetRoleCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { rolesIn, sandboxTemplate } from '@keynag/sandbox/roles'
import { startMoto } from './start-moto.ts'

const organizationId = 'o-exampleorgid'
/** The account in which moto performs calls with unknown credentials. */
const accountId = '123456789012'

/** Signs the call by hand, because one call is not worth a dependency on CloudFormation's client. */
async function createStack(url: string, template: object): Promise<string> {
  const scope = 'AKIAEXAMPLE/20260101/us-east-1/cloudformation/aws4_request'
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      Action: 'CreateStack',
      Version: '2010-05-15',
      StackName: 'keynag-member-roles',
      TemplateBody: JSON.stringify(template),
      'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
    }),
  })
  return answer.text()
}

const read = (document: string | undefined): unknown =>
  JSON.parse(decodeURIComponent(document ?? ''))

/** Does not compare the policies: moto stores the policies of a stack as text that is not JSON. */
it("moto's CloudFormation creates the roles of the template with the right trust", async () => {
  const moto = await startMoto()
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' }
  const iam = new IAMClient({ endpoint: moto.url, region: 'us-east-1', credentials })
  try {
    expect(await createStack(moto.url, sandboxTemplate(organizationId))).toContain('<StackId>')
    for (const { role, name, path, trustPolicy } of rolesIn(accountId, organizationId)) {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName: name }))
      expect(Role?.Path).toBe(path)
      expect(read(Role?.AssumeRolePolicyDocument)).toStrictEqual(trustPolicy)
      const { PolicyNames } = await iam.send(new ListRolePoliciesCommand({ RoleName: name }))
      expect(PolicyNames).toEqual([role])
    }
  } finally {
    iam.destroy()
    await moto.close()
  }
})
