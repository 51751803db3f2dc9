import { afterEach, beforeEach, describe } from 'vitest'
import { capCases } from './contract/caps.ts'
import { freezeCases } from './contract/freezes.ts'
import { commitCases } from './contract/commits.ts'
import { dueCases } from './contract/due.ts'
import { entryCases } from './contract/entries.ts'
import { LedgerUnderTest, type MakeLedger } from './contract/ledger-under-test.ts'
import { modelCases } from './contract/model.ts'
import { outageCases } from './contract/outages.ts'
import { noticeCases, replayCases, sentMailCases } from './contract/notices.ts'
import { queryCases } from './contract/queries.ts'
import { rotationCases } from './contract/rotations.ts'
import { scanCases } from './contract/scans.ts'

const subjects: Readonly<Record<string, (on: LedgerUnderTest) => void>> = {
  entries: entryCases,
  'a commit of several writes': commitCases,
  'rotations (I8)': rotationCases,
  notices: noticeCases,
  outages: outageCases,
  replays: replayCases,
  'sent mails': sentMailCases,
  scans: scanCases,
  'caps (I12)': capCases,
  queries: queryCases,
  'due items': dueCases,
  'the freeze': freezeCases,
  'the whole ledger': modelCases,
}

/**
 * What every ledger must do. Queries may lag behind the writes, so they are polled; reads of one
 * document may not.
 */
export function ledgerContract(name: string, make: MakeLedger): void {
  describe(`${name} keeps the ledger's contract`, () => {
    const on = new LedgerUnderTest(make)
    beforeEach(() => on.open())
    afterEach(() => on.close())
    for (const [subject, cases] of Object.entries(subjects)) {
      describe(`about ${subject}`, () => {
        cases(on)
      })
    }
  })
}
