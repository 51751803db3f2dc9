import type { Mail } from '@keynag/fake-aws/ses'
import type { SlackMessage } from '@keynag/fake-aws/slack'
import { slackBody } from './block-kit.ts'
import { html, nothing, type Html } from './html.ts'
import type { Letter } from './letters.ts'
import type { NameOf } from './mrkdwn.ts'

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** `Sat 2026-11-21 12:00 UTC`, by the sandbox's clock. */
const timestamp = (at: number): string => {
  const date = new Date(at)
  const iso = date.toISOString()
  return `${weekdays[date.getUTCDay()]} ${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}

const slackView = (message: SlackMessage, nameOf: NameOf): Html =>
  html`<article class="letter slack">
    <div class="avatar">k</div>
    <div class="body">
      <header>
        <strong>keynag</strong> <span class="app">APP</span> <time>${timestamp(message.at)}</time>
      </header>
      ${slackBody(message, nameOf)}
    </div>
  </article>`

/** No script can measure the mail, so the height of its frame is estimated from its length. */
const frameHeight = (mail: Mail): number => {
  const blocks = mail.html.match(/<(?:p|tr|li|h\d|br|div)\b/gi)?.length ?? 0
  return Math.min(900, 120 + blocks * 26 + Math.floor(mail.text.length / 12))
}

const recipients = (name: string, list: readonly string[]): Html =>
  list.length === 0
    ? nothing
    : html`<dt>${name}</dt>
        <dd>${list.join(', ')}</dd>`

/** A mail's HTML is in a frame that cannot run scripts, open windows or submit forms. */
const mailView = (mail: Mail): Html =>
  html`<article class="letter mail">
    <header>
      <h3>${mail.subject === '' ? '(no subject)' : mail.subject}</h3>
      <time>${timestamp(mail.at)}</time>
    </header>
    ${mail.bounced.length > 0 ? html`<p class="bounced">bounced: ${mail.bounced.join(', ')}</p>` : nothing}
    <dl>
      <dt>from</dt>
      <dd>${mail.from}</dd>
      ${recipients('to', mail.to)}${recipients('cc', mail.cc)}
    </dl>
    ${
      mail.html === ''
        ? html`<pre class="text">${mail.text}</pre>`
        : html`<iframe
              sandbox=""
              srcdoc="${mail.html}"
              style="height:${frameHeight(mail)}px"
              title="the mail as HTML"
            ></iframe>
            <details>
              <summary>text part</summary>
              <pre class="text">${mail.text === '' ? '(none)' : mail.text}</pre>
            </details>`
    }
  </article>`

/** A Slack message or a mail as its recipient sees it. */
export const letterView = (letter: Letter, nameOf: NameOf): Html =>
  letter.kind === 'slack' ? slackView(letter.message, nameOf) : mailView(letter.mail)
