import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { IAMClient } from '@aws-sdk/client-iam'
import { OrganizationsClient } from '@aws-sdk/client-organizations'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SESv2Client } from '@aws-sdk/client-sesv2'
import { SQSClient } from '@aws-sdk/client-sqs'
import { STSClient } from '@aws-sdk/client-sts'
import { callLogger } from './called-operations.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

interface UserSeed {
  readonly userName: string
  readonly path?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly groups?: readonly string[]
  readonly hasConsole?: boolean
  readonly createdAtMs?: number
}

interface KeySeed {
  readonly createdAtMs?: number
  readonly status?: 'Active' | 'Inactive'
  readonly lastUsed?: {
    readonly atMs: number
    readonly service: string
    readonly region: string
  }
}

interface RoleSeed {
  readonly name: string
  readonly path?: string
  readonly trust: object
  readonly policy: object
}

/** An account that no other case uses. Its clients act with an administrator's session. */
export interface TestAccount extends Clients {
  readonly id: string
  readonly addUser: (seed: UserSeed) => Promise<void>
  /** Adds a key that is visible and usable at once. */
  readonly addKey: (userName: string, seed?: KeySeed) => Promise<Credentials>
  /** Returns the role's ARN. */
  readonly addRole: (role: RoleSeed) => Promise<string>
  /** Lets SES send from this address. */
  readonly verify: (address: string) => Promise<void>
}

/** The management account of one organization, which all cases share. Each case adds its own units. */
interface TestOrganization extends Clients {
  /** Adds a unit, in the root unless a parent is given. Returns its ID. */
  readonly addUnit: (name: string, parentId?: string) => Promise<string>
  /** Returns the account's ID. */
  readonly addAccount: (name: string, parentId?: string) => Promise<string>
}

/** An implementation of AWS, with the set-up functions for which keynag has no calls. */
export interface AwsUnderTest {
  readonly account: () => Promise<TestAccount>
  readonly organization: TestOrganization
  readonly as: (credentials: Credentials) => Clients
  readonly nowMs: () => number
  /** Waits, in the implementation's time, until reads show all changes. */
  readonly settle: () => void
  readonly close: () => Promise<void>
}

type Clients = ReturnType<typeof clientsOf>

/** The URL of each service. */
export interface Endpoints {
  readonly aws: string
  readonly dynamodb: string
  readonly ses: string
  readonly sqs: string
}

const region = 'us-east-1'

export const clientsOf = (endpoints: Endpoints, credentials: Credentials) => {
  const usual = { region, credentials, maxAttempts: 1, logger: callLogger }
  const aws = { ...usual, endpoint: endpoints.aws }
  return {
    dynamodb: new DynamoDBClient({ ...usual, endpoint: endpoints.dynamodb }),
    iam: new IAMClient(aws),
    organizations: new OrganizationsClient(aws),
    secrets: new SecretsManagerClient(aws),
    ses: new SESv2Client({ ...usual, endpoint: endpoints.ses }),
    sqs: new SQSClient({ ...usual, endpoint: endpoints.sqs }),
    sts: new STSClient(aws),
  }
}
