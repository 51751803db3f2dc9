import { describe, expect, test } from 'vitest'
import { AccessKeyId, epochMs, type KeyCard } from '@keynag/core'
import { renderMail } from './email/render.ts'
import { slackLimits } from './slack/blocks.ts'
import { renderSlack } from './slack/render.ts'
import { keyCard, manyKeys, messages } from './testing/messages.ts'

const fixture = (name: string): string => `../fixtures/${name}`

describe.each(Object.entries(messages))('%s', (name, message) => {
  test('reads on Slack as its fixture does', async () => {
    const { text, blocks } = renderSlack(message)
    const json = `${JSON.stringify({ text, blocks }, undefined, 2)}\n`
    await expect(json).toMatchFileSnapshot(fixture(`${name}.json`))
  })

  test('reads in a mail as its fixtures do', async () => {
    const { subject, text, html } = renderMail(message)
    await expect(`Subject: ${subject}\n\n${text}`).toMatchFileSnapshot(fixture(`${name}.txt`))
    await expect(html).toMatchFileSnapshot(fixture(`${name}.html`))
  })
})

/** The messages that name every key: each names as many as it has room for. */
function untilAllAreNamed<T extends { readonly named: readonly string[] }>(
  message: ReturnType<typeof manyKeys>,
  render: (message: ReturnType<typeof manyKeys>) => T,
): readonly T[] {
  const rendered: T[] = []
  for (let keys = message.keys; keys.length > 0;) {
    const next = render({ ...message, keys })
    if (next.named.length === 0) throw new Error('a message names no key')
    rendered.push(next)
    keys = keys.filter(({ accessKeyId }) => !next.named.includes(accessKeyId))
  }
  return rendered
}

describe('keys that one message cannot all name', () => {
  test('are named on Slack by several messages, oldest first, each by its ID and its date', () => {
    const message = manyKeys(70)
    const posts = untilAllAreNamed(message, renderSlack)
    expect(posts.map(({ named }) => named.length)).toEqual([12, 12, 12, 12, 12, 10])
    expect(posts[0]?.named).toContain('AKIAEXAMPLE000000070')
    expect(new Set(posts.flatMap(({ named }) => named)).size).toBe(70)
    for (const { blocks, named } of posts) {
      const body = JSON.stringify(blocks)
      expect(body).toContain(`Please replace ${named.length} access keys`)
      expect(body).not.toMatch(/And \d+ more/)
      for (const id of named) expect(body).toMatch(new RegExp(`${id}.*?Next: keynag`, 's'))
    }
    expect(JSON.stringify(posts[0]?.blocks)).toContain(
      'Further messages name 58 more access keys of yours.',
    )
    expect(JSON.stringify(posts.at(-1)?.blocks)).not.toContain('Further messages')
  })

  test('are all in one mail if Gmail shows all of it, and otherwise in several', () => {
    const [only, ...others] = untilAllAreNamed(manyKeys(200), renderMail)
    expect([only?.named.length, others.length]).toEqual([200, 0])
    const mails = untilAllAreNamed(manyKeys(650), renderMail)
    expect(new Set(mails.flatMap(({ named }) => named)).size).toBe(650)
    const left = 650 - (mails[0]?.named.length ?? 0)
    expect(mails[0]?.text).toMatch(
      new RegExp(`Further\\s+messages\\s+name\\s+${left}\\s+more\\s+access\\s+keys`),
    )
    for (const { html, text } of mails) {
      expect(Math.max(Buffer.byteLength(html), Buffer.byteLength(text))).toBeLessThan(102_000)
    }
  })

  test('are all named however long their names are, in messages that Slack and Gmail take', () => {
    const longest = manyKeys(60).keys.map((key) => ({
      ...key,
      userName: 'ü'.repeat(64),
      ownerEvidence: `tag ${'鍵'.repeat(128)}`,
      lastUsed: { kind: 'unknown' as const, why: '<'.repeat(3_000) },
    }))
    const message = { ...manyKeys(60), keys: longest, alsoOpen: longest }
    const posts = untilAllAreNamed(message, renderSlack)
    for (const { blocks } of posts) {
      expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(slackLimits.allBlocks)
      expect(blocks.length).toBeLessThanOrEqual(slackLimits.blocks)
    }
    for (const { html } of untilAllAreNamed(message, renderMail)) {
      expect(Buffer.byteLength(html)).toBeLessThan(102_000)
    }
  })

  test('are not named by a list of keys for which no reminder is due', () => {
    const [due, ...others] = manyKeys(3).keys
    if (due === undefined) throw new Error('there is no key')
    const { named } = renderMail({ ...manyKeys(1), keys: [due], alsoOpen: others })
    expect(named).toEqual([due.accessKeyId])
  })
})

test('an unknown last use never reads as unused', () => {
  const key = keyCard(1, { lastUsed: { kind: 'unknown', why: 'AccessDenied' } })
  const { text } = renderMail({ ...messages.nag, keys: [key] })
  expect(text).toContain('Last used: unknown: AccessDenied')
  expect(text).not.toMatch(/never/i)
})

test('an exempt key is left alone until its date, and no deed is announced', () => {
  const ahead = { kind: 'nothing', until: epochMs(Date.UTC(2026, 11, 24)) } as const
  const alsoOpen = [keyCard(4, { ahead })]
  const { text } = renderMail({ ...messages.nag, keys: [], alsoOpen })
  expect(text).toMatch(/keynag leaves the key alone until\s+2026-12-24 00:00 UTC/)
  expect(text).not.toMatch(/keynag (deactivates|issues|deletes)/)
})

