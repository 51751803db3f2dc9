import { describe, expect, it } from 'vitest'
import { packageNames, packageRules } from './package-rules.ts'
import { importViolations, manifestViolations, runnerViolations } from './package-violations.ts'
import { importsIn, readWorkspace, type Workspace } from './workspace.ts'

const workspace = readWorkspace()

/** The workspace with one file more. */
const withFile = (path: string, source: string): Workspace => ({
  ...workspace,
  imports: new Map([...workspace.imports, [path, importsIn(source)]]),
})

/** The workspace whose package lists one package more. */
function withDependency(folder: string, name: string): Workspace {
  const manifest = workspace.manifests.get(folder)
  if (manifest === undefined) throw new Error(`there is no package ${folder}`)
  const dependencies = { ...manifest.dependencies, [name]: 'workspace:*' }
  const manifests = new Map([...workspace.manifests, [folder, { ...manifest, dependencies }]])
  return { ...workspace, manifests }
}

/** What a check finds in a changed workspace and not in this one. */
const newIn = (check: (of: Workspace) => readonly string[], changed: Workspace) => {
  const before = new Set(check(workspace))
  return check(changed).filter((violation) => !before.has(violation))
}

describe('the table of the packages', () => {
  it('lets no package import acceptance', () => {
    const importers = packageNames.filter((name) =>
      packageRules[name].keynag.includes('acceptance'),
    )
    expect(importers).toStrictEqual([])
  })

  it('has no cycle', () => {
    const left = new Set(packageNames)
    for (;;) {
      const free = [...left].filter((name) =>
        packageRules[name].keynag.every((on) => !left.has(on)),
      )
      if (free.length === 0) break
      for (const name of free) left.delete(name)
    }
    expect([...left]).toStrictEqual([])
  })

  it('has no exception that no file needs', () => {
    const needed = [...workspace.imports].flatMap(([file, specifiers]) =>
      specifiers.map((specifier) => ({
        file,
        path: new URL(specifier, `file:///${file}`).pathname,
      })),
    )
    const unneeded = packageNames.flatMap((name) =>
      (packageRules[name].exceptions ?? []).filter(
        ({ path, from = '' }) =>
          !needed.some(
            (each) =>
              each.file.startsWith(`packages/${name}/${from}`) && each.path.startsWith(`/${path}`),
          ),
      ),
    )
    expect(unneeded).toStrictEqual([])
  })
})

describe('the package.json files', () => {
  it('list only what the table allows', () => {
    expect(manifestViolations(workspace)).toStrictEqual([])
  })

  it.each([
    ['core', '@keynag/aws'],
    ['fake-aws', '@keynag/core'],
    ['engine', '@aws-sdk/client-iam'],
    ['functions', '@keynag/worker'],
    ['conformance', '@keynag/simulation'],
    ['conformance', '@keynag/acceptance'],
    ['sandbox', 'vitest'],
  ])('of %s may not list %s', (folder, name) => {
    expect(newIn(manifestViolations, withDependency(folder, name))).toStrictEqual([
      `${folder} may not depend on ${name}`,
    ])
  })

  it('may not be there without a row in the table, nor a row without a package', () => {
    const [core, ...rest] = [...workspace.manifests]
    if (core === undefined) throw new Error('there are no packages')
    const manifests = new Map([['common', core[1]] as const, ...rest])
    expect(newIn(manifestViolations, { ...workspace, manifests })).toStrictEqual([
      `packages/${core[0]} is in the table and not there`,
      'packages/common is not in the table',
    ])
  })
})

describe('the imports', () => {
  it('are found in every form', () => {
    const source = [
      "import { a,\n  type A } from 'one'",
      "import type { B } from 'two'",
      "import 'three'",
      "export * from 'four'",
      "export type { C } from 'five'",
      "const six = await import('node:six')",
      'const seven = require(`node:seven/${file}.js`)',
    ].join('\n')
    expect([...importsIn(source)].toSorted()).toStrictEqual(
      ['one', 'two', 'three', 'four', 'five', 'node:six', 'node:seven/'].toSorted(),
    )
  })

  it('name only what the package.json of their package lists', () => {
    expect(workspace.imports.size).toBeGreaterThan(500)
    expect(importViolations(workspace)).toStrictEqual([])
  })

  it.each([
    // The root has core in its node_modules, so Node and TypeScript would find it.
    ['fake-aws/src/sqs/a.ts', '@keynag/core', 'which its package.json does not list'],
    ['fake-aws/src/sqs/a.test.ts', '@keynag/core', 'which its package.json does not list'],
    ['core/src/a.ts', '@keynag/core', 'which its package.json does not list'],
    ['engine/src/a.ts', 'commander', 'which its package.json does not list'],
    ['aws/src/a.ts', '@keynag/core/ledger', 'which that package does not export'],
    ['cli/src/commands/audit/a.ts', '@keynag/worker', 'outside src/commands/worker/'],
    ['core/src/a.ts', 'node:fs', 'and its package is pure'],
    ['sandbox/src/a.ts', 'vitest', 'and is no test'],
    ['cli/src/a.ts', '../../core/src/index.ts', 'which is outside its package'],
    ['functions/src/a.ts', '../../../keynag.config.ts', 'which is outside its package'],
    ['engine/src/a.test.ts', '../../acceptance/src/a.ts', 'which is outside its package'],
  ])('of %s may not name %s', (file, specifier, why) => {
    const path = `packages/${file}`
    for (const source of [
      `import { a } from '${specifier}'`,
      `import type { A } from '${specifier}'`,
    ])
      expect(newIn(importViolations, withFile(path, source))).toStrictEqual([
        `${path} imports ${specifier}, ${why}`,
      ])
  })

  it.each(['@keynag/core', '@keynag/core/testing', './b.ts'])(
    'of a file that is no test may not lead to a test runner, as %s could',
    (specifier) => {
      const path = 'packages/sandbox/src/a.ts'
      const imports = new Map([
        ...withFile(path, `import { a } from '${specifier}'`).imports,
        ['packages/sandbox/src/b.ts', ['@keynag/core/testing']] as const,
        ['packages/core/src/index.ts', ['./testing/index.ts']] as const,
      ])
      expect(newIn(runnerViolations, { ...workspace, imports })).toContain(
        `${path} leads to a test runner and is no test`,
      )
    },
  )

  it('of a file that is no test do not lead to a test runner', () => {
    expect(runnerViolations(workspace)).toStrictEqual([])
  })

  it('of the stacks name only files of the packages in the table', () => {
    const source = "import { plan } from '../packages/engine/src/index.ts'"
    expect(newIn(importViolations, withFile('stacks/a.ts', source))).toStrictEqual([
      'stacks/a.ts imports ../packages/engine/src/index.ts, which the table does not allow there',
    ])
  })
})
