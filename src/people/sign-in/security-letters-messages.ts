import { defineMessages } from '../../ui/language.ts';

/** Letters to staff about their own way of signing in. They hold no link that signs in. */
export const securityLetters = defineMessages({
  en: {
    subject: (site: string) => `How you sign in to ${site} has changed`,
    text: (what: string, site: string) =>
      `${what}\n\nIf that was you, there is nothing to do. If not, tell whoever runs ${site} at once, so that your access can be reset.\n`,
    passwordChanged: 'Your password was changed. All your other sessions have ended.',
    totpChanged: 'Your authenticator app was replaced by another one. All your other sessions have ended.',
    passkeyAdded: 'A passkey was added to your account.',
    passkeyRemoved: 'A passkey was removed from your account. All your other sessions have ended.',
    recoveryCodesMade: 'New recovery codes were made for your account. The earlier ones no longer work.',
    recoveryCodeUsed: 'A recovery code was used in place of your authenticator app. It works no more.',
    reset:
      'How you sign in was set up anew by an invitation. Your earlier password, authenticator app, passkeys and recovery codes no longer work.',
    identityLinked:
      'Your account can now be signed in to through the identity provider of your organization.',
    secondStepFailed:
      'Somebody gave your correct password and then several wrong codes. If that was not you, change your password.',
  },
  es: {
    subject: (site: string) => `Cambió su forma de entrar en ${site}`,
    text: (what: string, site: string) =>
      `${what}\n\nSi fue usted, no tiene que hacer nada. Si no, avise enseguida a quien administra ${site} para que se restablezca su acceso.\n`,
    passwordChanged: 'Se cambió su contraseña. Todas sus otras sesiones terminaron.',
    totpChanged: 'Su aplicación de autenticación se reemplazó por otra. Todas sus otras sesiones terminaron.',
    passkeyAdded: 'Se agregó una llave de acceso a su cuenta.',
    passkeyRemoved: 'Se quitó una llave de acceso de su cuenta. Todas sus otras sesiones terminaron.',
    recoveryCodesMade: 'Se crearon nuevos códigos de recuperación. Los anteriores ya no sirven.',
    recoveryCodeUsed:
      'Se usó un código de recuperación en lugar de su aplicación de autenticación. Ese código ya no sirve.',
    reset:
      'Su forma de entrar se configuró de nuevo con una invitación. Su contraseña, aplicación, llaves de acceso y códigos de recuperación anteriores ya no sirven.',
    identityLinked: 'Ahora se puede entrar en su cuenta con el proveedor de identidad de su organización.',
    secondStepFailed:
      'Alguien escribió su contraseña correcta y después varios códigos equivocados. Si no fue usted, cambie su contraseña.',
  },
});