test('a purge names the group as its reason, and gives no advice that it undoes', () => {
  const [nag, deactivated, deleted] = (
    ['nag-purge', 'deactivated-purge', 'deleted-purge'] as const
  ).map((name) => renderMail(messages[name]).text.replaceAll(/\s+/g, ' '))
  for (const text of [nag, deactivated, deleted]) {
    expect(text).not.toContain('create-access-key')
    expect(text).not.toMatch(/less than an hour|switched on again/)
  }
  expect(nag).toContain('members of the group interactive-users may not have access keys')
  expect(nag).toContain('keynag deactivates and deletes it on 2026-11-27 23:55 UTC')
  expect(deactivated).toContain('members of the group interactive-users may not have access keys')
  expect(deactivated).toContain('keynag deletes the key at its next run. That cannot be undone')
})

const read = (message: Parameters<typeof renderMail>[0]): string =>
  renderMail(message).text.replaceAll(/\s+/g, ' ')

const oldKey = AccessKeyId.parse('AKIAEXAMPLEOLD000001')
const [uninstalled] = messages['nag-install'].keys
const about = (replaces: NonNullable<KeyCard['replaces']>): string =>
  read({ ...messages.nag, keys: [{ ...uninstalled, replaces }] })

describe('the reminder of a replacement that nobody has installed', () => {
  test('asks to install it, and gives no command that creates a key or takes this one away', () => {
    const text = about({ accessKeyId: oldKey, status: 'Active', secretArn: 'arn:a:b:eu:1:s' })
    expect(text).toContain('keynag made it to replace AKIAEXAMPLEOLD000001')
    expect(text).toContain('aws secretsmanager get-secret-value --region eu --secret-id arn:a:b:eu')
    expect(text).toContain('--status Inactive --access-key-id AKIAEXAMPLEOLD000001')
    expect(text).toContain('keynag does not touch the key by itself. It goes on reminding you.')
    expect(text).not.toMatch(/create-access-key|delete-access-key|Please replace/)
    expect(text).not.toContain('--status Inactive --access-key-id AKIAEXAMPLE000000001')
  })

  test('says how to sign in when the old key does not work any more', () => {
    const secretArn = 'arn:a:b:eu:1:s'
    const off = about({ accessKeyId: oldKey, status: 'Inactive', secretArn })
    expect(off).toContain('AKIAEXAMPLEOLD000001, is Inactive: sign in as this user in another way')
    const gone = about({ accessKeyId: oldKey, secretArn })
    expect(gone).toContain('AKIAEXAMPLEOLD000001, is gone: sign in as this user in another way')
    for (const text of [off, gone]) expect(text).not.toContain('Then deactivate the old key')
  })

  test('does not ask to fetch what cannot be fetched any more', () => {
    const text = about({ accessKeyId: oldKey, status: 'Active' })
    expect(text).toContain('cannot be fetched any more')
    expect(text).not.toContain('get-secret-value')
  })

  test('does not say that AWS shows no use where AWS does not tell', () => {
    const lastUsed = { kind: 'unknown', why: 'the role may not read it' } as const
    const replaces = { accessKeyId: oldKey, status: 'Active' } as const
    const text = read({ ...messages.nag, keys: [{ ...uninstalled, lastUsed, replaces }] })
    expect(text).toContain('and cannot tell whether a program uses it.')
    expect(text).toContain('unknown: the role may not read it')
    expect(text).not.toContain('AWS shows no use')
  })

  test('names it apart from the keys to replace', () => {
    const text = read(messages['nag-install-one-of-two'])
    expect(text).toContain('replacement to install; please replace the others')
    expect(text).not.toMatch(/create-access-key|key-id AKIAEXAMPLE000000001 /)
  })
})

test('accounts without a result and without a reason are counted in the digest', () => {
  const coverage = { planned: 10, finished: 7, notScanned: [] }
  const { subject, text } = renderMail({ ...messages.digest, coverage })
  expect(subject).toContain('3 accounts not scanned')
  expect(text).toContain('3 accounts have no result yet, and no reason on record.')
})

test('the digest says since when an account is unread, and how many of its keys wait', () => {
  const text = renderMail(messages.digest).text.replaceAll(/\s+/g, ' ')
  expect(text).toMatch(
    /777788889999 \(sandbox-7\), unread since 2026-11-18 05:10 UTC [^:]*: 3 keys wait/,
  )
  expect(text).toContain('KEYNAG_ROLE_UNREACHABLE: the role keynag-reader cannot be assumed')
  expect(text).toContain('121212121212 (acquired), unread so far: 1 key waits')
  expect(text).toContain('565656565656 (old-shop): 2 keys')
  expect(text).toContain('the unread accounts')
  expect(renderMail(messages['digest-empty']).text).not.toMatch(/unread|over/i)
})

test('nothing that a message was not made for is shown, least of all a secret', () => {
  const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
  const key = { ...keyCard(), secretAccessKey }
  for (const message of Object.values(messages)) {
    const laden = { ...message, key, keys: [key], held: [], secretAccessKey }
    expect(JSON.stringify([renderSlack(laden), renderMail(laden)])).not.toContain(secretAccessKey)
  }
})
