import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { OrganizationsDirectory } from '../iam/account-directory.ts'
import { DynamoLedger } from '../ledger/dynamo-ledger.ts'
import { refused, scriptedAws, sleepingClock, xml, json } from '../testing/scripted-aws.ts'
import { callerIdentity } from './caller-identity.ts'
import { findRegion, findRegionOfIam } from './find-region.ts'
import { operatorCredentials } from './operator-credentials.ts'
import { roleArn } from './partition.ts'

/** The AWS configuration of one person, and none of this machine. */
async function configured(config: string) {
  const folder = await mkdtemp(join(tmpdir(), 'keynag-aws-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'config'), config)
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'))
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'))
  vi.stubEnv('HOME', folder)
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  for (const name of ['AWS_REGION', 'AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_ENDPOINT_URL']) {
    vi.stubEnv(name, undefined)
  }
}

afterEach(() => void vi.unstubAllEnvs())

const withMfa = `
[profile admin]
role_arn = arn:aws:iam::111111111111:role/admin
source_profile = person
mfa_serial = arn:aws:iam::111111111111:mfa/olga
region = eu-central-1
[profile person]
aws_access_key_id = AKIAEXAMPLE
aws_secret_access_key = example
`
const session = xml(
  '<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>',
)

describe('a profile that needs a code of an MFA device', () => {
  it('asks for it once, whatever the number of clients', async () => {
    await configured(withMfa)
    const { url, requests } = await scriptedAws(session, json({ Accounts: [] }))
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    const asked: string[] = []
    const credentials = operatorCredentials({
      region: 'eu-central-1',
      profile: 'admin',
      askMfaCode: (serial) => {
        asked.push(serial)
        return Promise.resolve('123456')
      },
    })
    const settings = { region: 'eu-central-1', credentials }
    for (const directory of [1, 2].map(() => new OrganizationsDirectory(settings))) {
      expect(await directory.accounts({ withUnits: false })).toStrictEqual([])
    }
    expect(asked).toStrictEqual(['arn:aws:iam::111111111111:mfa/olga'])
    expect(requests).toHaveLength(3)
    expect(requests[0]).toContain('TokenCode=123456')
  })

  it('is an error with a code of its own where nobody can be asked', async () => {
    await configured(withMfa)
    const { url } = await scriptedAws(session)
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    const credentials = operatorCredentials({
      region: 'eu-central-1',
      profile: 'admin',
      askMfaCode: () => Promise.resolve(undefined),
    })
    await expect(callerIdentity({ region: 'eu-central-1', credentials })).rejects.toMatchObject({
      code: 'KEYNAG_MFA_NEEDED',
      message: expect.stringContaining('mfa/olga'),
    })
  })
})

const askMfaCode = () => Promise.resolve(undefined)

const sso = `
[profile sso]
sso_session = company
sso_account_id = 111111111111
sso_role_name = admin
[sso-session company]
sso_region = eu-central-1
sso_start_url = https://example.awsapps.com/start
`

describe('credentials that are', () => {
  it.each([
    ['missing', '', undefined, 'KEYNAG_CREDENTIALS_MISSING'],
    ['of an SSO session that is over', sso, 'sso', 'KEYNAG_SSO_LOGIN_NEEDED'],
  ])('%s have a code of their own, whatever is called', async (_, config, profile, code) => {
    await configured(config)
    const credentials = operatorCredentials({ region: 'eu-central-1', profile, askMfaCode })
    const settings = { region: 'eu-central-1', credentials }
    const { clock, random } = sleepingClock()
    const ledger = new DynamoLedger(settings, 'table', { clock, random })
    await expect(callerIdentity(settings)).rejects.toMatchObject({ code })
    await expect(ledger.configuration()).rejects.toMatchObject({ code })
    await expect(
      new OrganizationsDirectory(settings).accounts({ withUnits: false }),
    ).rejects.toMatchObject({ code })
  })
})

describe('an answer', () => {
  const page = '<!DOCTYPE html><html><body>Please log in to the hotel</body></html>'
  it.each([200, 403, 407])('of a portal with status %i is no answer of AWS', async (status) => {
    const { settings } = await scriptedAws({ status, body: page, type: 'text/html; charset=utf-8' })
    const { clock, random } = sleepingClock()
    const code = 'KEYNAG_ANSWER_UNREADABLE'
    const ledger = new DynamoLedger(settings, 'table', { clock, random })
    await expect(callerIdentity(settings)).rejects.toMatchObject({ code })
    await expect(ledger.configuration()).rejects.toMatchObject({ code })
  })

  it('that cannot be parsed is no answer of AWS either', async () => {
    const { settings } = await scriptedAws({ status: 200, body: 'welcome', type: 'text/plain' })
    await expect(callerIdentity(settings)).rejects.toMatchObject({
      code: 'KEYNAG_ANSWER_UNREADABLE',
      message: expect.not.stringContaining('$response'),
    })
  })

  it('of Organizations to another account than its own has the right advice', async () => {
    const { settings } = await scriptedAws(
      json({ __type: 'AccessDeniedException', Message: "You don't have permissions" }, 400),
    )
    await expect(
      new OrganizationsDirectory(settings).accounts({ withUnits: false }),
    ).rejects.toMatchObject({
      code: 'KEYNAG_ORGANIZATION_DENIED',
      remedy: expect.stringContaining('delegated administrator'),
    })
  })

  it('of STS that refuses the credentials has a code of its own', async () => {
    const { settings } = await scriptedAws(refused('InvalidClientTokenId', 403))
    await expect(callerIdentity(settings)).rejects.toMatchObject({
      code: 'KEYNAG_CREDENTIALS_REFUSED',
    })
  })
})

describe('the Region', () => {
  it('of a stage is never guessed', async () => {
    await configured('')
    await expect(findRegion()).rejects.toMatchObject({ code: 'KEYNAG_REGION_MISSING' })
    expect(await findRegionOfIam()).toBe('us-east-1')
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1')
    expect(await findRegion()).toBe('us-east-1')
  })

  it('comes from the profile', async () => {
    await configured(withMfa)
    expect(await findRegion('admin')).toBe('eu-central-1')
  })

  it.each([
    ['eu-central-1', 'aws'],
    ['cn-northwest-1', 'aws-cn'],
    ['us-gov-east-1', 'aws-us-gov'],
    ['eusc-de-east-1', 'aws-eusc'],
    ['us-iso-west-1', 'aws-iso'],
    ['us-isob-east-1', 'aws-iso-b'],
    ['eu-isoe-west-1', 'aws-iso-e'],
    ['us-isof-south-1', 'aws-iso-f'],
  ])('%s is in the partition %s', (region, partition) => {
    expect(roleArn(region, '111111111111', 'keynag-reader')).toBe(
      `arn:${partition}:iam::111111111111:role/keynag-reader`,
    )
  })
})

it('reaches AWS through the proxy that the environment names', async () => {
  const seen: string[] = []
  const proxy = createServer((request, response) => {
    seen.push(request.url ?? '')
    response.end(
      '<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111111111111</Account><Arn>arn:aws:iam::111111111111:user/olga</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>',
    )
  })
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => void proxy.close())
  const address = proxy.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${address.port}`)
  vi.stubEnv('NO_PROXY', 'localhost')
  vi.resetModules()
  const fresh = await import('./caller-identity.ts')
  const identity = await fresh.callerIdentity({
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' },
    endpoints: { sts: 'http://sts.example.com' },
  })
  expect(identity.arn).toBe('arn:aws:iam::111111111111:user/olga')
  expect(seen).toStrictEqual(['http://sts.example.com/'])
})
