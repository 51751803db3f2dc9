import { mailAsSeen, read, slackAsSeen, type Statement } from '@keynag/oracle'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

/** The letters that the tests of channels render, one of each kind at least, in each of their forms. */
const folder = new URL('../../../channels/fixtures/', import.meta.url)
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.txt'))
  .map((file) => file.slice(0, -'.txt'.length))

const Post = z.object({ text: z.string(), blocks: z.array(z.unknown()) })

const fileOf = (name: string, form: string): string =>
  readFileSync(new URL(`${name}.${form}`, folder), 'utf8')

function readMail(name: string) {
  const [, subject = '', text = ''] = /^Subject: (.*)\n([^]*)$/.exec(fileOf(name, 'txt')) ?? []
  return read(mailAsSeen({ subject, text }))
}

const readPost = (name: string) => read(slackAsSeen(Post.parse(JSON.parse(fileOf(name, 'json')))))

const asSet = (statements: readonly Statement[]): ReadonlySet<string> =>
  new Set(statements.map((statement) => JSON.stringify(statement)))

it('looks at letters', () => {
  expect(names.length).toBeGreaterThan(20)
})

describe.each(names)('the letter %s', (name) => {
  it('is understood as a mail and on Slack', () => {
    expect(readMail(name).doubts).toEqual([])
    expect(readPost(name).doubts).toEqual([])
  })

  it('says the same on both', () => {
    expect(asSet(readPost(name).statements)).toEqual(asSet(readMail(name).statements))
  })

  it('tells an owner something about a key', () => {
    const isDigest = name.startsWith('digest')
    expect(readMail(name).statements.length > 0).toBe(!isDigest)
  })
})
