import {
  done,
  everyItem,
  isOngoing,
  isOpen,
  KeynagError,
  makeEvent,
  next,
  openIntent,
  park,
  permanent,
  schedule,
  type AccessKeyId,
  type AccountScan,
  type Actor,
  type Entry,
  type EpochMs,
  type Fact,
  type IamReader,
  type EventOf,
  type KeynagEvent,
  type KnownAccount,
  type Organization,
  type Origin,
  type Outcome,
  type ScanCounts,
  type Unread,
  type Write,
} from '@keynag/core'
import { dueEvent, oneForEachAudience, rotationDue } from '../due-event.ts'
import { isHeld } from '../held-rotation.ts'
import { hasName } from '../keys-of-user.ts'
import { noticeOfNext, noticesToFormer } from '../outbox.ts'
import { originOf, type Ports, type ReceivedMessage } from '../ports.ts'
import { mayReturn, survey, type Candidate, type Survey } from './candidates.ts'
import { accountToEnd, endAccount } from './end-account.ts'
import { usesByKey } from './last-used-of.ts'
import { changeOf, isConcern, observe, type Change } from './observe.ts'
import { isVoid, recordFailedRead, recordRead } from './record-read.ts'

type ScannerPorts = Pick<
  Ports,
  'clock' | 'ids' | 'ledger' | 'organization' | 'source' | 'telemetry'
> & {
  readonly iam: Pick<
    IamReader,
    'credentialReport' | 'users' | 'user' | 'accessKeys' | 'lastUsed' | 'hasKey'
  >
}

type Received = Pick<ReceivedMessage, 'receiveCount' | 'remainingMs'>

/** With less time than this left, an invocation stops and continues in a new message. */
const reserveMs = 30_000
/** More elements than these that cannot be read are a trouble of the account, and its scan fails. */
const mostUnread = 20
/** At this delivery any error becomes the account's result of the day, and a bug does too. */
const lastTry = 4

/**
 * Scans one account: reads the credential report, the users and the keys of the candidates, records
 * the changes and publishes the keys that are due. If the account cannot be read, the scan records
 * the failure and changes no entry because of it.
 */
export const scan =
  (ports: ScannerPorts) =>
  async (event: EventOf<'scan.requested'>, received: Received): Promise<Outcome> => {
    const { date, accountId } = event.data
    const over = await accountToEnd(ports, event)
    const planned = await ports.ledger.accountScan(date, accountId)
    if (over !== undefined) {
      if (planned?.result.kind === 'requested') await ports.ledger.commit([skipped(planned, over)])
      return endAccount(ports, over, event, received)
    }
    if (planned === undefined) {
      return park('KEYNAG_ACCOUNT_NOT_PLANNED', `account ${accountId} is not planned on ${date}`)
    }
    if (planned.result.kind !== 'requested')
      return done(`account ${accountId} has its result of ${date} already`)
    try {
      return await scanAccount(ports, planned, event, received)
    } catch (error) {
      const isLast = received.receiveCount >= lastTry
      if (!isLast && !isPermanent(error)) throw error
      return recordFailure(ports, planned, asFailure(ports, error))
    }
  }

const isPermanent = (error: unknown): boolean =>
  error instanceof KeynagError && error.errorClass === 'permanent'

/** A bug's own sentence may hold anything, so only the log has it. */
function asFailure({ telemetry }: ScannerPorts, error: unknown): KeynagError {
  if (error instanceof KeynagError) return error
  telemetry.error('a bug: the account has no scan today', { error })
  const why = 'the scan failed by a bug, which is in the log of the scanner'
  return permanent('KEYNAG_SCAN_UNFINISHED', why, error)
}

