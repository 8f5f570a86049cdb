import { Input } from '../../ui/form.tsx';
import { useMessages } from '../../ui/language-context.tsx';
import { staffSignInMessages } from '../sign-in/staff-sign-in-messages.ts';

/** The field for a code of the authenticator app; phones and password managers fill it in. */
export function CodeFields({ error }: { error?: string }) {
  const say = useMessages(staffSignInMessages);
  return (
    <Input
      label={say.code}
      hint={say.codeHint}
      error={error}
      name="code"
      inputMode="numeric"
      autoComplete="one-time-code"
      required
      maxLength={20}
    />
  );
}

export function RecoveryFields({ error }: { error?: string }) {
  const say = useMessages(staffSignInMessages);
  return (
    <Input
      label={say.recoveryCode}
      hint={say.recoveryHint}
      error={error}
      name="code"
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      required
      maxLength={60}
    />
  );
}

/** A new password, twice; the address beside it tells password managers whose it is. */
export function NewPasswordFields({
  email,
  errorOf,
}: {
  email: string;
  errorOf(field: string): string | undefined;
}) {
  const say = useMessages(staffSignInMessages);
  return (
    <>
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <Input
        label={say.newPassword}
        hint={say.newPasswordHint}
        error={errorOf('password')}
        name="password"
        type="password"
        autoComplete="new-password"
        required
        maxLength={400}
      />
      <Input
        label={say.again}
        error={errorOf('again')}
        name="again"
        type="password"
        autoComplete="new-password"
        required
        maxLength={400}
      />
    </>
  );
}
