import { type AccountScan, type EpochMs, isoDay, type Ledger, plusDays } from '@keynag/core'

/** Which accounts the newest scan could read. */
export interface Coverage {
  readonly date: string
  readonly planned: number
  readonly finished: number
  /** The accounts without a finished scan, each with the reason. */
  readonly notScanned: readonly { readonly accountId: string; name: string; why: string }[]
  readonly rootKeys: readonly { readonly accountId: string; name: string; keys: number }[]
}

const mostDaysBack = 31

/** The newest planned scan of the last month; `undefined` when there is none. */
export async function newestScans(ledger: Ledger, now: EpochMs): Promise<Coverage | undefined> {
  for (let ago = 0; ago < mostDaysBack; ago += 1) {
    const date = isoDay(plusDays(now, -ago))
    const day = await ledger.scanDay(date)
    if (day === undefined) continue
    const scans = new Map(
      (await ledger.accountScans(date)).map((scan) => [scan.account.accountId, scan]),
    )
    const all = [...new Set([...day.accountIds, ...scans.keys()])]
    return {
      date,
      planned: day.accountIds.length,
      finished: [...scans.values()].filter(({ result }) => result.kind === 'finished').length,
      notScanned: all.flatMap((accountId) => {
        const scan = scans.get(accountId)
        const why = whyNot(scan)
        return why === undefined ? [] : [{ accountId, name: scan?.account.name ?? '', why }]
      }),
      rootKeys: [...scans.values()].flatMap(({ account: { accountId, name }, result }) =>
        result.kind === 'finished' && result.rootKeys.length > 0
          ? [{ accountId, name, keys: result.rootKeys.length }]
          : [],
      ),
    }
  }
  return undefined
}

function whyNot(scan: AccountScan | undefined): string | undefined {
  if (scan === undefined) return 'the ledger has no record of its scan'
  switch (scan.result.kind) {
    case 'finished':
      return undefined
    case 'requested':
      return 'its scan has no result yet'
    case 'failed':
      return `${scan.result.code}: ${scan.result.why}`
    case 'skipped':
      return scan.result.why
    default:
      return scan.result satisfies never
  }
}
