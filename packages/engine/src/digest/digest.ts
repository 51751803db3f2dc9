import {
  asIfArmed,
  coverage,
  dayMs,
  everyItem,
  forecast,
  isFinished,
  isOngoing,
  isOngoingOutage,
  isoDay,
  keyCard,
  NoticeId,
  outageSubject,
  plusDays,
  policyNamed,
  UnreadAccounts,
  type AccountId,
  type SentMessage,
  type Digest,
  type Entry,
  type EpochMs,
  type Notice,
  type Policies,
  type Provider,
} from '@keynag/core'
import {
  claimNotice,
  delivered,
  finishNotice,
  releaseNotice,
  sentMailWrites,
  undeliverable,
} from '../notifier/claim-notice.ts'
import type { Ports } from '../ports.ts'

type DigestPorts = Pick<
  Ports,
  'clock' | 'ids' | 'ledger' | 'messenger' | 'organization' | 'telemetry'
>

const forecastDays = 7
const mostAhead = 50
/** For how long the digest names an account whose keys' stories have ended. */
const endedDays = 7

/** Mails the administrators the report of the day: coverage, holds and the coming steps. */
export async function sendDigest(ports: DigestPorts): Promise<{ sent: number }> {
  const now = ports.clock.now()
  const date = isoDay(now)
  await countCoverage(ports, date)
  const noticeId = NoticeId.parse(`digest/${date}`)
  const before = await ports.ledger.notice(noticeId)
  if (before !== undefined && isFinished(before)) return { sent: 0 }
  const draft: Notice = {
    noticeId,
    kind: 'digest',
    accessKeyIds: [],
    createdAt: now,
    attempts: 0,
    version: 0,
  }
  const claimed = await claimNotice(ports, before, draft, now)
  if (claimed === undefined) return { sent: 0 }
  try {
    return await deliver(ports, claimed, date, now)
  } catch (error) {
    // A lease that stays would read as a digest that is being sent.
    await releaseNotice(ports, claimed, now)
    throw error
  }
}

/** Sends the digest to each administrator. If none could be told because of a trouble, it stays due. */
async function deliver(
  ports: DigestPorts,
  claimed: Notice,
  date: string,
  now: EpochMs,
): Promise<{ sent: number }> {
  const { noticeId } = claimed
  const message = { kind: 'digest', noticeId, now, ...(await compose(ports, date, now)) } as const
  const proofs: SentMessage[] = []
  const troubled: Provider[] = []
  for (const email of ports.organization.administrators) {
    const sent = await ports.messenger.send(message, [{ via: 'email', email }])
    if (sent.kind === 'delivered') proofs.push(sent.delivery)
    else {
      const why = sent.kind === 'failed' ? sent.error.message : sent.why
      ports.telemetry.warn(`the digest did not reach ${email}: ${why}`)
      if (sent.kind === 'failed') troubled.push(sent.provider)
    }
  }
  const proof = proofs.at(-1)
  if (proof === undefined && troubled.length > 0) {
    await releaseNotice(ports, claimed, now, troubled[0])
    return { sent: 0 }
  }
  const after =
    proof === undefined
      ? undeliverable(claimed, 'no administrator could be reached')
      : delivered(claimed, proof, now)
  await finishNotice(ports, { before: claimed, after }, sentMailWrites(claimed, proofs, now))
  return { sent: proofs.length > 0 ? 1 : 0 }
}

/** Counts the accounts without a result, for an alarm that also rings when there is no count. */
async function countCoverage(ports: DigestPorts, date: string): Promise<void> {
  const day = await ports.ledger.scanDay(date)
  if (day === undefined) return
  const { open } = coverage(day, await ports.ledger.accountScans(date))
  ports.telemetry.count('AccountsWithoutResult', open.length)
}

