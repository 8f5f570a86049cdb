import { Page } from '../../ui/page.tsx';

export default function Explore() {
  return <Page title="Explore">Explore</Page>;
}
