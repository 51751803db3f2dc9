import {
  freezeScopeText,
  type Clock,
  type EndedFreeze,
  type Freeze,
  type FreezeScope,
  type Ledger,
} from '@keynag/core'

interface FreezePorts {
  readonly ledger: Pick<Ledger, 'commit' | 'freezes'>
  readonly clock: Pick<Clock, 'now'>
}

interface ByWhom {
  readonly by: string
  readonly why: string
}

type Started =
  | { readonly kind: 'started'; readonly freeze: Freeze }
  /** Another freeze of this scope is on. It stands as it is. */
  | { readonly kind: 'already'; readonly freeze: Freeze }

/** Stops every change within the scope. It needs the ledger and nothing else. */
export async function startFreeze(
  { ledger, clock }: FreezePorts,
  scope: FreezeScope,
  { by, why }: ByWhom,
): Promise<Started> {
  const freeze: Freeze = { scope, since: clock.now(), by, why }
  const { kind } = await ledger.commit([{ kind: 'freeze-started', freeze }])
  if (kind === 'committed') return { kind: 'started', freeze }
  const other = await freezeOf(ledger, scope)
  return other === undefined
    ? startFreeze({ ledger, clock }, scope, { by, why })
    : { kind: 'already', freeze: other }
}

type Ended =
  | { readonly kind: 'ended'; readonly freeze: EndedFreeze }
  | { readonly kind: 'not-frozen' }

/** Ends the freeze of exactly this scope; freezes of other scopes stay. */
export async function endFreeze(
  { ledger, clock }: FreezePorts,
  scope: FreezeScope,
  { by, why }: ByWhom,
): Promise<Ended> {
  const current = await freezeOf(ledger, scope)
  if (current === undefined) return { kind: 'not-frozen' }
  const freeze: EndedFreeze = { ...current, ended: { at: clock.now(), by, why } }
  const { kind } = await ledger.commit([{ kind: 'freeze-ended', freeze }])
  return kind === 'committed' ? { kind: 'ended', freeze } : { kind: 'not-frozen' }
}

/** The freeze of exactly this scope. */
export async function freezeOf(
  ledger: Pick<Ledger, 'freezes'>,
  scope: FreezeScope,
): Promise<Freeze | undefined> {
  const wanted = freezeScopeText(scope)
  return (await ledger.freezes()).find((freeze) => freezeScopeText(freeze.scope) === wanted)
}
