import { posix } from 'node:path'
import { packageNames, packageRules, rootImports, type PackageName } from './package-rules.ts'
import type { Manifest, Workspace } from './workspace.ts'

/** The root of the repository lists them, for the tests of every package. */
const testRunners: readonly string[] = ['vitest', 'fast-check']

const isPackageName = (name: string): name is PackageName =>
  packageNames.some((known) => known === name)

const listedBy = (manifest: Manifest): readonly string[] =>
  [
    manifest.dependencies,
    manifest.devDependencies,
    manifest.peerDependencies,
    manifest.optionalDependencies,
  ].flatMap((names) => Object.keys(names))

/** A file's package and its path below that. */
function placeOf(file: string): { readonly owner: PackageName; readonly path: string } | undefined {
  const [, owner = '', path = ''] = /^packages\/([^/]+)\/(.+)$/.exec(file) ?? []
  return isPackageName(owner) ? { owner, path } : undefined
}

const isTestFile = (owner: PackageName, path: string): boolean => {
  const { testFiles = [] } = packageRules[owner]
  return (
    testFiles === 'all' ||
    testFiles.includes(path) ||
    /\.(?:test|contract)\.ts$|\/(?:testing|contract)\//.test(path)
  )
}

/** `@scope/name` or `name`, without a path within the package. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

const keynagIn = (specifier: string): string | undefined => /^@keynag\/([^/]+)/.exec(specifier)?.[1]

/** The file of a relative import, or of what a keynag package exports under this name. */
function fileOf(specifier: string, from: string, { manifests }: Workspace): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  const folder = keynagIn(specifier)
  if (folder === undefined) return undefined
  const exported = manifests.get(folder)?.exports[`.${specifier.slice(`@keynag/${folder}`.length)}`]
  return exported === undefined ? undefined : posix.join('packages', folder, exported)
}

const isAllowedExternal = (name: string, allowed: readonly string[] | 'any'): boolean =>
  allowed === 'any' ||
  // They hold no code.
  name.startsWith('@types/') ||
  allowed.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each))

/** What the packages' manifests list against the table. */
export function manifestViolations({ manifests }: Workspace): readonly string[] {
  const found = packageNames
    .filter((name) => !manifests.has(name))
    .map((name) => `packages/${name} is in the table and not there`)
  for (const [folder, manifest] of manifests) {
    if (!isPackageName(folder)) {
      found.push(`packages/${folder} is not in the table`)
      continue
    }
    if (manifest.name !== `@keynag/${folder}`) found.push(`packages/${folder} is ${manifest.name}`)
    const { keynag, externals } = packageRules[folder]
    for (const name of listedBy(manifest)) {
      const other = keynagIn(name)
      const isAllowed =
        other === undefined
          ? isAllowedExternal(name, externals) && !testRunners.includes(name)
          : keynag.some((allowed) => allowed === other)
      if (!isAllowed) found.push(`${folder} may not depend on ${name}`)
    }
  }
  return found
}

/** Why a file of a package may not import a path outside of it. */
function leaving(target: string, owner: PackageName, path: string): string | undefined {
  if (target.startsWith(`packages/${owner}/`)) return undefined
  const isException = packageRules[owner].exceptions?.some(
    (exception) =>
      (exception.path.endsWith('/')
        ? target.startsWith(exception.path)
        : target === exception.path) &&
      (exception.from === undefined || exception.from === path),
  )
  return isException === true ? undefined : 'which is outside its package'
}

/** Why a package's file may not import a package by name. */
function unlisted(
  specifier: string,
  owner: PackageName,
  path: string,
  workspace: Workspace,
): string | undefined {
  const isTest = isTestFile(owner, path)
  const { isPure = false, onlyIn = {} } = packageRules[owner]
  if (specifier.startsWith('node:')) {
    return isPure && !isTest ? 'and its package is pure' : undefined
  }
  const name = packageOf(specifier)
  if (testRunners.includes(name)) return isTest ? undefined : 'and is no test'
  const manifest = workspace.manifests.get(owner)
  const listed = manifest === undefined ? [] : listedBy(manifest)
  if (!listed.includes(name) && !listed.includes(`@types/${name}`)) {
    return 'which its package.json does not list'
  }
  const other = keynagIn(specifier)
  if (other === undefined) return undefined
  if (fileOf(specifier, '', workspace) === undefined) return 'which that package does not export'
  const folder = isPackageName(other) ? onlyIn[other] : undefined
  return folder === undefined || path.startsWith(folder) ? undefined : `outside ${folder}`
}

/** Why a file outside all packages may not import a file of one. */
function fromRoot(specifier: string, file: string): string | undefined {
  const rule = rootImports.find(({ files }) =>
    files.endsWith('/') ? file.startsWith(files) : file === files,
  )
  const target = specifier.startsWith('.')
    ? placeOf(posix.join(posix.dirname(file), specifier))?.owner
    : keynagIn(specifier)
  if (target === undefined) return undefined
  const isAllowed = rule?.packages.some((name) => name === target) ?? false
  return isAllowed ? undefined : 'which the table does not allow there'
}

/** Imports, also of types and in tests, that the manifest of their package does not cover. */
export function importViolations(workspace: Workspace): readonly string[] {
  return [...workspace.imports].flatMap(([file, specifiers]) => {
    const place = placeOf(file)
    return specifiers.flatMap((specifier) => {
      const why =
        place === undefined
          ? fromRoot(specifier, file)
          : specifier.startsWith('.')
            ? leaving(posix.join(posix.dirname(file), specifier), place.owner, place.path)
            : unlisted(specifier, place.owner, place.path, workspace)
      return why === undefined ? [] : [`${file} imports ${specifier}, ${why}`]
    })
  })
}

/**
 * Files that are no tests, and from which imports lead to a test runner: within their package or
 * through what another exports.
 */
export function runnerViolations(workspace: Workspace): readonly string[] {
  const reaches = new Map<string, boolean>()
  const reach = (file: string): boolean => {
    const known = reaches.get(file)
    if (known !== undefined) return known
    reaches.set(file, false)
    const isReached = (workspace.imports.get(file) ?? []).some((specifier) => {
      if (testRunners.includes(packageOf(specifier))) return true
      const target = fileOf(specifier, file, workspace)
      return target !== undefined && reach(target)
    })
    reaches.set(file, isReached)
    return isReached
  }
  return [...workspace.imports.keys()].flatMap((file) => {
    const place = placeOf(file)
    if (place !== undefined && isTestFile(place.owner, place.path)) return []
    return reach(file) ? [`${file} leads to a test runner and is no test`] : []
  })
}
