/** A public office: what it is for and how to reach it. What the sources do not give is null, and shown as a gap. */
export type Office = {
  slug: string;
  place: string;
  name: string;
  duty: string;
  email: string | null;
  phone: string | null;
  address: string | null;
  source: string;
};
