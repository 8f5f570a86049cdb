import { type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes, useId } from 'react';

/** Form controls of the design system. All are plain HTML, so every form works without JavaScript. */

export function Field({
  label,
  hint,
  error,
  children,
}: {
  label: string;
  hint?: string;
  error?: string;
  children: (ids: { id: string; describedBy: string | undefined }) => ReactNode;
}) {
  const id = useId();
  const notes = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className={error ? 'usa-form-group usa-form-group--error' : 'usa-form-group'}>
      <label className={error ? 'usa-label usa-label--error' : 'usa-label'} htmlFor={id}>
        {label}
      </label>
      {hint ? (
        <span className="usa-hint" id={`${id}-hint`}>
          {hint}
        </span>
      ) : null}
      {error ? (
        <span className="usa-error-message" id={`${id}-error`}>
          {error}
        </span>
      ) : null}
      {children({ id, describedBy: notes || undefined })}
    </div>
  );
}

type Described = { label: string; hint?: string; error?: string };

/** A text, date or number input with its label. */
export function Input({
  label,
  hint,
  error,
  ...input
}: Described & InputHTMLAttributes<HTMLInputElement> & { name: string }) {
  return (
    <Field label={label} hint={hint} error={error}>
      {({ id, describedBy }) => (
        <input
          type="text"
          {...input}
          id={id}
          aria-describedby={describedBy}
          aria-invalid={error ? true : undefined}
          className={error ? 'usa-input usa-input--error' : 'usa-input'}
        />
      )}
    </Field>
  );
}

/** A text of several lines with its label. */
export function Textarea({
  label,
  hint,
  error,
  ...area
}: Described & TextareaHTMLAttributes<HTMLTextAreaElement> & { name: string }) {
  return (
    <Field label={label} hint={hint} error={error}>
      {({ id, describedBy }) => (
        <textarea
          {...area}
          id={id}
          aria-describedby={describedBy}
          aria-invalid={error ? true : undefined}
          className={error ? 'usa-textarea usa-input--error' : 'usa-textarea'}
        />
      )}
    </Field>
  );
}

export function Select({
  label,
  hint,
  error,
  name,
  defaultValue,
  options,
  onChange,
}: Described & {
  name: string;
  defaultValue?: string;
  options: { value: string; label: string }[];
  onChange?: (value: string) => void;
}) {
  return (
    <Field label={label} hint={hint} error={error}>
      {({ id, describedBy }) => (
        <select
          className="usa-select"
          id={id}
          name={name}
          defaultValue={defaultValue}
          aria-describedby={describedBy}
          aria-invalid={error ? true : undefined}
          onChange={onChange && ((event) => onChange(event.target.value))}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function Checkbox({
  label,
  name,
  value,
  defaultChecked,
  detail,
}: {
  label: ReactNode;
  name: string;
  value: string;
  defaultChecked?: boolean;
  detail?: ReactNode;
}) {
  const id = useId();
  return (
    <div className="usa-checkbox">
      <input
        className="usa-checkbox__input"
        id={id}
        type="checkbox"
        name={name}
        value={value}
        defaultChecked={defaultChecked}
      />
      <label className="usa-checkbox__label" htmlFor={id}>
        {label} {detail ? <span className="count">{detail}</span> : null}
      </label>
    </div>
  );
}

export function Radio({
  label,
  name,
  value,
  defaultChecked,
}: {
  label: ReactNode;
  name: string;
  value: string;
  defaultChecked?: boolean;
}) {
  const id = useId();
  return (
    <div className="usa-radio">
      <input
        className="usa-radio__input"
        id={id}
        type="radio"
        name={name}
        value={value}
        defaultChecked={defaultChecked}
      />
      <label className="usa-radio__label" htmlFor={id}>
        {label}
      </label>
    </div>
  );
}

/** A group of controls under one question. */
export function Fieldset({ legend, children }: { legend: string; children: ReactNode }) {
  return (
    <fieldset className="usa-fieldset">
      <legend className="usa-legend">{legend}</legend>
      {children}
    </fieldset>
  );
}

export function Button({
  children,
  kind = 'default',
  ...button
}: {
  children: ReactNode;
  kind?: 'default' | 'outline' | 'unstyled';
  type?: 'submit' | 'button';
  name?: string;
  value?: string;
  onClick?: () => void;
  'aria-label'?: string;
}) {
  const kinds = {
    default: 'usa-button',
    outline: 'usa-button usa-button--outline',
    unstyled: 'usa-button usa-button--unstyled',
  };
  return (
    <button type={button.type ?? 'submit'} {...button} className={kinds[kind]}>
      {children}
    </button>
  );
}

/** The search box: one field, one button, a GET form. */
export function SearchForm({
  action,
  label,
  button,
  defaultValue,
  placeholder,
  hidden = {},
  big = false,
}: {
  action: string;
  label: string;
  button: string;
  defaultValue?: string;
  placeholder?: string;
  /** What is sent along unseen. */
  hidden?: Record<string, string>;
  big?: boolean;
}) {
  const id = useId();
  return (
    <search>
      <form action={action} method="get" className={big ? 'usa-search usa-search--big' : 'usa-search'}>
        <label className="usa-sr-only" htmlFor={id}>
          {label}
        </label>
        <input
          className="usa-input"
          id={id}
          type="search"
          name="q"
          defaultValue={defaultValue}
          placeholder={placeholder ?? label}
          maxLength={200}
        />
        {Object.entries(hidden).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <button className="usa-button" type="submit">
          {button}
        </button>
      </form>
    </search>
  );
}
