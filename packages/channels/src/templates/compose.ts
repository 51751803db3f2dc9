import type { Message } from '@keynag/core'
import type { Document } from '../document.ts'
import { calledOff } from './called-off.ts'
import { deactivated } from './deactivated.ts'
import { deleted } from './deleted.ts'
import { digest } from './digest.ts'
import { escalation } from './escalation.ts'
import { held } from './held.ts'
import { heldToOwner } from './held-to-owner.ts'
import { nag } from './nag.ts'
import { replacementFound } from './replacement-found.ts'
import { replacementIssued } from './replacement-issued.ts'

/** Turns a message into a document. Pure: the only time in it is the message's own `now`. */
export function compose(message: Message): Document {
  switch (message.kind) {
    case 'nag':
      return nag(message)
    case 'escalation':
      return escalation(message)
    case 'replacement-issued':
      return replacementIssued(message)
    case 'replacement-found':
      return replacementFound(message)
    case 'deactivated':
      return deactivated(message)
    case 'called-off':
      return calledOff(message)
    case 'deleted':
      return deleted(message)
    case 'held':
      return held(message)
    case 'held-to-owner':
      return heldToOwner(message)
    case 'digest':
      return digest(message)
    default:
      return message satisfies never
  }
}
