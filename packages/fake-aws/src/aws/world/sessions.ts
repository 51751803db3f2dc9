import type { VirtualClock } from '../clock.ts'
import type { Identifiers } from '../identifiers.ts'
import type { PolicyDocument } from '../policy/document.ts'
import { Sealed } from '../sealed.ts'
import type { Role, Session } from './role.ts'

/** All temporary credentials that STS has issued. */
export class Sessions {
  readonly #byKeyId = new Map<string, Session>()
  readonly #clock: VirtualClock
  readonly #ids: Identifiers

  constructor(clock: VirtualClock, ids: Identifiers) {
    this.#clock = clock
    this.#ids = ids
  }

  /** Expired sessions too, as AWS answers expired and unknown tokens with different errors. */
  get(accessKeyId: string): Session | undefined {
    return this.#byKeyId.get(accessKeyId)
  }

  all(): Iterable<Session> {
    return this.#byKeyId.values()
  }

  open(role: Role, name: string, durationMs: number, policy: PolicyDocument | undefined): Session {
    role.sessionsEver += 1
    const purpose = [role.id, name, role.sessionsEver]
    const createdAtMs = this.#clock.now()
    const session: Session = {
      accessKeyId: this.#ids.temporaryKeyId(...purpose),
      secret: new Sealed(this.#ids.secret('session', ...purpose)),
      token: new Sealed(this.#ids.sessionToken(...purpose)),
      role,
      name,
      policy,
      createdAtMs,
      expiresAtMs: createdAtMs + durationMs,
    }
    this.#byKeyId.set(session.accessKeyId, session)
    return session
  }
}
