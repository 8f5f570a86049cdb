import { defineMessages } from '../../ui/language.ts';

export const providerMessages = defineMessages({
  en: {
    title: (name: string) => `Sign in with your ${name}`,
    staff: 'For people who work for the city',
    lead: 'You show who you are on the page of your organization, and come back here.',
    onward: (name: string) => `Sign in with your ${name}`,
    going: (name: string) => `On to your ${name}`,
    goingText: 'Your browser goes on by itself. If it does not:',
    goingLink: 'Go on',
    byMail: 'Sign in by a link sent to your mail instead',
    over: 'This sign-in is over. It was used already, it took more than ten minutes, or another one was begun in this browser. Begin again.',
    denied: (name: string) =>
      `You were not signed in: you canceled, or your ${name} is not meant for this site. If you think that it should be, ask whoever gave you the account.`,
    unavailable: (name: string) =>
      `We cannot reach the page where you sign in with your ${name}. Nothing was changed. Try again in some minutes.`,
    answer: (name: string) =>
      `What came back from signing in with your ${name} cannot be trusted, so you were not signed in. Begin again. If it happens again, tell whoever runs this site.`,
    factor: (name: string) =>
      `You signed in with your ${name}, but not in the way this site asks for, such as with a second step on your phone. Begin again, and take that step.`,
    mail: (name: string) =>
      `Your ${name} has no confirmed e-mail address. Ask whoever gave you the account to add and confirm one, then begin again.`,
    taken: (name: string) =>
      `The e-mail address of your ${name} belongs to somebody here who signs in with another account. Ask whoever runs this site for a new invitation, then begin again.`,
    tooMany: 'Too many people are signing in from your network. Try again in ten minutes.',
    stays: (name: string) =>
      `This signs you out here alone. You stay signed in with your ${name}: on a computer that others use, sign out there too.`,
    account: 'Account at the identity provider',
  },
  es: {
    title: (name: string) => `Iniciar sesión con su ${name}`,
    staff: 'Para quienes trabajan para la ciudad',
    lead: 'Usted demuestra quién es en la página de su organización y vuelve aquí.',
    onward: (name: string) => `Iniciar sesión con su ${name}`,
    going: (name: string) => `Hacia su ${name}`,
    goingText: 'Su navegador sigue solo. Si no lo hace:',
    goingLink: 'Seguir',
    byMail: 'Iniciar sesión con un enlace enviado a su correo',
    over: 'Este inicio de sesión terminó. Ya se usó, tardó más de diez minutos o se empezó otro en este navegador. Empiece de nuevo.',
    denied: (name: string) =>
      `No se inició la sesión: usted canceló, o su ${name} no es para este sitio. Si cree que debería serlo, pregunte a quien le dio la cuenta.`,
    unavailable: (name: string) =>
      `No podemos llegar a la página donde se inicia sesión con su ${name}. Nada ha cambiado. Inténtelo de nuevo en unos minutos.`,
    answer: (name: string) =>
      `Lo que volvió al iniciar sesión con su ${name} no es de fiar, por eso no se inició la sesión. Empiece de nuevo. Si vuelve a pasar, avise a quien administra este sitio.`,
    factor: (name: string) =>
      `Inició sesión con su ${name}, pero no de la manera que este sitio pide, como con un segundo paso en su teléfono. Empiece de nuevo y dé ese paso.`,
    mail: (name: string) =>
      `Su ${name} no tiene un correo electrónico confirmado. Pida a quien le dio la cuenta que añada y confirme uno, y empiece de nuevo.`,
    taken: (name: string) =>
      `El correo electrónico de su ${name} es de alguien que aquí inicia sesión con otra cuenta. Pida una nueva invitación a quien administra este sitio y empiece de nuevo.`,
    tooMany: 'Demasiadas personas inician sesión desde su red. Inténtelo de nuevo en diez minutos.',
    stays: (name: string) =>
      `Esto cierra la sesión solo aquí. Sigue con la sesión iniciada con su ${name}: en una computadora que otros usan, ciérrela también allí.`,
    account: 'Cuenta del proveedor de identidad',
  },
});
