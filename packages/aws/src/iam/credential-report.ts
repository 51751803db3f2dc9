import {
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  type IAMClient,
} from '@aws-sdk/client-iam'
import {
  epochMs,
  KeynagError,
  plusMs,
  transient,
  type AccountId,
  type Clock,
  type CredentialReport,
} from '@keynag/core'
import { backOffMs, type Random } from '../back-off.ts'
import { classify, refusalOf } from '../classify.ts'
import { reportRows } from './report-rows.ts'

/** A scanner has five minutes, and needs most of them after the report. */
const patienceMs = 120_000
const pauses = { firstMs: 6_000, mostMs: 15_000 }

type Answer = { readonly kind: 'report'; readonly report: CredentialReport } | Waiting
interface Waiting {
  /** The next call. */
  readonly kind: 'generate' | 'get'
  readonly why: string
  readonly ready?: true
}

/**
 * Asks IAM for a credential report and waits for it. IAM returns the same report for four hours (IAM
 * User Guide, Get credential reports). A new one takes seconds, and IAM may refuse to make one when it
 * lacks capacity.
 *
 * @param iam tries each call once: the SDK would treat that refusal as a throttle and wait as well
 * @throws KeynagError transient `KEYNAG_REPORT_UNAVAILABLE` when two minutes were not enough.
 */
export async function fetchCredentialReport(
  iam: IAMClient,
  accountId: AccountId,
  { clock, random }: { clock: Clock; random: Random },
): Promise<CredentialReport> {
  const until = plusMs(clock.now(), patienceMs)
  let next: Waiting = { kind: 'generate', why: 'IAM was not asked yet' }
  for (let tries = 0; ; tries += 1) {
    const answer: Answer =
      next.kind === 'generate' ? await generate(iam, accountId) : await get(iam, accountId)
    if (answer.kind === 'report') return answer.report
    next = answer
    if (next.ready === true) continue
    const pauseMs = backOffMs(tries, { ...pauses, random })
    if (clock.now() + pauseMs > until) {
      throw transient(
        'KEYNAG_REPORT_UNAVAILABLE',
        `account ${accountId}: no credential report after ${patienceMs / 1_000} s: ${next.why}`,
      )
    }
    await clock.sleep(pauseMs)
  }
}

async function generate(iam: IAMClient, accountId: AccountId): Promise<Answer> {
  try {
    const { State } = await iam.send(new GenerateCredentialReportCommand({}))
    const why = `IAM says ${State ?? 'nothing'}`
    return { kind: 'get', why, ...(State === 'COMPLETE' ? { ready: true } : {}) }
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === 'limit-exceeded') return { kind: 'generate', why: 'IAM has no capacity' }
    if (refusal === 'report-in-progress') return { kind: 'get', why: 'IAM is still making it' }
    return waitFor(
      'generate',
      classify(error, { operation: 'iam:GenerateCredentialReport', accountId }),
    )
  }
}

async function get(iam: IAMClient, accountId: AccountId): Promise<Answer> {
  try {
    const { Content, GeneratedTime } = await iam.send(new GetCredentialReportCommand({}))
    if (Content === undefined || GeneratedTime === undefined) {
      return { kind: 'get', why: 'IAM answered without a report' }
    }
    const report = {
      generatedAt: epochMs(GeneratedTime.getTime()),
      rows: () => reportRows(Content),
    }
    return { kind: 'report', report }
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === 'report-in-progress') return { kind: 'get', why: 'IAM is still making it' }
    if (refusal === 'report-not-present') return { kind: 'generate', why: 'IAM has none' }
    if (refusal === 'report-expired') return { kind: 'generate', why: 'IAM has an old one' }
    return waitFor('get', classify(error, { operation: 'iam:GetCredentialReport', accountId }))
  }
}

/** A throttle or an outage is a reason to wait longer; any other error ends the wait. */
function waitFor(kind: Waiting['kind'], error: Error): Waiting {
  if (error instanceof KeynagError && error.errorClass === 'transient') {
    return { kind, why: error.message }
  }
  throw error
}
