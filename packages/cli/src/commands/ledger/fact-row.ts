import { isoTime, type FactRecord } from '@keynag/core'
import { actorInWords, factInWords } from './fact-words.ts'

const csvColumns = {
  accessKeyId: ({ accessKeyId }) => accessKeyId,
  version: ({ version }) => version,
  at: ({ at }) => isoTime(at),
  kind: ({ fact }) => fact.kind,
  what: ({ fact }) => factInWords(fact).what,
  rule: ({ fact }) => factInWords(fact).why ?? '',
  by: ({ actor }) => actorInWords(actor),
  channel: ({ fact }) => factInWords(fact).proof?.channel ?? '',
  deliveredTo: ({ fact }) => factInWords(fact).proof?.to ?? '',
  messageId: ({ fact }) => factInWords(fact).proof?.messageId ?? '',
} satisfies Record<string, (record: FactRecord) => string | number>

export const factCsv = {
  titles: Object.keys(csvColumns),
  cells: (record: FactRecord): readonly (string | number)[] =>
    Object.values(csvColumns).map((valueOf) => valueOf(record)),
}
