import {
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import type { Credentials } from '@keynag/aws'
import { MotoAccount } from './moto-account.ts'
import { readMails } from './moto-mail.ts'
import { startMoto } from './start-moto.ts'

export const region = 'us-east-1'
/** The account for calls with unknown credentials. Here it is the management account and the hub. */
const managementId = '123456789012'
const stranger: Credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' }
const operatorRole = 'test-operator'

export type MotoOrganization = Awaited<ReturnType<typeof motoOrganization>>

/** Creates an organization in moto with the calls that people would make. */
export async function motoOrganization() {
  const moto = await startMoto()
  const as = (credentials: Credentials) => ({ endpoint: moto.url, region, credentials })
  const organizations = new OrganizationsClient(as(stranger))
  const sts = new STSClient(as(stranger))
  const ses = new SESv2Client(as(stranger))
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }))
  await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: 'example.com' }))
  const accounts: MotoAccount[] = []

  const open = async (id: string): Promise<MotoAccount> => {
    const { Credentials: session } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${id}:role/${operatorRole}`,
        RoleSessionName: 'operator',
      }),
    )
    const credentials = {
      accessKeyId: String(session?.AccessKeyId),
      secretAccessKey: String(session?.SecretAccessKey),
      sessionToken: String(session?.SessionToken),
    }
    const account = new MotoAccount(moto, id, as(credentials))
    await account.addRole(operatorRole, ['*'])
    await account.addKeynagRoles()
    accounts.push(account)
    return account
  }
  const createAccount = async (AccountName: string): Promise<string> => {
    const Email = `aws+${AccountName}@example.com`
    const { CreateAccountStatus } = await organizations.send(
      new CreateAccountCommand({ AccountName, Email }),
    )
    return String(CreateAccountStatus?.AccountId)
  }

  const management = await open(managementId)
  const hub = await management.addUser('keynag-functions', {})
  // moto requires a permission named after each batch operation and transaction; AWS does not.
  await management.allow('keynag-functions', '*')

  return {
    url: moto.url,
    managementId,
    /** The credentials of keynag's functions. */
    hub,
    addAccount: async (name: string): Promise<MotoAccount> => open(await createAccount(name)),
    /** Adds an account, closes it, and returns its ID. */
    addClosedAccount: async (name: string): Promise<string> => {
      const AccountId = await createAccount(name)
      await organizations.send(new CloseAccountCommand({ AccountId }))
      return AccountId
    },
    /** From now on moto checks signatures and permissions. */
    checkCalls: async (): Promise<void> => {
      const answer = await fetch(`${moto.url}/moto-api/reset-auth`, { method: 'POST', body: '0' })
      if (!answer.ok) throw new Error(`moto answered reset-auth with ${answer.status}`)
    },
    /** The mails that SES accepted, oldest first. */
    mails: readMails(moto.url),
    /**
     * moto uses the machine's clock, and keynag a virtual clock that is far behind it. So this moves
     * every date after keynag's present to keynag's present.
     */
    dateBack: async (nowMs: number): Promise<void> => {
      for (const account of accounts) await account.dateBack(nowMs)
    },
    close: async (): Promise<void> => {
      for (const client of [organizations, sts, ses, ...accounts]) client.destroy()
      await moto.close()
    },
  }
}