async function compose(ports: DigestPorts, date: string, now: EpochMs): Promise<Digest> {
  const { policies } = ports.organization
  const scans = await ports.ledger.accountScans(date)
  const day = await ports.ledger.scanDay(date)
  const entries: Entry[] = []
  for await (const entry of everyItem((cursor) => ports.ledger.allEntries(cursor))) {
    entries.push(entry)
  }
  ports.telemetry.count('OldestHoldDays', oldestHoldDays(entries, now))
  const states: Record<string, number> = {}
  for (const { state } of entries) states[state] = (states[state] ?? 0) + 1
  const unread = new UnreadAccounts(await ports.ledger.accounts(), policies, now)
  for (const entry of entries) unread.add(entry)
  const finished = scans.filter((scan) => scan.result.kind === 'finished')
  return {
    date,
    coverage: {
      planned: day?.accountIds.length ?? 0,
      finished: finished.length,
      notScanned: scans.flatMap(({ account, result }) =>
        result.kind === 'finished'
          ? []
          : [{ accountId: account.accountId, name: account.name, why: whyOf(result) }],
      ),
    },
    inPart: finished.flatMap(({ account: { accountId, name }, result }) =>
      result.kind === 'finished' && result.unread !== undefined
        ? [{ accountId, name, unread: result.unread }]
        : [],
    ),
    outages: (await ports.ledger.outages()).filter(isOngoingOutage).map((outage) => ({
      subject: outageSubject(outage),
      since: outage.since,
      why: outage.why,
      isBroken: outage.isBroken === true,
    })),
    unread: unread.rows(),
    ended: endedOf(entries, unread, now),
    rootKeys: finished
      .filter(({ result }) => result.kind === 'finished' && result.rootKeys.length > 0)
      .map(({ account: { accountId, name } }) => ({ accountId, name })),
    states,
    held: entries.flatMap((entry) =>
      entry.hold === undefined
        ? []
        : [{ key: keyCard(entry, policies, now), code: entry.hold.code, why: entry.hold.why }],
    ),
    cameBack: entries.flatMap((entry) => {
      const { withdrawn } = entry
      if (withdrawn === undefined || !isOngoing(entry)) return []
      return [{ key: keyCard(entry, policies, now), how: withdrawn.how, why: withdrawn.why }]
    }),
    ahead: planOf(
      entries.filter((entry) => !unread.hasKey(entry)),
      policies,
      now,
    ),
  }
}

function oldestHoldDays(entries: readonly Entry[], now: EpochMs): number {
  const since = entries.flatMap(({ hold }) => (hold === undefined ? [] : [hold.since]))
  return Math.floor((now - since.reduce((oldest, at) => (at < oldest ? at : oldest), now)) / dayMs)
}

/** Nobody is told of the end of such a key, so the administrators read how many there are. */
function endedOf(entries: readonly Entry[], unread: UnreadAccounts, now: EpochMs): Digest['ended'] {
  const keys = new Map<AccountId, number>()
  for (const entry of entries) {
    if (entry.state !== 'resolved' || entry.resolution !== 'account-closed') continue
    if (entry.resolvedAt <= plusDays(now, -endedDays)) continue
    keys.set(entry.accountId, (keys.get(entry.accountId) ?? 0) + 1)
  }
  return [...keys].map(([accountId, count]) => ({
    accountId,
    name: unread.nameOf(accountId),
    keys: count,
  }))
}

/** The coming steps; for policies in dry run, the steps if an operator armed them now. */
function planOf(entries: readonly Entry[], policies: Policies, now: EpochMs): Digest['ahead'] {
  const dry = entries.filter(({ policy }) => policyNamed(policies, policy)?.mode === 'dry-run')
  const planned = forecast(entries, policies, now, forecastDays)
  const imagined = forecast(dry, asIfArmed(policies), now, forecastDays)
  return [...planned, ...imagined.map((step) => ({ ...step, ifArmed: true }))]
    .sort((a, b) => a.at - b.at)
    .slice(0, mostAhead)
}

type Result = Awaited<ReturnType<Ports['ledger']['accountScans']>>[number]['result']

const whyOf = (result: Exclude<Result, { kind: 'finished' }>): string =>
  result.kind === 'requested' ? 'no result yet' : result.why
