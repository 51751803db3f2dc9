import type {
  AccessKeyId,
  AccountId,
  EpochMs,
  Handovers,
  IamReader,
  KeyMutations,
  KeyStatus,
} from '@keynag/core'

/** How late this world's answers are, in milliseconds. AWS promises no figure for any of them. */
interface Lags {
  /** From a change of keys to the lists that show it. */
  readonly list: number
  /** From a key's creation to the first call that it can sign. */
  readonly activation: number
  /** From a key's use to its last use. */
  readonly lastUse: number
  /** From a call to CloudTrail's event. */
  readonly trail: number
}

/** Calls of keynag's that can be made to fail. */
export type Trouble =
  /** CreateAccessKey takes effect, and its answer is lost. */
  | 'lost-create'
  /** CreateAccessKey is throttled. */
  | 'throttled-create'
  /** GetAccessKeyLastUsed is denied. */
  | 'denied-last-use'
  /** GetAccessKeyLastUsed is denied, when it is asked whether a key exists. */
  | 'denied-key-lookup'
  /** GetAccessKeyLastUsed is throttled, however often the SDK tries. */
  | 'throttled-last-use'

/**
 * A model of AWS behind keynag's ports, with two accounts, and what people and programs do in it.
 * A person's act takes effect at once; the ports show it as late as AWS does.
 */
export interface WorldUnderTest {
  readonly iam: IamReader
  readonly mutations: KeyMutations
  readonly handovers: Handovers
  readonly account: AccountId
  readonly otherAccount: AccountId
  readonly lags: Lags
  readonly now: () => EpochMs
  readonly advance: (ms: number) => void
  /** A new user of the account. */
  readonly addUser: (userName: string) => void
  readonly deleteUser: (userName: string) => void
  readonly renameUser: (userName: string, newName: string) => void
  readonly tagUser: (userName: string, tags: Readonly<Record<string, string>>) => void
  /** A key of a hundred days ago: listed, and accepted. */
  readonly addOldKey: (userName: string) => AccessKeyId
  /** A person makes a key now. */
  readonly makeKey: (userName: string) => AccessKeyId
  readonly setStatus: (accessKeyId: AccessKeyId, status: KeyStatus) => void
  readonly deleteKey: (accessKeyId: AccessKeyId) => void
  /** A program signs a call to S3; false when AWS refuses the key. */
  readonly useKey: (accessKeyId: AccessKeyId) => boolean
  /** The user reads the secret, signed in with an old key; false when AWS refuses. */
  readonly fetchSecret: (accessKeyId: AccessKeyId, secretArn: string) => Promise<boolean>
  /** A person deletes a secret without a recovery window. */
  readonly deleteSecretAtOnce: (secretArn: string) => void
  /** The key that a reader of the secret is given; `undefined` when there is none to be had. */
  readonly currentKeyIn: (secretArn: string) => AccessKeyId | undefined
  /** Befalls the next such call, and no other. */
  readonly befall: (trouble: Trouble) => void
}

export interface WorldOptions {
  /** `late`: lists are a minute behind. */
  readonly lists?: 'usual' | 'late'
  /** `alike`: the figures of the two models are the same. */
  readonly lags?: 'own' | 'alike'
  /** What IAM answers for a key that is not there: both answers are documented or observed. */
  readonly unknownKey?: 'denied' | 'no-such-entity'
}

export type StartWorld = (options: WorldOptions) => Promise<WorldUnderTest>

/** Which of the two. */
export type Model = 'packages/simulation' | 'packages/fake-aws'