async function scanAccount(
  ports: ScannerPorts,
  planned: AccountScan,
  event: EventOf<'scan.requested'>,
  received: Received,
): Promise<Outcome> {
  const now = ports.clock.now()
  const { account } = planned
  const { organization } = ports
  const before = await ports.ledger.account(account.accountId)
  const known = await knownEntries(ports, account.accountId)
  const found = await survey({
    iam: ports.iam,
    account,
    organization,
    known,
    fullWalk: planned.fullWalk,
    now,
  })
  const progress = new Progress(
    known,
    event.data.after?.counts ?? { ...noCounts, ...sizeOf(found) },
    planned.result.kind === 'requested' ? planned.result.unread : [],
  )
  const actor: Actor = { kind: 'scan', date: planned.date }
  const left = found.candidates.filter(
    ({ user }) => event.data.after === undefined || user.arn > event.data.after.userArn,
  )
  for (const candidate of left) {
    await progress.lookAt(candidate.user, () =>
      examine(ports, candidate, { account, organization, now }, actor, progress),
    )
    if (received.remainingMs() < reserveMs && candidate !== left.at(-1)) {
      progress.retryWhile(received)
      return handOver(ports, planned, event, candidate, progress)
    }
  }
  for (const entry of found.missing) {
    await progress.lookAt(entry, () =>
      examineMissing(ports, entry, { account, organization, now }, actor, progress),
    )
  }
  const hasTime = (): boolean => received.remainingMs() >= reserveMs
  const recordAll = (factFor: (entry: Entry) => Fact | undefined): Promise<boolean> =>
    recordEach(progress.entries, factFor, hasTime, (entry, fact) =>
      record(ports, changeOf(entry, fact, { organization, now }), actor, progress),
    )
  const isDone = await recordAll((entry) =>
    isVoid(entry, before) ? anew : sooner(entry, organization, now),
  )
  progress.retryWhile(received)
  const result = {
    kind: 'finished' as const,
    at: ports.clock.now(),
    reportAt: found.reportAt,
    counts: progress.counts,
    rootKeys: [...found.rootKeys],
    ...progress.inPart,
  }
  await recordRead(ports, planned, result, isDone ? before?.stopped : undefined, now)
  // From here on the sweeper no longer takes the account for unread.
  await recordAll(({ unread }) => (unread === undefined ? undefined : anew))
  ports.telemetry.count('AccountsScanned', 1)
  const origin = originOf(ports, ports.clock.now())
  return next(`scanned account ${account.accountId}`, progress.dueEvents(organization, origin))
}

const noCounts: ScanCounts = { users: 0, keys: 0, stale: 0, found: 0, resolved: 0 }
const sizeOf = ({ users, keys }: Survey) => ({ users, keys })

/** The entries and counts as this invocation has changed them so far. */
class Progress {
  readonly #changed: Entry[] = []
  readonly #unsettled = new Set<AccessKeyId>()
  readonly #entries: Map<AccessKeyId, Entry>
  readonly #counts: ScanCounts

  readonly #unread: Unread[]
  #mayPass: KeynagError | undefined

  constructor(known: readonly Entry[], counts: ScanCounts, unread: readonly Unread[] = []) {
    this.#entries = new Map(known.map((entry) => [entry.accessKeyId, entry]))
    this.#counts = { ...counts }
    this.#unread = [...unread]
  }

  /** What could not be looked at, for the account's result. */
  get inPart(): { unread?: Unread[] } {
    return this.#unread.length === 0 ? {} : { unread: [...this.#unread] }
  }

  /**
   * Looks at one user or key. One that cannot be read does not keep the rest of the account from
   * being recorded: it is noted, and nothing is concluded about it.
   *
   * @throws KeynagError where the trouble is the account's: no session, or too much that cannot be read
   */
  async lookAt(
    { userName, ...of }: { readonly userName: string; readonly accessKeyId?: AccessKeyId },
    look: () => Promise<void>,
  ): Promise<void> {
    try {
      await look()
    } catch (error) {
      if (!(error instanceof KeynagError) || error.code === 'KEYNAG_ROLE_UNREACHABLE') throw error
      if (this.#unread.length >= mostUnread) throw error
      const { code, message: why } = error
      const key = of.accessKeyId === undefined ? {} : { accessKeyId: of.accessKeyId }
      this.#note({ userName, ...key, code, why })
      if (error.errorClass !== 'permanent') this.#mayPass = error
    }
  }

  /** A delivery that could not hand over is repeated, and meets what it met before. */
  #note(found: Unread): void {
    const isSame = ({ userName, accessKeyId }: Unread): boolean =>
      userName === found.userName && accessKeyId === found.accessKeyId
    const place = this.#unread.findIndex(isSame)
    this.#unread.splice(place < 0 ? this.#unread.length : place, 1, found)
  }

