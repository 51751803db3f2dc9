import type { AuditReport, Finding } from './findings.ts'
import { gapsOf, summaryOf } from './render-text.ts'
import { dueInWords, lastUsedInWords } from './words.ts'

const columns: readonly (readonly [string, (finding: Finding) => string])[] = [
  ['Account', ({ accountId }) => accountId],
  ['User', ({ userName }) => userName],
  ['Access key', ({ accessKeyId }) => accessKeyId],
  ['Age in days', ({ ageDays }) => String(ageDays)],
  ['Status', ({ status }) => status],
  ['Last used', lastUsedInWords],
  ['Owner', ({ owner }) => owner ?? 'nobody found'],
  ['Policy', ({ policy }) => policy],
  ['Would be due', dueInWords],
]

/** One page without scripts or anything to load, to be passed on as a file. */
export function htmlOf(report: AuditReport): string {
  const gaps = gapsOf(report)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Stale access keys</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: CanvasText; background: Canvas; color-scheme: light dark; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid GrayText; vertical-align: top; }
td:nth-child(3) { font-family: ui-monospace, monospace; }
td:nth-child(4) { text-align: right; }
</style>
</head>
<body>
<h1>Stale access keys</h1>
<p>${text(summaryOf(report))}. Read on ${text(report.scannedAt)}.</p>
${gaps.length === 0 ? '' : `<h2>Not read, and root keys</h2>\n<ul>\n${gaps.map((gap) => `<li>${text(gap)}</li>`).join('\n')}\n</ul>`}
<table>
<thead><tr>${columns.map(([title]) => `<th scope="col">${title}</th>`).join('')}</tr></thead>
<tbody>
${report.findings.map((finding) => `<tr>${columns.map(([, valueOf]) => `<td>${text(valueOf(finding))}</td>`).join('')}</tr>`).join('\n')}
</tbody>
</table>
</body>
</html>
`
}

const text = (value: string): string =>
  value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
