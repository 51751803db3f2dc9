import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { doctorInvariants } from '@keynag/cli'
import { checkedBy, checkers, invariantIds, type Checker } from '@keynag/core/invariants'
import { demoInvariants } from '@keynag/sandbox/invariants'
import { describe, expect, it } from 'vitest'
import { killTestInvariants } from '../kill-test/kill-test.ts'
import { read, root } from './markdown.ts'

const sources: readonly string[] = readdirSync(join(root, 'packages'))
  .flatMap((name) => below(join('packages', name, 'src')))
  .filter((path) => path.endsWith('.ts'))

function below(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((each) => {
    const path = join(folder, each.name)
    return each.isDirectory() ? below(path) : [path]
  })
}

const isTest = (path: string): boolean => /\.(test|contract)\.ts$/.test(path)

const namedIn = (paths: readonly string[], naming: RegExp): ReadonlySet<string> =>
  new Set(paths.flatMap((path) => [...read(path).matchAll(naming)].map(([, id = '']) => id)))

/** As in `describe('caps (I12)', …)`. */
const inTitle = /\bdescribe\('[^'\n]*\((I\d+)\)/g

const canary = (path: string): boolean => path.endsWith('/canary.test.ts')

/** The invariants that the code of each checker names. */
const declared: Readonly<Record<Checker, Iterable<string>>> = {
  demo: demoInvariants,
  'kill-test': killTestInvariants,
  doctor: doctorInvariants,
  // The type of `violated` takes these numbers and no others.
  simulation: namedIn(
    sources.filter((path) => path.startsWith('packages/simulation/') && !isTest(path)),
    /'(I\d+)'/g,
  ),
  canary: namedIn(sources.filter(canary), inTitle),
  'contract suite': namedIn(
    sources.filter((path) => path.endsWith('.contract.ts')),
    /'[^'\n]*\((I\d+)\)'/g,
  ),
  'unit tests': namedIn(
    sources.filter((path) => path.endsWith('.test.ts') && !canary(path)),
    inTitle,
  ),
}

describe('the catalog of invariants', () => {
  it('numbers them without a gap', () => {
    expect(invariantIds).toStrictEqual(invariantIds.map((_, index) => `I${index + 1}`))
  })

  it.each(checkers)('says what this checker checks: %s', (checker) => {
    expect([...declared[checker]].toSorted()).toStrictEqual([...checkedBy(checker)].toSorted())
  })
})