  /** @throws KeynagError where another delivery may read what this one could not */
  retryWhile({ receiveCount }: Received): void {
    if (this.#mayPass !== undefined && receiveCount < lastTry) throw this.#mayPass
  }

  get counts(): ScanCounts {
    return { ...this.#counts, stale: [...this.#entries.values()].filter(isOngoing).length }
  }

  /** As they are by now. */
  get entries(): readonly Entry[] {
    return [...this.#entries.values()]
  }

  /** keynag may have changed these keys itself: the rotator finds out, before anything else is done. */
  leaveToRotator(entries: readonly Entry[]): void {
    for (const { accessKeyId } of entries) this.#unsettled.add(accessKeyId)
  }

  /** The messages about what this invocation has found to be due. */
  dueEvents({ policies }: Organization, origin: Origin): readonly KeynagEvent[] {
    const settled = this.#changed.filter(({ accessKeyId }) => !this.#unsettled.has(accessKeyId))
    const events = settled.map((entry) => dueEvent(entry, policies, origin))
    const unsettled = [...this.#unsettled].map((accessKeyId) => rotationDue(accessKeyId, origin))
    return [...oneForEachAudience(events.filter((event) => event !== undefined)), ...unsettled]
  }

  add(change: Change): void {
    this.#changed.push(change.after)
    this.#entries.set(change.after.accessKeyId, change.after)
    if (change.before === undefined) this.#counts.found += 1
    else if (isOngoing(change.before) && !isOngoing(change.after)) this.#counts.resolved += 1
  }
}

const anew = { kind: 'account-read' } as const

/** Records what follows for each entry; `false` where the time was too short for some. The next scan does the rest. */
async function recordEach(
  entries: readonly Entry[],
  factFor: (entry: Entry) => Fact | undefined,
  hasTime: () => boolean,
  recordOne: (entry: Entry, fact: Fact) => Promise<void>,
): Promise<boolean> {
  for (const entry of entries) {
    if (!hasTime()) return false
    const fact = factFor(entry)
    if (fact !== undefined) await recordOne(entry, fact)
  }
  return true
}

const sooner = (entry: Entry, organization: Organization, now: EpochMs): Fact | undefined =>
  isDueSooner(entry, organization, now)
    ? { kind: 'rescheduled', why: 'the policy changed, and the key is due sooner' }
    : undefined

/**
 * Whether the entry is due sooner than its `dueAt` says, because its policy was armed or changed. The
 * sweeper finds entries by `dueAt`, so it would find this one too late.
 */
function isDueSooner(entry: Entry, { policies }: Organization, now: EpochMs): boolean {
  if (entry.dueAt !== undefined && entry.dueAt <= now) return false
  const { dueAt } = schedule(entry, policies, now)
  return dueAt !== undefined && (entry.dueAt === undefined || dueAt < entry.dueAt)
}

async function knownEntries(
  ports: ScannerPorts,
  accountId: AccountScan['account']['accountId'],
): Promise<readonly Entry[]> {
  const hints: Entry[] = []
  for await (const entry of everyItem((cursor) =>
    ports.ledger.entriesOfAccount(accountId, cursor),
  )) {
    hints.push(entry)
  }
  return hints
}

type Context = Parameters<typeof observe>[2]

async function examine(
  ports: ScannerPorts,
  candidate: Candidate,
  context: Context,
  actor: Actor,
  progress: Progress,
): Promise<void> {
  const { user } = candidate
  const listed = await ports.iam.accessKeys(user.accountId, user.userName)
  // The user was deleted or renamed after the list of users: the next scan tells.
  if (listed === undefined) return
  const isListed = ({ accessKeyId }: Entry): boolean =>
    listed.some((key) => key.accessKeyId === accessKeyId)
  // A list without a known key may be another user's, who has the name by now.
  const isComplete = candidate.known
    .filter((entry) => isOngoing(entry) || mayReturn(entry))
    .every(isListed)
  if (!isComplete && !(await hasName(ports.iam, user))) return
  // Read after the list: what the list shows of an intent, the rotation shows too.
  const rotation = candidate.known.some(isOngoing)
    ? await ports.ledger.rotation(user.accountId, user.userId)
    : undefined
  progress.leaveToRotator(candidate.known.filter((entry) => openIntent(rotation, entry)))
  const { policy } = candidate
  const concerned = listed.filter((key) => policy && isConcern(key, policy, context.now))
  const uses = await usesByKey(ports.iam, candidate, concerned)
  for (const change of observe(candidate, listed, { ...context, rotation, uses })) {
    await record(ports, change, actor, progress)
  }
}

/** Resolves an entry whose user IAM did not list, unless a second look finds the user or the key. */
async function examineMissing(
  ports: ScannerPorts,
  entry: Entry,
  context: Context,
  actor: Actor,
  progress: Progress,
): Promise<void> {
  const user = await ports.iam.user(entry.accountId, entry.userName)
  if (user?.userId === entry.userId) return
  // A user renamed while the pages were read may be on none of them. Then the key still exists.
  if (await ports.iam.hasKey(entry.accountId, entry.accessKeyId)) return
  const fact = { kind: 'resolved', how: 'user-deleted' } as const
  await record(ports, changeOf(entry, fact, context), actor, progress)
}

/** Entries come from an index and may be old. The ledger then refuses the write, which is harmless. */
async function record(
  ports: ScannerPorts,
  observed: Change,
  actor: Actor,
  progress: Progress,
): Promise<void> {
  const change = await withOpenRotation(ports, observed)
  if (change === undefined) return
  const write: Write = { kind: 'entry', ...change, actor }
  const { before } = change
  // The sweeper has the notices delivered, so that a scan does not wait for Slack.
  const notices = before === undefined ? [] : noticesOf(before, change.after, ports.clock.now())
  const committed = await ports.ledger.commit([write, ...notices])
  if (committed.kind === 'committed') progress.add(change)
}

const noticesOf = (before: Entry, after: Entry, now: EpochMs): readonly Write[] => [
  ...(before.hold === undefined && after.hold !== undefined
    ? [noticeOfNext('held', before, now)]
    : []),
  ...noticesToFormer(before, after, now),
]

/**
 * A resolved key may leave a rotation open. The fact then names it, and the rotator abandons it. If
 * a delivery holds the rotation's lease now, the scan records nothing; the next scan looks again.
 */
async function withOpenRotation(ports: ScannerPorts, change: Change): Promise<Change | undefined> {
  const { before, fact } = change
  if (before === undefined || fact.kind !== 'resolved') return change
  const rotation = await ports.ledger.rotation(before.accountId, before.userId)
  if (rotation?.accessKeyId !== before.accessKeyId || !isOpen(rotation)) return change
  const now = ports.clock.now()
  if (isHeld(rotation, ports)) return undefined
  const { organization } = ports
  return changeOf(before, { ...fact, open: rotation.rotationId }, { organization, now })
}

const withResult = (before: AccountScan, result: AccountScan['result']): Write => ({
  kind: 'account-scan',
  before,
  after: { ...before, result, version: before.version + 1 },
})

const skipped = (before: AccountScan, { state }: KnownAccount): Write =>
  withResult(before, { kind: 'skipped', why: `the account is ${state}` })

async function handOver(
  ports: ScannerPorts,
  planned: AccountScan,
  event: EventOf<'scan.requested'>,
  candidate: Candidate,
  progress: Progress,
): Promise<Outcome> {
  const { date, accountId } = event.data
  if (progress.inPart.unread !== undefined) {
    await ports.ledger.commit([withResult(planned, { kind: 'requested', ...progress.inPart })])
  }
  const after = { userArn: candidate.user.arn, counts: progress.counts }
  const origin = originOf(ports, ports.clock.now())
  return next(`the scan of ${accountId} continues after user ${candidate.user.userName}`, [
    makeEvent('scan.requested', accountId, { date, accountId, after }, origin),
    ...progress.dueEvents(ports.organization, origin),
  ])
}

async function recordFailure(
  ports: ScannerPorts,
  planned: AccountScan,
  error: KeynagError,
): Promise<Outcome> {
  const { code, message: why } = error
  await recordFailedRead(ports, planned, error)
  ports.telemetry.warn(why, { code, accountId: planned.account.accountId })
  ports.telemetry.count('AccountsFailed', 1)
  return done(`account ${planned.account.accountId} could not be scanned: ${code}`)
}
