import { index, prefix, type RouteConfig, route } from '@react-router/dev/routes';

/** The site map. Every page's address starts with its language; docs/architecture.md, Addresses. */
export default [
  ...prefix(':lang', [
    index('datasets/pages/home.tsx'),
    route('catalog', 'datasets/pages/catalog.tsx'),
    route('datasets/:slug', 'datasets/pages/dataset.tsx'),
    route('datasets/:slug/explore', 'datasets/readings/explore.tsx'),
    route('sensors/:code', 'datasets/pages/sensor.tsx'),
    route('developers', 'datasets/pages/developers.tsx'),
    route('about', 'datasets/pages/about.tsx'),
    route('sign-in', 'people/pages/sign-in.tsx'),
    route('sign-in/link', 'people/pages/sign-in-link.tsx'),
    route('sign-in/provider', 'people/pages/provider.tsx'),
    route('staff/sign-in', 'people/pages/staff-sign-in.tsx'),
    route('staff/sign-in/second-step', 'people/pages/second-step.tsx'),
    route('staff/passkey-question', 'people/pages/passkey-question.ts'),
    route('invitation', 'people/pages/invitation.tsx'),
    route('account', 'people/pages/account.tsx'),
    route('account/keys/:id', 'people/pages/key.tsx', { id: 'account-key' }),
    route('staff/keys', 'people/pages/staff-keys.tsx'),
    route('staff/keys/:id', 'people/pages/key.tsx', { id: 'staff-key' }),
    route('outbox', 'people/pages/outbox.tsx'),
    route('staff', 'people/pages/staff.tsx'),
    route('staff/people', 'people/pages/staff-people.tsx'),
    route('staff/datasets', 'release/pages/managed-datasets.tsx'),
    route('permissions', 'people/pages/permissions.tsx'),
    route(':place', 'datasets/pages/city.tsx'),
  ]),
  route('sign-in/provider/back', 'people/pages/provider-back.tsx'),
  route('*', 'datasets/pages/not-found.tsx'),
] satisfies RouteConfig;
