import { csvLine } from '../../output/format.ts'
import type { AuditReport, Finding } from './findings.ts'
import { dueInWords } from './words.ts'

const columns = {
  accountId: (finding) => finding.accountId,
  userName: (finding) => finding.userName,
  userId: (finding) => finding.userId,
  accessKeyId: (finding) => finding.accessKeyId,
  status: (finding) => finding.status,
  createdAt: (finding) => finding.createdAt,
  ageDays: (finding) => finding.ageDays,
  lastUsed: ({ lastUsed }) => (lastUsed.kind === 'at' ? lastUsed.at : lastUsed.kind),
  lastUsedService: ({ lastUsed }) => (lastUsed.kind === 'at' ? (lastUsed.service ?? '') : ''),
  lastUsedRegion: ({ lastUsed }) => (lastUsed.kind === 'at' ? (lastUsed.region ?? '') : ''),
  owner: (finding) => finding.owner ?? '',
  policy: (finding) => finding.policy,
  due: (finding) => dueInWords(finding),
} satisfies Record<string, (finding: Finding) => string | number>

/** One line a stale key, under a line of titles. */
export const csvOf = ({ findings }: AuditReport): string =>
  [
    csvLine(Object.keys(columns)),
    ...findings.map((finding) =>
      csvLine(Object.values(columns).map((valueOf) => valueOf(finding))),
    ),
  ].join('\n')
