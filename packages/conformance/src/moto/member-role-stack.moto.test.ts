import { GetRoleCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { rolesIn, sandboxTemplate } from '@keynag/sandbox/roles'
import { startMoto } from './start-moto.ts'

const organizationId = 'o-exampleorgid'
/** Where moto puts calls of credentials that it does not know. */
const accountId = '123456789012'

/** moto finds the service in the signature's scope: one call needs no client of CloudFormation. */
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

/** What the policies say is not compared: moto keeps those of a stack as text that is no JSON. */
it("moto's CloudFormation makes the roles of the template, trusting what they should", async () => {
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
