import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { ledgerIndexes } from '@keynag/aws'
import { doctorCatalog, runKeynag } from '@keynag/cli'
import { recordingShell } from '@keynag/cli/testing'
import { errorCatalog, events, HoldCode, presets, queueOf } from '@keynag/core'
import { describe, expect, it } from 'vitest'
import { lifecyclePage } from './lifecycle-page.ts'
import { anchorOf, headingsOf, linksOf, pages, read, root, titleOf } from './markdown.ts'

const sorted = (values: Iterable<string>): readonly string[] => [...values].toSorted()

describe('docs/lifecycle.md', () => {
  it('draws the transition table (to rewrite it: npx pnpm exec node packages/acceptance/src/pages/write.ts)', () => {
    expect(read('docs/lifecycle.md')).toBe(lifecyclePage())
  })
})

describe('docs/runbook.md', () => {
  const headings = headingsOf('docs/runbook.md')

  it('has a heading for every error code, and none for any other', () => {
    const codes = headings.filter((heading) => heading.startsWith('KEYNAG_'))
    expect(sorted(codes)).toStrictEqual(sorted(Object.keys(errorCatalog)))
  })

  it('has a heading for every hold, and none for any other', () => {
    const codes = headings.flatMap((heading) => /^Hold: (.+)$/.exec(heading)?.[1] ?? [])
    expect(sorted(codes)).toStrictEqual(sorted(HoldCode.options))
  })

  it('has a heading for every finding of the doctor, and none for any other', () => {
    const codes = headings.flatMap((heading) => /^Doctor: (.+)$/.exec(heading)?.[1] ?? [])
    expect(sorted(codes)).toStrictEqual(sorted(Object.keys(doctorCatalog)))
  })

  it('has a heading for every alarm', () => {
    const alarms = read('stacks/alarms.ts')
    const named = [...alarms.matchAll(/'([a-z]+(?:-[a-z]+){2,})'/g)].map(([, name = '']) => name)
    expect(named).not.toStrictEqual([])
    expect(headings.map(anchorOf)).toStrictEqual(expect.arrayContaining([...new Set(named)]))
  })
})

describe('every `npx pnpm keynag` in these pages', () => {
  const commands = pages.flatMap((page) =>
    [...read(page).matchAll(/^(?:\$ )?npx pnpm keynag ([^|>#\n]*(?:\\\n[^|>#\n]*)*)/gm)].map(
      ([, words = '']) => ({ page, words: words.replaceAll('\\\n', ' ').trim() }),
    ),
  )

  it('is there', () => {
    expect(commands.length).toBeGreaterThan(10)
  })

  it.each(commands)('is one that there is: $words ($page)', async ({ words }) => {
    const path = words
      .split(' ')
      .filter((word) => /^[a-z][a-z-]*$/.test(word))
      .slice(0, 2)
    const [name = ''] = path
    const { shell, output } = recordingShell()
    const command = groups.includes(name) ? path : [name]
    expect(await runKeynag([...command, '--help'], shell)).toBe(0)
    for (const [option] of words.replaceAll(/"[^"]*"/g, '').matchAll(/--[a-z-]+/g)) {
      expect(output()).toContain(`${option} `)
    }
  })
})

/** Commands that have commands. */
const groups = ['dlq', 'freeze', 'hold', 'ledger', 'member-role']

describe('docs/events.md', () => {
  it('has a heading for every event with its version and queue, and no other', () => {
    const queues = new Map<string, string>(Object.entries(queueOf))
    const expected = Object.entries(events).map(
      ([type, { shape }]) => `${type}, version ${shape.dataversion.value}, on ${queues.get(type)}`,
    )
    const found = headingsOf('docs/events.md').filter((heading) => heading.includes(', version '))
    expect(sorted(found)).toStrictEqual(sorted(expected))
  })
})

describe('docs/presets.md', () => {
  it('has a heading for every preset', () => {
    const headings = headingsOf('docs/presets.md')
    expect(headings).toStrictEqual(expect.arrayContaining(Object.keys(presets)))
  })
})

describe('docs/ledger.md', () => {
  it('names every kind of item and every index', () => {
    const page = read('docs/ledger.md')
    const fixtures = readdirSync(join(root, 'packages/aws/fixtures/ledger'))
    const kinds = new Set(fixtures.map((file) => read(`packages/aws/fixtures/ledger/${file}`)))
    const types = [...kinds].map((text) => /"type": "([a-z-]+)"/.exec(text)?.[1] ?? '')
    for (const name of [...types, ...Object.keys(ledgerIndexes)])
      expect(page).toContain(`\`${name}\``)
  })
})

describe('docs/deploy.md', () => {
  it('lists every environment variable of the functions', () => {
    const source = read('packages/functions/src/environment.ts')
    const names = [...source.matchAll(/^ {2}(KEYNAG_[A-Z_]+|AWS_REGION):/gm)].map(
      ([, name = '']) => name,
    )
    expect(names).not.toStrictEqual([])
    for (const name of names) expect(read('docs/deploy.md')).toContain(`\`${name}\``)
  })
})

describe('docs/adr', () => {
  it('has an index that names every record by its title', () => {
    const files = readdirSync(join(root, 'docs/adr')).filter((file) => /^\d{4}-/.test(file))
    expect(files).not.toStrictEqual([])
    const lines = files.map((file) => `[${titleOf(`docs/adr/${file}`)}](${file})`)
    for (const line of lines) expect(read('docs/adr/README.md')).toContain(line)
    expect(linksOf('docs/adr/README.md')).toHaveLength(files.length)
  })
})

describe('every page', () => {
  it.each(pages)('links only to what is there: %s', (page) => {
    const broken = linksOf(page).filter((link) => {
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? page : normalize(join(dirname(page), file))
      if (!existsSync(join(root, target))) return true
      return anchor !== undefined && !headingsOf(target).map(anchorOf).includes(anchor)
    })
    expect(broken).toStrictEqual([])
  })
})
