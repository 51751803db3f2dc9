import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { rules } from '../rules/all-rules.ts'
import { evaluateStacks } from './graph.ts'
import type { Graph } from './resource.ts'
import { snapshotFile, snapshotOf } from './snapshot.ts'

describe.each(['production', 'staging'])('stage %s', (stage) => {
  let graph: Graph
  beforeAll(async () => {
    graph = await evaluateStacks({ stage })
  })

  it.each(Object.entries(rules))('%s', (_name, rule) => {
    expect(rule(graph, stage)).toStrictEqual([])
  })

  it('is the same in every run', async () => {
    expect(await evaluateStacks({ stage, handlers: 'unbuilt' })).toStrictEqual(graph)
  })

  it.runIf(stage === 'production')(
    'is what was reviewed (else: npx pnpm stacks:graph --write)',
    () => {
      expect(snapshotOf(graph)).toBe(readFileSync(snapshotFile, 'utf8'))
    },
  )
})

describe('an organisation that writes mails only', () => {
  it('needs no Slack token, and its functions know of none', async () => {
    const { resources } = await evaluateStacks({
      stage: 'production',
      handlers: 'unbuilt',
      secrets: {},
    })
    expect(resources.length).toBeGreaterThan(100)
    expect(resources.filter(({ type }) => type.startsWith('aws:secretsmanager'))).toStrictEqual([])
    expect(JSON.stringify(resources)).not.toContain(
      'secretsmanager:GetSecretValue"],"Resource":["arn:aws:secretsmanager:eu-west-1:222222222222:secret:Slack',
    )
    expect(JSON.stringify(resources)).not.toContain('KEYNAG_SLACK_TOKEN_SECRET')
  })
})
