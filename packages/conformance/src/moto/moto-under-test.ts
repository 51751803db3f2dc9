import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  ListRootsCommand,
  MoveAccountCommand,
} from '@aws-sdk/client-organizations'
import { CreateEmailIdentityCommand } from '@aws-sdk/client-sesv2'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import {
  clientsOf,
  type AwsUnderTest,
  type Credentials,
  type TestAccount,
} from '../contract/aws-under-test.ts'
import { startMoto } from './start-moto.ts'

/** A key of no account. moto performs its calls in its default account. */
const stranger = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' }

/** Starts moto. The set-up functions make the calls that people would make to set up AWS. */
export const startMotoUnderTest = async (): Promise<AwsUnderTest> => {
  const moto = await startMoto()
  const { url } = moto
  const as = (credentials: Credentials) =>
    clientsOf({ aws: url, dynamodb: url, ses: url, sqs: url }, credentials)
  const management = as(stranger)
  await management.organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }))
  const { Roots = [] } = await management.organizations.send(new ListRootsCommand({}))
  const rootId = text(Roots[0]?.Id)

  let nextId = 500_000_000_000
  const account = async (): Promise<TestAccount> => {
    const id = String((nextId += 1))
    const { Credentials: granted } = await management.sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${id}:role/administrator`,
        RoleSessionName: 'contract',
      }),
    )
    const clients = as({
      accessKeyId: text(granted?.AccessKeyId),
      secretAccessKey: text(granted?.SecretAccessKey),
      sessionToken: text(granted?.SessionToken),
    })
    const { iam } = clients
    const groups = new Set<string>()
    return {
      ...clients,
      id,
      addUser: async ({ userName, path = '/', tags = {}, createdAtMs, ...seed }) => {
        const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
        await iam.send(new CreateUserCommand({ UserName: userName, Path: path, Tags }))
        for (const GroupName of seed.groups ?? []) {
          if (!groups.has(GroupName)) await iam.send(new CreateGroupCommand({ GroupName }))
          groups.add(GroupName)
          await iam.send(new AddUserToGroupCommand({ GroupName, UserName: userName }))
        }
        if (seed.hasConsole === true) {
          const Password = 'correct horse battery staple 1!'
          await iam.send(new CreateLoginProfileCommand({ UserName: userName, Password }))
        }
        if (createdAtMs !== undefined) {
          await moto.setDates(id, { users: [{ userName, createdAtMs }] })
        }
      },
      addKey: async (userName, { status = 'Active', ...dates } = {}) => {
        const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: userName }))
        const accessKeyId = text(AccessKey?.AccessKeyId)
        const named = { UserName: userName, AccessKeyId: accessKeyId }
        if (status === 'Inactive') {
          await iam.send(new UpdateAccessKeyCommand({ ...named, Status: status }))
        }
        await moto.setDates(id, { keys: [{ accessKeyId, ...dates }] })
        return { accessKeyId, secretAccessKey: text(AccessKey?.SecretAccessKey) }
      },
      addRole: async ({ name, path = '/', trust, policy }) => {
        const { Role } = await iam.send(
          new CreateRoleCommand({
            RoleName: name,
            Path: path,
            AssumeRolePolicyDocument: JSON.stringify(trust),
          }),
        )
        const PolicyDocument = JSON.stringify(policy)
        const inline = { RoleName: name, PolicyName: 'all', PolicyDocument }
        await iam.send(new PutRolePolicyCommand(inline))
        return text(Role?.Arn)
      },
      verify: async (EmailIdentity) => {
        await clients.ses.send(new CreateEmailIdentityCommand({ EmailIdentity }))
      },
    }
  }

  return {
    account,
    organization: {
      ...management,
      addUnit: async (Name, ParentId = rootId) => {
        const { OrganizationalUnit } = await management.organizations.send(
          new CreateOrganizationalUnitCommand({ Name, ParentId }),
        )
        return text(OrganizationalUnit?.Id)
      },
      addAccount: async (AccountName, parentId = rootId) => {
        const { CreateAccountStatus } = await management.organizations.send(
          new CreateAccountCommand({ AccountName, Email: `aws+${AccountName}@example.com` }),
        )
        const AccountId = text(CreateAccountStatus?.AccountId)
        if (parentId !== rootId) {
          const move = { AccountId, SourceParentId: rootId, DestinationParentId: parentId }
          await management.organizations.send(new MoveAccountCommand(move))
        }
        return AccountId
      },
    },
    as,
    nowMs: () => Date.now(),
    settle: () => undefined,
    close: () => moto.close(),
  }
}

const text = (value: string | undefined): string => {
  if (value === undefined) throw new Error('an answer of moto lacks a field that the tests need')
  return value
}
